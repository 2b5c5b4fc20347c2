"""The sessions that were started with the bot's token in the last day: written down, and when the next one may be.

One process counts its own. Where several share a database they count together, in one note that is read and written in
one transaction: two of them never start a session of one bucket within Discord's gap.
"""

import asyncio
import json
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol, TypeVar

from bot.domain.errors import StoreFull
from bot.studio.ports import Clock

log = logging.getLogger(__name__)

T = TypeVar("T")

DAY: Final = 86_400.0
GAP: Final = 5.0
"""Seconds between two IDENTIFYs of one bucket, by Discord's rule ("Gateway", Max Concurrency)."""
LOST: Final = (StoreFull, TimeoutError)
"""What keeps a start from being written down."""
# Seconds by which what one process sends may come sooner after its turn than what another one sent before it.
_ON_THE_WAY: Final = 0.5
# Of the day's IDENTIFYs, this share may be made at once; the others are spread over the day.
_AT_ONCE, _SPREAD = 0.25, 0.5
_USUAL_TOTAL: Final = 1000
# A shorter wait is none.
_MOMENT: Final = 0.001
_NOTE: Final = "identifies"


class NoteStore(Protocol):
    """Small things that are remembered over a restart."""

    async def get(self, key: str) -> str | None:
        """Return what was noted."""
        ...

    async def put(self, key: str, value: str) -> None:
        """Note it."""
        ...


class SharedNoteStore(NoteStore, Protocol):
    """Notes that several processes change."""

    async def change(self, key: str, change: Callable[[str | None, float], tuple[str, T]]) -> T:
        """Note what `change` makes of what was noted, in one transaction, and return what else it returns.

        It is given the database's UTC seconds, and called on another thread.
        """
        ...


@dataclass(frozen=True, slots=True)
class SessionStart:
    """One IDENTIFY: when, in UTC seconds, and in which of Discord's buckets."""

    at: float
    bucket: int


class StartRecord(Protocol):
    """Where the sessions of a day are written down."""

    async def today(self) -> Sequence[SessionStart]:
        """Return those of the last day, the latest last."""
        ...

    async def take(self, bucket: int, total: int) -> float:
        """Write one down that is about to be started, and return 0; or return the seconds until it may be.

        `total`: how many Discord allows a day.
        """
        ...


def rest(
    today: Sequence[SessionStart], bucket: int, total: int, elapsed: Callable[[float], float], gap: float = GAP
) -> float:
    """Return the scaled seconds until a session of a bucket may be started, after the sessions of today."""
    wait = 0.0
    if before := [start for start in today if start.bucket == bucket]:
        wait = gap - max(elapsed(before[-1].at), 0.0)
    allowed = max(total, _USUAL_TOTAL)
    if len(today) >= allowed * _AT_ONCE:
        wait = max(wait, max(DAY / (allowed * _SPREAD), gap) - max(elapsed(today[-1].at), 0.0))
    return wait if wait > _MOMENT else 0.0


class OwnStarts:
    """Those of one process and of its runs before; they count until the next restart where the disk is full."""

    def __init__(self, notes: NoteStore, clock: Clock) -> None:
        self._notes = notes
        self._clock = clock
        self._made: list[SessionStart] | None = None
        self._reading = asyncio.Lock()

    async def today(self) -> Sequence[SessionStart]:
        """Return those of the last day; the first call reads what was noted before."""
        async with self._reading:
            if self._made is None:
                self._made = list(_read(await self._notes.get(_NOTE)))
        return _of_today(self._made, self._clock.elapsed)

    async def take(self, bucket: int, total: int) -> float:  # noqa: ARG002 - its turn was waited for: no one else takes
        """Write one down, on disk where that can be written."""
        self._made = [*await self.today(), SessionStart(self._clock.now(), bucket)]
        try:
            await self._notes.put(_NOTE, _written(self._made))
        except LOST:
            log.warning("A new session couldn't be counted on disk; it counts only until the next restart.")
        return 0.0


class SharedStarts:
    """Those of all processes that share a database, by its clock."""

    def __init__(self, notes: SharedNoteStore, clock: Clock) -> None:
        self._notes = notes
        self._clock = clock

    async def today(self) -> Sequence[SessionStart]:
        """Return those of the last day."""
        return _of_today(_read(await self._notes.get(_NOTE)), self._clock.elapsed)

    async def take(self, bucket: int, total: int) -> float:
        """Write one down if it may be started now; no other process takes the same turn."""
        # How long a scaled second is: what is asked of the database is measured by the database's clock.
        second = (self._clock.later(DAY) - self._clock.now()) / DAY

        def take(noted: str | None, now: float) -> tuple[str, float]:
            def elapsed(at: float) -> float:
                return (now - at) / second

            # One ahead of the clock, which was set back, would be waited for until it is past.
            today = [SessionStart(min(one.at, now), one.bucket) for one in _of_today(_read(noted), elapsed)]
            wait = rest(today, bucket, total, elapsed, GAP + _ON_THE_WAY)
            return _written(today if wait > 0 else [*today, SessionStart(now, bucket)]), wait

        return await self._notes.change(_NOTE, take)


def _of_today(made: Iterable[SessionStart], elapsed: Callable[[float], float]) -> list[SessionStart]:
    # Those ahead of the clock, which was set back, are counted as well.
    return [start for start in made if -DAY < elapsed(start.at) < DAY]


def _read(noted: str | None) -> Iterator[SessionStart]:
    try:
        listed: Any = json.loads(noted or "[]")
    except ValueError:
        return
    found = [start for start in map(_start, listed if isinstance(listed, list) else []) if start is not None]
    yield from sorted(found, key=lambda start: start.at)


def _start(one: Any) -> SessionStart | None:
    match one:
        case int() | float():
            return SessionStart(float(one), 0)
        case [int() | float() as at, int(bucket)]:
            return SessionStart(float(at), bucket)
        case _:
            return None


def _written(made: Sequence[SessionStart]) -> str:
    # Of most bots all are in bucket 0; an earlier version reads those.
    return json.dumps([round(one.at, 3) if one.bucket == 0 else [round(one.at, 3), one.bucket] for one in made])
