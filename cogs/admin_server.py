"""`/admin videos`, `log-channel`, `showcase-channel`, `spoilers`: a server's videos, and where and how they're seen."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, cast

import discord
from discord import app_commands

from bot.domain.administration import ServerMissing
from bot.domain.errors import Refusal
from bot.domain.server_settings import LogChannel, Spoilers
from bot.domain.shares import OtherChannel
from bot.studio.administration import Administration
from bot.studio.lifecycle.server_settings import ServerSettingsService
from bot.studio.running.server_videos import ServerVideos
from bot.ui import custom_ids
from bot.ui.admin_texts import (
    log_channel_text,
    log_closed_text,
    missing_permissions_text,
    showcase_text,
    spoilers_text,
)
from bot.ui.custom_ids import ManagedPage
from bot.ui.job_lists import managed_card
from bot.ui.language import Language
from cogs.admin import AdminCommand, server_option
from cogs.conversation import Conversation
from cogs.options import Choice, Option, command
from cogs.router import Router
from cogs.translations import texts_of

# What a line with a picture needs, by Discord's names.
_NEEDED: Final = ("view_channel", "send_messages", "attach_files")
_IN_SHOWCASE: Final = (*_NEEDED, "create_public_threads")


class _TextChannel(app_commands.Transformer):
    """A text channel, as Discord describes it beside the command: the library's own kind is looked for in its cache."""

    @property
    def type(self) -> discord.AppCommandOptionType:
        """Return the kind of option."""
        return discord.AppCommandOptionType.channel

    @property
    def channel_types(self) -> list[discord.ChannelType]:
        """List the kinds of channel that can be chosen."""
        return [discord.ChannelType.text]

    async def transform(
        self, _interaction: discord.Interaction, value: app_commands.AppCommandChannel, /
    ) -> app_commands.AppCommandChannel:
        """Take the channel as it is."""
        return value


class AdminServer:
    """What is being made in a server, the channel of its log, and when media are covered there."""

    def __init__(
        self,
        administration: Administration,
        videos: ServerVideos,
        settings: ServerSettingsService,
        now: Callable[[], float],
        router: Router,
    ) -> None:
        self._administration = administration
        self._videos = videos
        self._settings = settings
        self._now = now
        self._open = router.conversations.open
        router.press(custom_ids.MANAGED, self._turn)
        router.press(custom_ids.CANCEL_MANAGED, self._cancel)

    def commands(self, language: Language) -> Iterable[AdminCommand]:
        """Make the commands."""
        say, server = texts_of(language), server_option(language)
        channel = Option("to", say("option.admin-log-channel"), _TextChannel())
        off = Option("off", say("option.admin-log-off"), bool, default=False)
        showcase = Option("to", say("option.admin-showcase"), _TextChannel())
        closed = Option("off", say("option.admin-showcase-off"), bool, default=False)
        when = Option("when", say("option.admin-spoilers"), Choice(language, tuple(Spoilers)))
        return [
            command("videos", say("command.admin-videos"), [server], self._list),
            command("log-channel", say("command.admin-log-channel"), [channel, off, server], self._log_channel),
            command("showcase-channel", say("command.admin-showcase"), [showcase, closed, server], self._showcase),
            command("spoilers", say("command.admin-spoilers"), [when, server], self._spoilers),
        ]

    async def _list(self, interaction: discord.Interaction, values: dict[str, Any]) -> None:
        """Show the first page of the videos being made."""
        async with self._open(interaction) as conversation:
            await conversation.defer(private=True)
            by = self._administration.authority(conversation.caller, values.get("server"))
            await self._show(conversation, ManagedPage(by.guild_id, 1))
            if by.guild_id is not None:
                await self._say_closed_log(conversation, by.guild_id)

    async def _turn(self, conversation: Conversation, page: ManagedPage) -> None:
        self._check(conversation, page)
        await conversation.acknowledge()
        await self._show(conversation, page)

    async def _cancel(self, conversation: Conversation, page: ManagedPage) -> None:
        self._check(conversation, page)
        await conversation.acknowledge()
        try:
            await self._videos.cancel(page.guild_id, conversation.caller.user_id, page.job_id)
        finally:
            await self._show(conversation, page)

    def _check(self, conversation: Conversation, page: ManagedPage) -> None:
        """Raise Refusal where a list of another server is pressed by another than the owner."""
        self._administration.authority(conversation.caller, "all" if page.guild_id is None else str(page.guild_id))

    async def _show(self, conversation: Conversation, page: ManagedPage) -> None:
        found = await self._videos.page(page.guild_id, page.number)
        await conversation.show(managed_card(conversation.language, found, page.guild_id, self._now()))

    async def _log_channel(self, interaction: discord.Interaction, values: dict[str, Any]) -> None:
        """Set or show the channel of the server's log, or turn the log off."""
        async with self._open(interaction) as conversation:
            await conversation.defer(private=True)
            guild_id, channel = self._server(conversation, values), values.get("to")
            language = conversation.language
            if channel is not None and not values.get("off"):
                if missing := _missing(interaction, channel.id, _NEEDED):
                    await conversation.say(missing_permissions_text(language, channel.id, missing))
                    return
                locale = interaction.guild_locale.value if interaction.guild_locale else ""
                place = LogChannel(channel.id, channel.nsfw, locale)
                await self._settings.set_log_channel(guild_id, conversation.caller.user_id, place)
            elif values.get("off"):
                await self._settings.set_log_channel(guild_id, conversation.caller.user_id, None)
            await conversation.say(log_channel_text(language, (await self._settings.of(guild_id)).log_channel))
            await self._say_closed_log(conversation, guild_id)

    async def _showcase(self, interaction: discord.Interaction, values: dict[str, Any]) -> None:
        """Set or show the channel in which members show their videos off, or have none."""
        async with self._open(interaction) as conversation:
            await conversation.defer(private=True)
            guild_id, channel = self._server(conversation, values), values.get("to")
            language, user_id = conversation.language, conversation.caller.user_id
            if values.get("off"):
                await self._settings.set_showcase(guild_id, user_id, None)
            elif channel is not None:
                if missing := _missing(interaction, channel.id, _IN_SHOWCASE):
                    await conversation.say(missing_permissions_text(language, channel.id, missing, showcase=True))
                    return
                place = OtherChannel(channel.id, age_restricted=channel.nsfw, guild_id=guild_id)
                await self._settings.set_showcase(guild_id, user_id, place)
            await conversation.say(showcase_text(language, (await self._settings.of(guild_id)).showcase))
            await self._say_closed_log(conversation, guild_id)

    async def _spoilers(self, interaction: discord.Interaction, values: dict[str, Any]) -> None:
        """Set or show when media are covered."""
        async with self._open(interaction) as conversation:
            await conversation.defer(private=True)
            guild_id, when = self._server(conversation, values), values.get("when")
            if when is not None:
                await self._settings.set_spoilers(guild_id, conversation.caller.user_id, when)
            await conversation.say(spoilers_text(conversation.language, (await self._settings.of(guild_id)).spoilers))
            await self._say_closed_log(conversation, guild_id)

    def _server(self, conversation: Conversation, values: dict[str, Any]) -> int:
        by = self._administration.authority(conversation.caller, values.get("server"))
        if by.guild_id is None:
            raise Refusal(ServerMissing())
        return by.guild_id

    async def _say_closed_log(self, conversation: Conversation, guild_id: int) -> None:
        """Say once that the log was turned off because its channel takes no message any more."""
        closed = await self._settings.take_closed_log(guild_id)
        if closed is not None:
            await conversation.say(log_closed_text(conversation.language, closed))


def _missing(interaction: discord.Interaction, channel_id: int, needed: Sequence[str]) -> list[str]:
    """List what the bot may not do in a channel that an option names, by Discord's names for permissions.

    Discord describes the bot's own permissions there too (`app_permissions`), which the library does not read.
    """
    data = cast("dict[str, Any]", interaction.data or {})
    described = data.get("resolved", {}).get("channels", {}).get(str(channel_id), {})
    if "app_permissions" not in described:
        return []
    may = discord.Permissions(int(described["app_permissions"]))
    return [name for name in needed if not getattr(may, name)]
