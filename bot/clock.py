"""The clock of the real world, with the time scale of the demo and the tests."""

import asyncio
import time


class ScaledClock:
    """Fulfils the studio's Clock: waits are divided by the scale, ages are stretched by it, the calendar is real."""

    def __init__(self, scale: float = 1.0) -> None:
        self._scale = scale

    def now(self) -> float:
        """Return UTC seconds."""
        return time.time()

    def elapsed(self, since: float) -> float:
        """Return the scaled seconds that have gone by since a UTC time."""
        return (self.now() - since) * self._scale

    def later(self, seconds: float) -> float:
        """Return the UTC time at which a wait of that many scaled seconds ends."""
        return self.now() + seconds / self._scale

    async def sleep(self, seconds: float) -> None:
        """Wait that many scaled seconds."""
        await asyncio.sleep(max(seconds, 0.0) / self._scale)

    async def until(self, when: float) -> None:
        """Wait until a UTC time."""
        await asyncio.sleep(max(when - self.now(), 0.0))
