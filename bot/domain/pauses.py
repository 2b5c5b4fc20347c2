"""While nothing is sent: why, for how long, where, and what has waited in spite of that. Times are UTC seconds."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class PauseKind(StrEnum):
    """Why nothing is sent; the words stand in the table of pauses."""

    ADMIN = "admin"  # by a server's managers
    OWNER = "owner"  # by the bot's owner: managers cannot end it
    BALANCE = "balance"  # the credits have run out


class PausedBy(StrEnum):
    """Why a job that waits is not sent though its turn may have come."""

    STORAGE = "storage"  # its video could not be saved
    OWNER = "owner"  # the bot's owner
    SERVER = "server"  # the managers of its server
    BALANCE = "balance"  # the account at the provider has run out of credits


# What stands first is said where several hold; the last is the only one that a probe may try.
_BY: Final = {
    PauseKind.OWNER: PausedBy.OWNER,
    PauseKind.ADMIN: PausedBy.SERVER,
    PauseKind.BALANCE: PausedBy.BALANCE,
}


@dataclass(frozen=True, slots=True)
class Pause:
    """A pause of one server (`guild_id` None: of all), from `since` to `until` in UTC seconds; None: still in force."""

    kind: PauseKind
    guild_id: int | None
    since: float
    until: float | None = None

    def holds(self, guild_id: int | None) -> bool:
        """Tell whether it holds jobs that are charged to that server."""
        return self.guild_id is None or self.guild_id == guild_id


def paused_by(pauses: Iterable[Pause], guild_id: int | None) -> PausedBy | None:
    """Return the pause that now holds jobs charged to a server, if any does."""
    kinds = {pause.kind for pause in pauses if pause.until is None and pause.holds(guild_id)}
    return next((by for kind, by in _BY.items() if kind in kinds), None)


def paused_seconds(created: float, now: float, pauses: Iterable[Pause]) -> float:
    """Count the seconds since a job was created in which one of these pauses, or several, held it."""
    stood, reached = 0.0, created
    for since, until in sorted((p.since, now if p.until is None else p.until) for p in pauses):
        begins, ends = max(since, reached), min(until, now)
        if ends > begins:
            stood += ends - begins
            reached = ends
    return stood
