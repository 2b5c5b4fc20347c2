"""The clock of the real world, which the machine's own clock cannot make jump; with a time scale for demo and tests."""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Final

log = logging.getLogger(__name__)

# So far, in seconds, the machine's calendar is followed at once: a clock that is being disciplined moves that little.
_FOLLOWED: Final = 2.0
# A calendar that has jumped is believed after it stood there for so many scaled seconds: longer than an interaction's
# token lives, so that no token is judged by two calendars; shorter than `studio.deadline` waits between two looks.
BELIEVED_AFTER: Final = 15 * 60.0


def machine_ticks() -> float:
    """Return seconds that only ever grow, and grow while the machine sleeps too where the system counts that.

    clock_gettime(2): CLOCK_BOOTTIME is CLOCK_MONOTONIC plus the time of suspension.
    """
    boot_time: int | None = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boot_time is None else time.clock_gettime(boot_time)


def machine_calendar() -> float:
    """Return the machine's UTC seconds, whatever they are."""
    return time.time()


@dataclass(frozen=True, slots=True)
class _Jump:
    """The calendar that was believed from then on: our UTC seconds right before and right after."""

    before: float
    after: float

    def is_after(self, stamp: float, until: float) -> bool:
        """Tell whether a stamp was made after the jump; `until`: the last time of the calendar that began with it.

        A calendar that was put back shows some times twice: then the later one is meant, which counts for less.
        """
        return self.before < stamp if self.after > self.before else self.after < stamp <= until


class ScaledClock:
    """Fulfils the studio's Clock: waits are divided by the scale, ages are stretched by it, the calendar is real.

    UTC seconds run on evenly from the first look at the machine's calendar. Where that jumps, it is believed once it
    has stayed there; an age counts what has really gone by since, whatever the calendar said meanwhile.
    """

    def __init__(
        self,
        scale: float = 1.0,
        *,
        ticks: Callable[[], float] = machine_ticks,
        calendar: Callable[[], float] = machine_calendar,
    ) -> None:
        self._scale = scale
        self._ticks = ticks
        self._calendar = calendar
        self._at = (ticks(), calendar())  # ticks, and our UTC seconds then
        self._began = self._at[1]
        self._jumps: list[_Jump] = []
        self._strayed: tuple[float, float] | None = None  # since when, in ticks, and by how much the calendar is off

    def now(self) -> float:
        """Return UTC seconds."""
        ticks, calendar = self._ticks(), self._calendar()
        at, utc = self._at
        even = utc + ticks - at
        off = calendar - even
        if abs(off) <= _FOLLOWED:
            if self._strayed is not None:
                log.warning("The machine's clock is correct again.")
            self._strayed = None
            self._at = (ticks, calendar)
            return calendar
        if self._strayed is None or abs(off - self._strayed[1]) > _FOLLOWED:
            log.warning("The machine's clock jumped by %.0f s. The new time is used once it has proved stable.", off)
            self._strayed = (ticks, off)
        if (ticks - self._strayed[0]) * self._scale < BELIEVED_AFTER:
            return even
        log.warning("The machine's clock has kept its new time (%.0f s off), so it's used from now on.", off)
        self._jumps.append(_Jump(even, calendar))
        self._strayed = None
        self._at = (ticks, calendar)
        return calendar

    def age(self, since: float) -> float:
        """Return the real seconds that have gone by since a UTC time; none since one that is still to come.

        By which calendar an earlier run of the bot has written a time down is not known: then the lesser age counts.
        """
        now = until = self.now()
        age = now - since
        for jump in reversed(self._jumps):
            if jump.is_after(since, until):
                break
            by = jump.after - jump.before
            age -= by if since >= self._began else max(by, 0.0)
            until = jump.before
        return max(age, 0.0)

    def ago(self, seconds: float) -> float:
        """Return a UTC time such that whatever was written down before it is at least so many real seconds of age."""
        when = self.now() - seconds
        for jump in reversed(self._jumps):
            if when > jump.after:
                break
            when -= max(jump.after - jump.before, 0.0)
        return when

    def elapsed(self, since: float) -> float:
        """Return the scaled seconds that have gone by since a UTC time."""
        return self.age(since) * self._scale

    def later(self, seconds: float) -> float:
        """Return the UTC time at which a wait of that many scaled seconds ends."""
        return self.now() + seconds / self._scale

    def sleep(self, seconds: float) -> Coroutine[Any, Any, None]:
        """Wait that many scaled seconds."""
        # Handed on rather than awaited here: thousands of waits at once are without a frame each.
        return asyncio.sleep(max(seconds, 0.0) / self._scale)

    def until(self, when: float) -> Coroutine[Any, Any, None]:
        """Wait until a UTC time."""
        return asyncio.sleep(max(when - self.now(), 0.0))
