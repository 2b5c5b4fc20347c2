"""The provider's rate limits: sliding windows, as the documented default group has them."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a request may pass, and the headers that every answer of its category carries."""

    allowed: bool
    headers: dict[str, str]


class Limiter:
    """One category's windows.

    Five (fifty) a second on average, with a burst of ten seconds' worth at once, is what "5/s, burst 50 in 10 s,
    300/min" comes to.

    Args:
        category: "async_submit" or "async_query".
        per_second: requests per second on average.
        now: seconds of the provider's own pace.
        wall: unix seconds, for `X-RateLimit-Reset`.
    """

    def __init__(self, category: str, per_second: int, now: Callable[[], float], wall: Callable[[], float]) -> None:
        self._category = category
        self._windows = ((10.0, per_second * 10), (60.0, per_second * 60))
        self._now = now
        self._wall = wall
        self._passed: deque[float] = deque()

    def admit(self) -> Verdict:
        """Count one request, or say when to come back."""
        now = self._now()
        while self._passed and self._passed[0] <= now - self._windows[-1][0]:
            self._passed.popleft()
        rests = [self._rest(now, span, limit) for span, limit in self._windows]
        # Of two windows that are full, the one that stays full longer decides.
        remaining, wait, limit = min(rests, key=lambda rest: (rest[0], -rest[1]))
        headers = {"X-RateLimit-Limit": str(limit), "X-RateLimit-Category": self._category}
        if remaining <= 0:
            headers["Retry-After"] = str(max(1, -int(-wait // 1)))
        else:
            self._passed.append(now)
        headers["X-RateLimit-Remaining"] = str(max(0, remaining - 1))
        headers["X-RateLimit-Reset"] = str(int(self._wall() + wait))
        return Verdict(remaining > 0, headers)

    def _rest(self, now: float, span: float, limit: int) -> tuple[int, float, int]:
        """Return what is left in a window, the seconds until its oldest request leaves it, and its limit."""
        inside = [at for at in self._passed if at > now - span]
        return limit - len(inside), inside[0] + span - now if inside else 0.0, limit
