"""What the provider reports about a task, and when a job can be expected to end."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median

from bot.domain.pauses import PausedBy


class TaskStatus(StrEnum):
    """A task's status after translation; every unknown word of the provider reads as WORKING."""

    QUEUED = "queued"
    WORKING = "working"
    COMPLETED = "completed"
    FAILED = "failed"
    MISSING = "missing"  # the provider says, in a shape that it uses for that, that it knows no such task


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One successful answer about a task.

    `percent` 0..100 and only the provider's own. `clip_url` is set where COMPLETED names one. Times in UTC seconds, by
    the provider's clock. `provider_message` and `code` are the provider's sentence and code on
    a failure. `last_picture_url`: where it was asked for. `ran`: how long a COMPLETED one took from its submit, in
    scaled seconds, where that is known.
    """

    status: TaskStatus
    percent: int | None = None
    clip_url: str | None = None
    clip_dies: float | None = None
    completed: float | None = None
    provider_message: str = ""
    last_picture_url: str | None = None
    code: str = ""
    ran: float | None = None


@dataclass(frozen=True, slots=True)
class NotKnown:
    """The provider itself says that it knows no task of our id."""


@dataclass(frozen=True, slots=True)
class Silence:
    """The provider has not answered since that time, in UTC seconds; the task is what it was."""

    since: float


class Holdup(StrEnum):
    """Why a job is held up, other than by waiting for its turn."""

    NOT_HANDED_OVER = "not handed over"  # the provider calls it done, and the file cannot be had yet
    IN_PART = "in part"  # what it hands out is not all of the file, or no good file
    FORBIDDEN = "forbidden"  # the file lies where the settings forbid to fetch from
    NO_ROOM = "no room"  # our disk is full
    CANNOT_SAVE = "cannot save"  # our database or folder cannot be written to
    STORE_DOWN = "store down"  # the store in which files are kept does not answer


@dataclass(frozen=True, slots=True)
class Forecast:
    """What stands around a job and not in its row: for its card.

    `place` counts from 1 in the line of WAITING jobs. `ready_at`: the expected end in UTC seconds, None when there is
    nothing to go by. `silent`: the provider is not answering. `overdue`: no end is expected any more. `holdup`: what
    a finished file waits for; `link`: for so long that the member is given its address meanwhile. `paused`: why
    nothing is sent, while that is so.
    """

    place: int | None = None
    ready_at: float | None = None
    silent: bool = False
    overdue: bool = False
    holdup: Holdup | None = None
    link: bool = False
    paused: PausedBy | None = None


# Fewer finished jobs than this say nothing about the next.
MIN_SAMPLES = 2

# A task is overdue after an hour, or after so many times what comparable ones took, whichever is longer; in seconds.
MIN_OVERDUE_AFTER = 3600.0
_OVERDUE_TIMES = 4


def expected_end(started: float, runs: Sequence[float], now: float) -> float | None:
    """Estimate when a job started at `started` ends, from the lengths of comparable runs in seconds.

    Returns UTC seconds; None without enough runs, or when the estimate has passed.
    """
    if len(runs) < MIN_SAMPLES:
        return None
    end = started + median(runs)
    return end if end > now else None


def overdue_after(runs: Sequence[float]) -> float:
    """Return after how many seconds a task is overdue, from the lengths of comparable runs in seconds."""
    usual = median(runs) if len(runs) >= MIN_SAMPLES else 0.0
    return max(MIN_OVERDUE_AFTER, _OVERDUE_TIMES * usual)
