"""While nothing is sent: for how long, where, and what has waited in spite of that."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class PauseKind(StrEnum):
    """Why nothing is sent; the words stand in the table of pauses."""

    ADMIN = "admin"  # by a server's managers
    OWNER = "owner"  # by the bot's owner: managers cannot end it
    BALANCE = "balance"  # the credits have run out


@dataclass(frozen=True, slots=True)
class Pause:
    """A pause of one server (`guild_id` None: of all), from `since` to `until` in UTC seconds; None: still in force."""

    kind: PauseKind
    guild_id: int | None
    since: float
    until: float | None = None

    def holds(self, guild_id: int | None) -> bool:
        """Tell whether it holds what is charged to that server."""
        return self.guild_id is None or self.guild_id == guild_id


def in_force(pauses: Iterable[Pause], guild_id: int | None) -> list[Pause]:
    """List the pauses that hold now what is charged to a server."""
    return [pause for pause in pauses if pause.until is None and pause.holds(guild_id)]


def waited(created: float, now: float, pauses: Iterable[Pause]) -> float:
    """Return for how many seconds a job created then has waited, without the time in these pauses.

    Pauses may overlap, and are those that hold this job: see `Pause.holds`.
    """
    stood, reached = 0.0, created
    for since, until in sorted((p.since, now if p.until is None else p.until) for p in pauses):
        begins, ends = max(since, reached), min(until, now)
        if ends > begins:
            stood += ends - begins
            reached = ends
    return max(now - created - stood, 0.0)
