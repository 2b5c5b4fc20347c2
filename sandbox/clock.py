"""Wall clock that a test can move."""

import asyncio
import heapq
import time
from collections.abc import Callable
from itertools import count


class Clock:
    """Tell the time in unix seconds (UTC), running by itself and movable by a test.

    Args:
        start: unix seconds at which the clock begins; the machine's time when left out.
        speed: clock seconds that pass in one real second, above zero.
    """

    def __init__(self, start: float | None = None, speed: float = 1.0) -> None:
        if speed <= 0:
            raise ValueError("speed must be above zero")
        self._start = time.time() if start is None else start
        self._speed = speed
        self._began = time.monotonic()
        self._moved = 0.0
        self._waiting: list[tuple[float, int, asyncio.Future[None]]] = []
        self._order = count()
        self._timer: asyncio.TimerHandle | None = None
        self._listeners: list[Callable[[], None]] = []

    def now(self) -> float:
        """Return unix seconds, UTC."""
        return self._start + self._moved + (time.monotonic() - self._began) * self._speed

    @property
    def moved(self) -> float:
        """Return by how many seconds the clock was moved ahead so far."""
        return self._moved

    def advance(self, seconds: float) -> None:
        """Move the clock ahead by `seconds` and wake every waiter whose time has come."""
        if seconds < 0:
            raise ValueError("the clock only moves ahead")
        self._moved += seconds
        self._wake()
        for listener in tuple(self._listeners):
            listener()

    def on_advance(self, listener: Callable[[], None]) -> None:
        """Call `listener` after every `advance`."""
        self._listeners.append(listener)

    async def until(self, when: float) -> None:
        """Return once `now()` has reached `when` (unix seconds), by running on or by being advanced."""
        if self.now() >= when:
            return
        reached: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (when, next(self._order), reached))
        self._arm()
        try:
            await reached
        finally:
            self._forget_finished()

    def _wake(self) -> None:
        self._timer_off()
        while self._waiting and (self._waiting[0][0] <= self.now() or self._waiting[0][2].done()):
            reached = heapq.heappop(self._waiting)[2]
            if not reached.done():
                reached.set_result(None)
        self._arm()

    def _arm(self) -> None:
        self._timer_off()
        if self._waiting:
            loop = self._waiting[0][2].get_loop()
            delay = max(0.0, (self._waiting[0][0] - self.now()) / self._speed)
            # A loop's timers may fire a hair early; the millisecond keeps `_wake` from spinning.
            self._timer = loop.call_later(delay + 0.001, self._wake)

    def _timer_off(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _forget_finished(self) -> None:
        while self._waiting and self._waiting[0][2].done():
            heapq.heappop(self._waiting)
        if not self._waiting:
            self._timer_off()
