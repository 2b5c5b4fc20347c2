"""From an interaction to the facts that outlive it: its caller, and the address of the message that answers it."""

from functools import lru_cache
from typing import Any, Final, cast

import discord
from discord import app_commands

from bot.domain.caller import Caller
from bot.domain.reply import Reply
from bot.domain.shares import OtherChannel, SharePlace

# What the library calls otherwise than Discord's topic "Permissions".
_DISCORDS: Final = {"read_messages": "view_channel"}


def caller_of(interaction: discord.Interaction) -> Caller:
    """Describe the member who uses the bot, and where they are."""
    member = interaction.user if isinstance(interaction.user, discord.Member) else None
    return Caller(
        interaction.user.id,
        interaction.guild_id,
        # `Member.roles` resolves each through the cache of guilds, which is empty without the intent for it.
        frozenset(member._roles if member else ()),  # noqa: SLF001 - the library offers the ids nowhere else
        _names(interaction.permissions.value),
        interaction.locale.value,
        user_installed_only=not _is_added(interaction),
        channel_id=interaction.channel_id,
    )


@lru_cache(maxsize=256)
def _names(permissions: int) -> frozenset[str]:
    """Name permissions; the library looks at each of some fifty, and members of a channel have the same few sets."""
    return frozenset(_DISCORDS.get(name, name) for name, allowed in discord.Permissions(permissions) if allowed)


def reply_at(interaction: discord.Interaction, message_id: int | None, now: float, *, private: bool) -> Reply:
    """Write down where the answer to an interaction is; `now` in UTC seconds by our own clock.

    `private` is what Discord made of the message. Raises ValueError for a kind of channel that the library does not
    know.
    """
    if interaction.channel_id is None:
        raise ValueError("the interaction has no channel that can be read")
    return Reply(
        application_id=interaction.application_id,
        channel_id=interaction.channel_id,
        guild_id=interaction.guild_id,
        message_id=message_id,
        token=interaction.token,
        # By our own clock, which it is compared with: Discord's may differ from it by minutes.
        token_at=now,
        private=private,
        bot_reaches=_bot_reaches(interaction),
        limit=interaction.filesize_limit,
        attach_files=interaction.app_permissions.attach_files,
        send_messages=_sends(interaction),
        in_thread=isinstance(interaction.channel, discord.Thread),
        bot_added=_is_added(interaction),
        external_apps=_is_added(interaction)
        or interaction.guild_id is None
        or interaction.permissions.use_external_apps,
        locale=interaction.locale.value,
        # Of a thread Discord tells nothing, and the library asks its cache, which is empty.
        age_restricted=bool(getattr(interaction.channel, "nsfw", False)),
        guild_locale=interaction.guild_locale.value if interaction.guild_locale else "",
    )


def place_here(interaction: discord.Interaction) -> SharePlace:
    """Write down where the interaction is, and what its member and the bot may do there."""
    channel_id = interaction.channel_id or 0
    if interaction.guild_id is None:
        return SharePlace(channel_id)
    bot = _names(interaction.app_permissions.value) if _is_added(interaction) else None
    in_thread = isinstance(interaction.channel, discord.Thread)
    return SharePlace(channel_id, _names(interaction.permissions.value), bot, in_thread=in_thread)


def place_in(
    interaction: discord.Interaction, channel: app_commands.AppCommandChannel | app_commands.AppCommandThread
) -> SharePlace:
    """Write down a channel that an option names, and what the member and the bot may do there.

    Discord describes the bot's own permissions too (`app_permissions`), which the library does not read. A bot that the
    server has not added may do nothing there.
    """
    data = cast("dict[str, Any]", interaction.data or {})
    described = data.get("resolved", {}).get("channels", {}).get(str(channel.id), {})
    stated = described.get("app_permissions")
    bot = None if stated is None else _names(int(stated))
    if not _is_added(interaction):
        bot = frozenset()
    in_thread = isinstance(channel, app_commands.AppCommandThread)
    other = OtherChannel(channel.id, in_thread, bool(getattr(channel, "nsfw", False)))
    return SharePlace(channel.id, _names(channel.permissions.value), bot, other, in_thread=in_thread)


def _sends(interaction: discord.Interaction) -> bool:
    if interaction.guild_id is None:
        # Of a direct message Discord lists only files, embeds and mentions ("Interactions"); nothing denies the rest.
        return True
    may = interaction.app_permissions
    return may.send_messages_in_threads if isinstance(interaction.channel, discord.Thread) else may.send_messages


def _bot_reaches(interaction: discord.Interaction) -> bool:
    # Discord's "Interactions: Receiving and Responding": in a server the bot is a member where the server authorized
    # the app, and `app_permissions` are its permissions in this very channel; a command works without View Channel.
    if interaction.guild_id is None:
        return interaction.context.dm_channel
    return _is_added(interaction) and interaction.app_permissions.view_channel


def _is_added(interaction: discord.Interaction) -> bool:
    """Tell whether the server has added the bot, or the message is one to the bot itself."""
    return interaction.context.dm_channel if interaction.guild_id is None else interaction.is_guild_integration()
