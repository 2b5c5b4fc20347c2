"""What was read of something that changes seldom, and only here: read once, and again after each change."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Remembered(Generic[K, V]):
    """Values by their keys, as `read` reads them; at most `maximum` of them, or all are read again.

    Those who ask while a value is being read share it; one that could not be read is read again for the next.
    """

    def __init__(self, read: Callable[[K], Awaitable[V]], maximum: int = 1000) -> None:
        self._read = read
        self._maximum = maximum
        self._readings: dict[K, asyncio.Future[V]] = {}

    async def of(self, key: K) -> V:
        """Return a value as it is since its last change. Raises what reading it raised."""
        reading = self._readings.get(key)
        if reading is None:
            if len(self._readings) >= self._maximum:
                self._readings.clear()
            reading = self._readings[key] = asyncio.ensure_future(self._read(key))
            reading.add_done_callback(partial(self._forget_failed, key))
        return await asyncio.shield(reading)

    def known(self, key: K) -> V | None:
        """Return a value that has been read already; None where it has not."""
        reading = self._readings.get(key)
        done = reading is not None and reading.done() and not reading.cancelled() and reading.exception() is None
        return reading.result() if reading is not None and done else None

    def changed(self, key: K) -> None:
        """Note that a value has just changed: what is being read may be of before it."""
        self._readings.pop(key, None)

    def all_changed(self) -> None:
        """Note that any of them may have changed."""
        self._readings.clear()

    def _forget_failed(self, key: K, reading: asyncio.Future[V]) -> None:
        failed = reading.cancelled() or reading.exception() is not None
        if failed and self._readings.get(key) is reading:
            del self._readings[key]
