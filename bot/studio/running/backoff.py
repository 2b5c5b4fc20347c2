"""Waiting longer each time, with jitter, up to a cap."""

import random

from bot.studio.ports import Clock

_FIRST = 2.0
_MAX = 300.0


class Backoff:
    """The waits between the tries of one undertaking, in scaled seconds."""

    def __init__(self, clock: Clock, first: float = _FIRST, maximum: float = _MAX) -> None:
        self._clock = clock
        self._next = first
        self._most = maximum
        self._random = random.Random()

    async def wait(self, at_least: float = 0.0) -> None:
        """Wait for the next try; `at_least`: what the other side asked for."""
        seconds = max(at_least, self._next * self._random.uniform(0.5, 1.0))
        self._next = min(self._next * 2, self._most)
        await self._clock.sleep(seconds)
