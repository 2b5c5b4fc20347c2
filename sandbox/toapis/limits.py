"""The provider's rate limits, as the documented default group has them."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

SPAN = 10.0
"""Seconds of the window: its burst is what the average allows in it, and the limit of a minute follows from it."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a request may pass, and the headers that every answer of its category carries."""

    allowed: bool
    headers: dict[str, str]


class Limiter:
    """One category's sliding window: "5/s, burst 50 in 10 s, 300/min" for submits, ten times that for queries.

    Args:
        category: "async_submit" or "async_query".
        per_second: requests per second on average.
        now: seconds of the provider's own pace.
        wall: unix seconds, for `X-RateLimit-Reset`.
    """

    def __init__(self, category: str, per_second: int, now: Callable[[], float], wall: Callable[[], float]) -> None:
        self._category = category
        self._limit = round(per_second * SPAN)
        self._now = now
        self._wall = wall
        self._passed: deque[float] = deque()

    def admit(self) -> Verdict:
        """Count one request, or say when to come back."""
        now = self._now()
        while self._passed and self._passed[0] <= now - SPAN:
            self._passed.popleft()
        allowed = len(self._passed) < self._limit
        if allowed:
            self._passed.append(now)
        wait = self._passed[0] + SPAN - now
        headers = {
            "X-RateLimit-Limit": str(self._limit),
            "X-RateLimit-Remaining": str(self._limit - len(self._passed)),
            "X-RateLimit-Reset": str(int(self._wall() + wait)),
            "X-RateLimit-Category": self._category,
        }
        if not allowed:
            headers["Retry-After"] = str(max(1, -int(-wait // 1)))
        return Verdict(allowed, headers)
