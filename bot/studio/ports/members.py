"""What Discord is asked about the home servers. Every call ends in its own time; none raises for Discord's sake."""

from typing import Protocol

from bot.domain.spending import Membership, NoMember
from bot.studio.ports import Closed, NotNow, Unclear


class Members(Protocol):
    """Servers, and who is a member of them."""

    async def membership(self, guild_id: int, user_id: int) -> Membership | NoMember | None:
        """Ask once whether a user is a member of a server, at most for 10 s; None where Discord does not answer."""
        ...

    async def server_name(self, guild_id: int) -> str | Closed | NotNow | Unclear:
        """Ask once what a server is called; Closed where the bot is not in it."""
        ...
