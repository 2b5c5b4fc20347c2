"""When a task is asked about next: the pauses of one follower, and one breaker for all. Pure but for the clock.

The provider's page on polling: first after 5 s, then about every 10 s with jitter, never faster than every 5 s.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from random import Random

from bot.domain.backoff import Backoff, jittered, spread
from bot.domain.progress import MIN_OVERDUE_AFTER, Silence
from bot.studio.ports import Clock
from bot.toapis.api_client import QUERIES_PER_SECOND, SHARE

FIRST_AFTER = 5.0
MIN_WAIT = 5.0
MAX_WAIT = 10.0
"""Seconds between two queries while a task may end at any moment: a percent may jump from 50 to the end."""
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


def first_wait(age: float, rng: Random) -> float:
    """Return the seconds until a task's first query; `age` in seconds since the submit.

    A task that is older, found at a restart, is asked about soon, but not at the same moment as all others.
    """
    return max(FIRST_AFTER - max(age, 0.0), 0.0) + rng.uniform(0.0, 1.0)


def next_wait(
    age: float,
    percent: int | None,
    running: int,
    rng: Random,
    overdue_after: float = MIN_OVERDUE_AFTER,
    *,
    hinted: bool = False,
) -> float:
    """Return the seconds until the next query: half of what is left by the task's own percent, at most MAX_WAIT.

    `age` in seconds since the submit; from `overdue_after` on an end is no longer expected. With many `running` jobs
    the waits grow so that all queries together stay within the limit. While ends are `hinted`, they are longer.
    """
    if age >= overdue_after:
        wait = OVERDUE_EVERY
    elif age >= overdue_after * LONG_SHARE:
        wait = LONG_EVERY
    elif percent:
        wait = min(max(age * (100 - percent) / percent / 2, MIN_WAIT), MAX_WAIT)
    else:
        wait = MAX_WAIT
    wait = max(wait, HINTED_EVERY) if hinted else wait
    return max(jittered(wait, rng), MIN_WAIT, running / (QUERIES_PER_SECOND * SHARE))


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

    @asynccontextmanager
    async def permit(self) -> AsyncIterator[None]:
        """Wait until a query may be sent; it is sent inside, and its outcome reported before leaving."""
        async with AsyncExitStack() as probe:
            if self.is_open():
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
        self._failures = 0
        self._pause = None
        self._failing_since = None
        self._answered_at = self._clock.now()

    def failed(self) -> None:
        """Report a query without a response."""
        self._failures += 1
        self._answered_at = None
        self._failing_since = self._failing_since or self._clock.now()

    def pause(self, seconds: float) -> None:
        """Report that the provider asks everyone to wait that long (429); that is no failure of its."""
        self._pause = max(seconds, self._pause or 0.0)


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
