"""Who may spend the credits of the bot's owner, and why a caller may not."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self

from bot.domain.caller import Caller
from bot.domain.limits import LimitReached, OwnerLimits


class Elsewhere(StrEnum):
    """Who may spend outside the home servers: in other servers, in direct messages, by their own installation."""

    MEMBERS = "members"  # of a home server
    NO_ONE = "nobody"
    ALL = "everybody"


@dataclass(frozen=True, slots=True)
class SpendingRules:
    """The owner's rules; without `home_servers` every server that has added the bot is one."""

    home_servers: frozenset[int]
    elsewhere: Elsewhere

    @classmethod
    def of(cls, home_servers: frozenset[int], elsewhere: Elsewhere | None) -> Self:
        """Return the rules; elsewhere, left out, it is members where there are home servers, else everyone."""
        return cls(home_servers, elsewhere or (Elsewhere.MEMBERS if home_servers else Elsewhere.ALL))

    def at_home(self, caller: Caller) -> bool:
        """Tell whether the caller uses the bot in a home server, which makes them a member of it."""
        if not self.home_servers:
            return caller.guild_id is not None and not caller.user_installed_only
        return caller.guild_id in self.home_servers


@dataclass(frozen=True, slots=True)
class Membership:
    """A user is a member of a server, with these roles."""

    guild_id: int
    role_ids: frozenset[int]


@dataclass(frozen=True, slots=True)
class NoMember:
    """A user is no member of a server, or it is one that the bot is not in."""


@dataclass(frozen=True, slots=True)
class Payer:
    """Whose account a video counts in, beside its member's own.

    `memberships`: the servers that may be charged, with the member's roles there; where there are several, the one
    with the best limits is. None of them: only the member and the whole bot are charged. `exempt`: no limit holds, as
    for the owner. `time_scale` divides the windows of limits, as every wait.
    """

    memberships: tuple[Membership, ...] = ()
    limits: OwnerLimits = field(default_factory=OwnerLimits)
    exempt: bool = False
    time_scale: float = 1.0


@dataclass(frozen=True, slots=True)
class Blocked:
    """The member may not make videos in that server; None: not anywhere."""

    guild_id: int | None


@dataclass(frozen=True, slots=True)
class Paused:
    """Nothing is made in that server for now; None: not anywhere."""

    guild_id: int | None


@dataclass(frozen=True, slots=True)
class NotAllowedHere:
    """Credits can only be spent in these home servers; without names: in servers that have added the bot."""

    servers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MembersOnly:
    """Outside the home servers, of these names, only their members may spend; the caller is none."""

    servers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MembershipNotKnown:
    """Discord does not say now whether the caller is a member of a home server, of these names."""

    servers: tuple[str, ...]


SpendingProblem = NotAllowedHere | MembersOnly | MembershipNotKnown | Blocked | Paused | LimitReached
