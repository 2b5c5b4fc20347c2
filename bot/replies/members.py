"""What Discord tells of servers and their members, and of who owns the application."""

import logging
from collections.abc import Mapping

import discord

from bot.discord_limits import UNKNOWN_MEMBER, UNKNOWN_USER
from bot.domain.spending import Membership, NoMember
from bot.replies.discord_api import CALL_SECONDS, DiscordApi
from bot.studio.ports import CardRefused as FormRefused
from bot.studio.ports import Closed, NotNow, TooLarge, Unclear

log = logging.getLogger(__name__)

# Seconds for the question whether a user is a member, with what the library repeats by itself.
ASK_SECONDS = 10.0
# Discord's "Teams": who may only read cannot change the application either.
_ONLY_READS = "read_only"


class DiscordMembers:
    """Asks Discord. "Get Guild Member" needs no intent and not the library's cache, only the bot in that server."""

    def __init__(self, client: discord.Client, api: DiscordApi) -> None:
        self._client = client
        self._api = api

    async def membership(self, guild_id: int, user_id: int) -> Membership | NoMember | None:
        """Ask once whether a user is a member of a server; None where Discord does not answer."""
        found = await self._api.call(ASK_SECONDS, lambda: self._member(guild_id, user_id))
        match found:
            case Membership() | NoMember():
                return found
            case Closed():
                log.warning("Server %d doesn't show the bot its members: %s", guild_id, found.problem)
                return NoMember()
            case _:
                log.warning("Discord didn't say whether user %d is a member of server %d.", user_id, guild_id)
                return None

    async def server_name(self, guild_id: int) -> str | Closed | NotNow | Unclear:
        """Ask once what a server is called; Closed where the bot is not in it."""
        found = await self._api.call(CALL_SECONDS, lambda: self._name(guild_id))
        match found:
            case FormRefused() | TooLarge():
                return Closed(str(found))
            case _:
                return found

    async def _member(self, guild_id: int, user_id: int) -> Membership | NoMember:
        try:
            # Not `Guild.fetch_member`, which needs a server that was fetched or cached before.
            member: Mapping[str, object] = await self._client.http.get_member(guild_id, user_id)
        except discord.NotFound as error:
            if error.code in {UNKNOWN_MEMBER, UNKNOWN_USER}:
                return NoMember()
            raise
        roles = member["roles"]
        if not isinstance(roles, list):
            raise TypeError("a member without roles")
        return Membership(guild_id, frozenset(map(int, roles)))

    async def _name(self, guild_id: int) -> str:
        return (await self._client.fetch_guild(guild_id, with_counts=False)).name


def owners_of(application: discord.AppInfo | None) -> frozenset[int]:
    """List who owns the application: one user, or those members of its team who may do more than read."""
    if application is None:
        return frozenset()
    if application.team is None:
        return frozenset({application.owner.id})
    return frozenset(
        member.id
        for member in application.team.members
        if member.membership_state is discord.TeamMembershipState.accepted and member.role.value != _ONLY_READS
    )
