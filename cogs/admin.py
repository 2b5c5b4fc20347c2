"""`/admin`: settings and reports for a server's managers, and in direct messages for the bot's owner.

All answers are private. Who may use it in a server is Discord's to say ("Application Command Permissions"): Manage
Server, unless the server has changed that. In direct messages Discord asks for no permission, and the owner alone gets
anything done there.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final, Protocol

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.administration import Authority, Target, TargetUnclear, discord_id
from bot.domain.errors import Refusal
from bot.domain.limits import MAX_LIMIT, Measure, Scope
from bot.studio.administration import Administration
from bot.ui.admin_cards import audit_card, limits_card
from bot.ui.admin_texts import blocked_text, limit_cleared_text, limit_set_text, paused_text
from bot.ui.language import Language
from cogs.conversation import Conversation
from cogs.conversations import Conversations
from cogs.options import REQUIRED, Choice, CommandCog, Option, command
from cogs.translations import texts_of

AdminCommand = app_commands.Command[Any, ..., None] | app_commands.Group

_SERVER: Final = "server"


class AdminPart(Protocol):
    """Some of the commands of `/admin`."""

    def commands(self, language: Language) -> Iterable[AdminCommand]:
        """Make them; all answer in private."""
        ...


class AdminCog(CommandCog):
    """The group `/admin`, made of its parts."""

    def __init__(
        self, bot: commands.Bot | commands.AutoShardedBot, language: Language, parts: Sequence[AdminPart]
    ) -> None:
        group = app_commands.Group(
            name="admin",
            description=texts_of(language)("command.admin"),
            default_permissions=discord.Permissions(manage_guild=True),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=False),
        )
        for part in parts:
            for made in part.commands(language):
                group.add_command(made)
        super().__init__(bot, group)


def server_option(language: Language) -> Option:
    """Make the option by which the owner names a server from anywhere."""
    return Option(_SERVER, texts_of(language)("option.admin-server"), app_commands.Range[str, 1, 100])


class AdminRules:
    """Limits, blocks, pauses, and the latest changes."""

    def __init__(self, administration: Administration, conversations: Conversations) -> None:
        self._administration = administration
        self._open = conversations.open

    def commands(self, language: Language) -> Iterable[AdminCommand]:
        """Make the commands."""
        say, server = texts_of(language), server_option(language)
        limits = app_commands.Group(name="limits", description=say("command.admin-limits"))
        whose = [
            Option("member", say("option.admin-member"), discord.User),
            Option("role", say("option.admin-role"), discord.Role),
            Option("role_id", say("option.admin-role-id"), app_commands.Range[str, 1, 20]),
            server,
        ]
        measure = Option("measure", say("option.admin-measure"), Choice(language, tuple(Measure)), REQUIRED)
        limit = Option("limit", say("option.admin-limit"), app_commands.Range[int, 0, MAX_LIMIT], REQUIRED)
        limits.add_command(command("show", say("command.admin-limits-show"), whose, self._show))
        limits.add_command(command("set", say("command.admin-limits-set"), [measure, limit, *whose], self._set))
        limits.add_command(command("clear", say("command.admin-limits-clear"), [measure, *whose], self._clear))
        member = Option("member", say("option.admin-blocked"), discord.User, REQUIRED)
        return [
            limits,
            command("block", say("command.admin-block"), [member, server], self._block),
            command("unblock", say("command.admin-unblock"), [member, server], self._unblock),
            command("pause", say("command.admin-pause"), [server], self._pause),
            command("resume", say("command.admin-resume"), [server], self._resume),
            command("audit", say("command.admin-audit"), [server], self._audit),
        ]

    async def _show(self, interaction: discord.Interaction, values: dict[str, Any]) -> None:
        async with self._open(interaction) as conversation:
            await conversation.defer(private=True)
            by, target = self._authority_and_target(conversation, values)
            member = values.get("member")
            # `Member.roles` resolves each through the cache of guilds, which is empty without the intent for it.
            role_ids = member._roles if isinstance(member, discord.Member) else ()  # noqa: SLF001
            found = await self._administration.limits(by, target, role_ids)
            known = isinstance(member, discord.Member)
            await conversation.show(limits_card(conversation.language, by, target, found, roles_known=known))

    async def _set(self, interaction: discord.Interaction, values: dict[str, Any]) -> None:
        async with self._open(interaction) as conversation:
            await conversation.defer(private=True)
            by, target = self._authority_and_target(conversation, values)
            measure, limit = values["measure"], values["limit"]
            new = await self._administration.set_limit(by, target, measure, limit)
            await conversation.say(limit_set_text(conversation.language, by, target, measure, limit, is_new=new))

    async def _clear(self, interaction: discord.Interaction, values: dict[str, Any]) -> None:
        async with self._open(interaction) as conversation:
            await conversation.defer(private=True)
            by, target = self._authority_and_target(conversation, values)
            was_set = await self._administration.clear_limit(by, target, values["measure"])
            said = limit_cleared_text(conversation.language, by, target, values["measure"], was_set=was_set)
            await conversation.say(said)

    async def _block(self, interaction: discord.Interaction, values: dict[str, Any]) -> None:
        async with self._open(interaction) as conversation:
            await conversation.defer(private=True)
            by = self._authority(conversation, values)
            changed = await self._administration.block(by, values["member"].id)
            said = blocked_text(conversation.language, by, values["member"].id, blocked=True, changed=changed)
            await conversation.say(said)

    async def _unblock(self, interaction: discord.Interaction, values: dict[str, Any]) -> None:
        async with self._open(interaction) as conversation:
            await conversation.defer(private=True)
            by = self._authority(conversation, values)
            changed = await self._administration.unblock(by, values["member"].id)
            said = blocked_text(conversation.language, by, values["member"].id, blocked=False, changed=changed)
            await conversation.say(said)

    async def _pause(self, interaction: discord.Interaction, values: dict[str, Any]) -> None:
        async with self._open(interaction) as conversation:
            await conversation.defer(private=True)
            by = self._authority(conversation, values)
            changed = await self._administration.pause(by)
            await conversation.say(paused_text(conversation.language, by, paused=True, changed=changed))

    async def _resume(self, interaction: discord.Interaction, values: dict[str, Any]) -> None:
        async with self._open(interaction) as conversation:
            await conversation.defer(private=True)
            by = self._authority(conversation, values)
            changed = await self._administration.resume(by)
            await conversation.say(paused_text(conversation.language, by, paused=False, changed=changed))

    async def _audit(self, interaction: discord.Interaction, values: dict[str, Any]) -> None:
        async with self._open(interaction) as conversation:
            await conversation.defer(private=True)
            by = self._authority(conversation, values)
            changes = await self._administration.audit(by)
            await conversation.show(audit_card(conversation.language, by, changes))

    def _authority(self, conversation: Conversation, values: dict[str, Any]) -> Authority:
        return self._administration.authority(conversation.caller, values.get(_SERVER))

    def _authority_and_target(self, conversation: Conversation, values: dict[str, Any]) -> tuple[Authority, Target]:
        """Read the server and the target; raises Refusal (OwnerOnly, ServerMissing, ServerUnknown, TargetUnclear)."""
        by = self._authority(conversation, values)
        member, role, role_id = (values.get(name) for name in ("member", "role", "role_id"))
        if sum(each is not None for each in (member, role, role_id)) > 1:
            raise Refusal(TargetUnclear())
        if member is not None:
            return by, Target(Scope.MEMBER, member.id)
        if role is not None:
            return by, Target(Scope.ROLE, role.id)
        if role_id is not None:
            if (found := discord_id(role_id)) is None:
                raise Refusal(TargetUnclear())
            return by, Target(Scope.ROLE, found)
        return by, Target(Scope.SERVER, by.guild_id or 0)
