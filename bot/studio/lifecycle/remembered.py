"""What was read of something that changes seldom, and only here: read once, and again after each change."""

from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Remembered(Generic[K, V]):
    """Values by their keys, as `read` reads them; at most `maximum` of them, or all are read again."""

    def __init__(self, read: Callable[[K], Awaitable[V]], maximum: int = 1000) -> None:
        self._read = read
        self._maximum = maximum
        self._values: dict[K, V] = {}
        self._changes = 0

    async def of(self, key: K) -> V:
        """Return a value as it is since its last change."""
        if key in self._values:
            return self._values[key]
        changes = self._changes
        value = await self._read(key)
        # What was read beside a change may be of before it.
        if changes == self._changes:
            if len(self._values) >= self._maximum:
                self._values.clear()
            self._values[key] = value
        return value

    def changed(self, key: K) -> None:
        """Note that a value has just changed."""
        self._changes += 1
        self._values.pop(key, None)
