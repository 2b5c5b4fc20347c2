"""One door for all followers: shut while the provider is down, when one of them at a time looks whether it is back."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from random import Random

from bot.studio.ports import Clock
from bot.toapis import pace

OPENS_AFTER = 5
"""Failures in a row, of all questions together, after which the provider counts as down."""


class Breaker:
    """Keep many followers from hammering a provider that does not answer.

    While it is open, whoever comes first waits out the pause and asks alone; all others wait behind. An answer lets
    everyone through at once; another failure lets the next one wait, longer.
    """

    def __init__(self, clock: Clock, dice: Random) -> None:
        self._clock = clock
        self._dice = dice
        self._probing = asyncio.Lock()
        self._failures = 0
        self._pause: float | None = None
        self._failing_since: float | None = None

    @property
    def is_down(self) -> bool:
        """Tell whether the provider counts as down."""
        return self._failures >= OPENS_AFTER

    @property
    def failing_since(self) -> float | None:
        """Return when the present run of failures began, in UTC seconds; None while there is none."""
        return self._failing_since

    def is_shut(self) -> bool:
        """Tell whether a question would have to wait: the provider is down, or has asked for a pause."""
        return self.is_down or self._pause is not None

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait until a question may be asked; it is asked inside, and its outcome reported before leaving."""
        async with AsyncExitStack() as probe:
            if self.is_shut():
                await probe.enter_async_context(self._probing)
                if self.is_shut():
                    await self._clock.sleep(self._gap())
                    self._pause = None
                else:
                    await probe.aclose()
            yield

    def answered(self) -> None:
        """Report an answer: the provider is there."""
        self._failures = 0
        self._pause = None
        self._failing_since = None

    def failed(self) -> None:
        """Report a question without an answer."""
        self._failures += 1
        self._failing_since = self._failing_since or self._clock.now()

    def pause(self, seconds: float) -> None:
        """Report that the provider asks everyone to wait that long (429); that is no failure of its."""
        self._pause = max(seconds, self._pause or 0.0)

    def _gap(self) -> float:
        asked_for = (self._pause or 0.0) * self._dice.uniform(1.0, 1.1)
        return max(asked_for, pace.backoff(self._failures - OPENS_AFTER + 1, self._dice) if self.is_down else 0.0)
