"""When a task is asked about next: the waits of one follower, the rate of all together, and one breaker for all.

The provider's page on polling: first after 5 s, then about every 10 s with jitter, never faster than every 5 s.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, nullcontext
from random import Random
from types import TracebackType
from typing import Self

from bot.domain.backoff import Backoff, jittered, spread
from bot.domain.models import Model
from bot.domain.pace import MIN_WAIT, PRICE, UNLIKELY_WAIT, best_wait
from bot.domain.percents import PercentRecord, Percents
from bot.domain.progress import Silence
from bot.domain.run_lengths import RunLengths
from bot.studio.ports import Clock
from bot.toapis.api_client import QUERIES_PER_SECOND, SHARE

FIRST_AFTER = 5.0
LONG_SHARE = 0.5
"""Part of the time until a task is overdue after which it takes longer than usual."""
LONG_EVERY = 60.0
OVERDUE_EVERY = 300.0
HINTED_EVERY = 30.0
"""Seconds between two queries while the provider tells of ends by itself: they find what it does not tell."""
OPENS_AFTER = 5
"""Failures in a row, of all queries together, after which the provider counts as down."""
SILENT_AFTER = 2
"""Queries in a row without a response after which a follower says that the provider is silent."""
_MAX_BACKOFF = 60.0
_JITTER = 0.5
"""Seconds by which a wait is shorter or longer: more would waste what is known of the end."""
RATE = 0.9 * SHARE * QUERIES_PER_SECOND
"""Queries a second that all followers together plan; what else asks, and whatever comes at once, has the rest."""
MAX_STRETCH = 100.0
"""Waits have an end, though what all tasks want may grow: those that take longer than usual ask all the same."""
_EVEN_SHARES = 2.0
"""However dear questions are, a task waits no longer than twice as long as if all were asked in turn."""


class Pace:
    """What all followers share: how right percents were, by model, and the rate of their questions.

    Where they would ask more often than the provider lets them, every question gets dearer, so that each is asked
    where it tells most: all waits grow alike, but for those of tasks that are about to end. `share`: the part of the
    provider's rate that this process may plan; it may change while tasks are followed.
    """

    def __init__(self, rng: Random, share: float = 1.0) -> None:
        self.rng = rng
        self.share = share
        self.records: defaultdict[Model, PercentRecord] = defaultdict(PercentRecord)
        self.followers = 0
        self.wanted = 0.0
        """Questions a second that all of them would ask if there were room."""

    @property
    def stretch(self) -> float:
        """Return by how much waits are longer for want of room, from 1 to MAX_STRETCH."""
        return min(max(self.wanted / self._rate, 1.0), MAX_STRETCH)

    @property
    def longest(self) -> float:
        """Return the seconds that anyone waits at the most, until it takes longer than usual."""
        return max(min(UNLIKELY_WAIT * self.stretch, _EVEN_SHARES * self.followers / self._rate), UNLIKELY_WAIT)

    @property
    def _rate(self) -> float:
        return RATE * self.share

    def follow(self, model: Model, lengths: RunLengths) -> "TaskPace":
        """Begin to ask about a task; `lengths` of comparable ones. Use as a context manager."""
        return TaskPace(self, lengths, Percents(self.records[model]))


class TaskPace:
    """When one task is asked about. Ages in scaled seconds since its submit."""

    __slots__ = ("_lengths", "_pace", "_percents", "_ran", "_wanted")

    def __init__(self, pace: Pace, lengths: RunLengths, percents: Percents) -> None:
        self._pace = pace
        self._lengths = lengths
        self._percents = percents
        self._ran: float | None = None  # the age at which it was last known to run
        self._wanted = 0.0

    def __enter__(self) -> Self:
        self._pace.followers += 1
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pace.followers -= 1
        self._want(0.0)

    def first_wait(self, age: float) -> float:
        """Return the seconds until the first query; later where there is little room for it.

        A task that is older, found at a restart, is asked about soon, but not at the same moment as all others.
        """
        if age <= FIRST_AFTER:
            self._ran = 0.0
        stretch = self._pace.stretch
        first = FIRST_AFTER
        if stretch > 1.0:
            best = best_wait(self._lengths, None, 0.0, PRICE * stretch**2, self._pace.longest)
            first = min(FIRST_AFTER * stretch**2, best)
        wait = max(first - max(age, 0.0), 0.0)
        # By how it is to be asked from here on: that it is asked at once now has no room to stretch.
        self._want(stretch / first)
        return wait + self._pace.rng.uniform(0.0, 1.0)

    def next_wait(self, age: float, percent: int | None, *, hinted: bool = False) -> float:
        """Take in an answer by which it still runs, and return the seconds until the next query.

        While ends are `hinted`, they are longer; longest once it is overdue.
        """
        self._ran = age
        self._percents.observe(age, percent)
        pace, overdue_after, stretch = self._pace, self._lengths.overdue_after, self._pace.stretch
        if age >= overdue_after * LONG_SHARE:
            wait = jittered(OVERDUE_EVERY if age >= overdue_after else LONG_EVERY, pace.rng)
        else:
            wait = best_wait(self._lengths, self._percents.estimate, age, PRICE * stretch**2, pace.longest)
            wait += pace.rng.uniform(-_JITTER, _JITTER)
        wait = max(wait, jittered(HINTED_EVERY, pace.rng) if hinted else MIN_WAIT)
        self._want(stretch / wait)
        return wait

    def ended(self, age: float) -> float | None:
        """Take in that its end was seen at an age; returns how long it ran, as far as the queries tell.

        None where they were too far apart.
        """
        if self._ran is None or age - self._ran > 2.0 * self._pace.longest:
            return None
        run = (self._ran + age) / 2.0
        self._percents.ended(run)
        return run

    def _want(self, wanted: float) -> None:
        self._pace.wanted += wanted - self._wanted
        self._wanted = wanted


def _backoff(rng: Random, failures: int = 0) -> Backoff:
    return Backoff(MIN_WAIT, _MAX_BACKOFF, min_pause=MIN_WAIT, failures=failures, rng=rng)


class Breaker:
    """Keep many followers from hammering a provider that does not respond.

    While it is open, the first caller waits out the pause and asks alone; all others wait behind. A response lets
    everyone through at once; another failure lets the next one wait, longer.
    """

    def __init__(self, clock: Clock, rng: Random) -> None:
        self._clock = clock
        self._rng = rng
        self._probing = asyncio.Lock()
        self._failures = 0
        self._pause: float | None = None
        self._failing_since: float | None = None
        self._answered_at: float | None = None
        self.changed: Callable[[], None] = lambda: None
        """Called when the provider has just come to count as down, or no longer, and when it asks for a pause."""

    @property
    def pause_asked(self) -> float | None:
        """Return the seconds that the provider has asked everyone to wait, until the next query has waited them out."""
        return self._pause

    def heard(self, *, down: bool, pause: float | None) -> None:
        """Take in what another process was told by the provider, or not told; `changed` is not called for that."""
        if down:
            self._failures = max(self._failures, OPENS_AFTER)
            self._failing_since = self._failing_since or self._clock.now()
        elif self.is_down:
            self._failures, self._failing_since = 0, None
        if pause is not None:
            self._pause = max(pause, self._pause or 0.0)

    def answered_within(self, seconds: float) -> bool:
        """Tell whether the latest query was answered, and that no longer ago than so many scaled seconds."""
        return self._answered_at is not None and self._clock.elapsed(self._answered_at) < seconds

    @property
    def is_down(self) -> bool:
        """Tell whether the provider counts as down."""
        return self._failures >= OPENS_AFTER

    @property
    def failing_since(self) -> float | None:
        """Return when the present run of failures began, in UTC seconds; None while there is none."""
        return self._failing_since

    def is_open(self) -> bool:
        """Tell whether a query would have to wait: the provider is down, or has asked for a pause."""
        return self.is_down or self._pause is not None

    def permit(self) -> AbstractAsyncContextManager[None]:
        """Wait until a query may be sent; it is sent inside, and its outcome reported before leaving."""
        return self._turn() if self.is_open() else nullcontext()

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        async with AsyncExitStack() as probe:
            await probe.enter_async_context(self._probing)
            if self.is_open():
                backoff = _backoff(self._rng, max(self._failures - OPENS_AFTER, 0))
                await self._clock.sleep(backoff.next(spread(self._pause or 0.0, self._rng)))
                self._pause = None
            else:
                await probe.aclose()
            yield

    def succeeded(self) -> None:
        """Report a response: the provider is there."""
        was_open = self.is_open()
        self._failures = 0
        self._pause = None
        self._failing_since = None
        self._answered_at = self._clock.now()
        if was_open:
            self.changed()

    def failed(self) -> None:
        """Report a query without a response."""
        self._failures += 1
        self._answered_at = None
        self._failing_since = self._failing_since or self._clock.now()
        if self._failures == OPENS_AFTER:
            self.changed()

    def pause(self, seconds: float) -> None:
        """Report that the provider asks everyone to wait that long (429); that is no failure of its."""
        self._pause = max(seconds, self._pause or 0.0)
        self.changed()


class SilenceTracker:
    """How long one follower has got no response, and whether it has said so."""

    def __init__(self, clock: Clock, breaker: Breaker, rng: Random) -> None:
        self._clock = clock
        self._breaker = breaker
        self._backoff = _backoff(rng)
        self._since: float | None = None
        self._said = False

    def failed(self) -> int:
        """Report a query without a response; returns how many there were in a row."""
        self._since = self._since or self._clock.now()
        self._pause = self._backoff.next()
        return self._backoff.failures

    async def wait(self) -> None:
        """Wait for the next query; while the breaker is open its pause is the wait."""
        if not self._breaker.is_open():
            await self._clock.sleep(self._pause)

    def silence(self) -> Silence | None:
        """Return what there is to say, once for each time of silence."""
        if self._said or not (self._breaker.is_down or self._backoff.failures >= SILENT_AFTER):
            return None
        self._said = True
        times = (self._since, self._breaker.failing_since, self._clock.now())
        return Silence(min(time for time in times if time is not None))
