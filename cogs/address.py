"""From an interaction to the facts that outlive it: its caller, and the address of the message that answers it."""

from functools import lru_cache

import discord

from bot.domain.caller import Caller
from bot.domain.reply import Reply


def caller_of(interaction: discord.Interaction) -> Caller:
    """Write down who uses the bot, and where."""
    member = interaction.user if isinstance(interaction.user, discord.Member) else None
    return Caller(
        interaction.user.id,
        interaction.guild_id,
        # `Member.roles` resolves each through the cache of guilds, which is empty without the intent for it.
        frozenset(member._roles if member else ()),  # noqa: SLF001 - the library offers the ids nowhere else
        _names(interaction.permissions.value),
        interaction.locale.value,
        user_installed_only=not _is_added(interaction),
    )


@lru_cache(maxsize=256)
def _names(permissions: int) -> frozenset[str]:
    """Name permissions; the library looks at each of some fifty, and members of a channel have the same few sets."""
    return frozenset(name for name, allowed in discord.Permissions(permissions) if allowed)


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
