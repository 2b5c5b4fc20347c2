"""What a server's managers and the owner change while the bot runs: who, where, what, and why it is refused."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.domain.limits import Measure, Scope

_ID: Final = re.compile(r"[0-9]{1,19}")
_MAX_ID: Final = 2**63 - 1


class Action(StrEnum):
    """What was changed; the words stand in the audit table."""

    LIMIT = "limit"
    BLOCK = "block"
    PAUSE = "pause"
    CANCEL = "cancel"
    DELETE = "delete"
    SPOILERS = "spoilers"
    LOG_CHANNEL = "log-channel"
    SHOWCASE = "showcase-channel"


@dataclass(frozen=True, slots=True)
class Authority:
    """Who changes something, and where: `guild_id` None is everywhere, `actor_id` None the command line.

    `by_owner`: with the owner's rights, which go further than those of a server's managers.
    """

    guild_id: int | None
    actor_id: int | None
    by_owner: bool


@dataclass(frozen=True, slots=True)
class Target:
    """Whose limit it is: a member's, a role's, or all members' of a server together; the id of that."""

    scope: Scope
    id: int


@dataclass(frozen=True, slots=True)
class OwnerOnly:
    """Only the bot's owner may do this: here, or there."""


@dataclass(frozen=True, slots=True)
class ServerMissing:
    """It is not said which server is meant."""


@dataclass(frozen=True, slots=True)
class ServerUnknown:
    """What was given is no server's id."""

    given: str


@dataclass(frozen=True, slots=True)
class TargetUnclear:
    """A member and a role were given, or what was given is no role's id."""


@dataclass(frozen=True, slots=True)
class AboveCeiling:
    """The owner lets the server's managers set no more than that."""

    measure: Measure
    given: int
    ceiling: int


@dataclass(frozen=True, slots=True)
class PausedByOwner:
    """The owner has paused the server: its managers cannot resume it."""


AdminProblem = OwnerOnly | ServerMissing | ServerUnknown | TargetUnclear | AboveCeiling | PausedByOwner


def discord_id(given: str) -> int | None:
    """Read the id of a server, a role or a user; None where it is none."""
    number = int(given) if _ID.fullmatch(given := given.strip()) else 0
    return number if 0 < number <= _MAX_ID else None
