"""Rate limits of REST: buckets, hidden ones, the global one, and the ban for too many invalid requests."""

import hashlib
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from sandbox.clock import Clock
from sandbox.discord.settings import Settings

Rate = tuple[int, float]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a request gets: headers for its answer, and seconds to wait when it is refused (`over`)."""

    headers: Mapping[str, str]
    over: float | None = None
    everywhere: bool = False
    scope: str = "user"


@dataclass(slots=True)
class _Bucket:
    used: int = 0
    ends: float = 0.0


@dataclass(slots=True)
class RateLimits:
    """Count requests by the clock."""

    clock: Clock
    settings: Settings
    _buckets: dict[str, _Bucket] = field(default_factory=dict)
    _invalid: deque[float] = field(default_factory=deque)

    def take(self, method: str, template: str, major: str, *, channel: int | None = None) -> Verdict:
        """Count one request of a route with its major parameters; `channel` is where a webhook writes."""
        now = self.clock.now()
        webhook = template.startswith("/webhooks/")
        unlimited = webhook or template.startswith("/interactions/")
        if not unlimited and (wait := self._count("global", self.settings.global_rate, now)) is not None:
            return Verdict({"X-RateLimit-Global": "true"}, wait, everywhere=True, scope="global")
        rate, name = self._rate(method, template, webhook=webhook)
        key = f"{name} {major}"
        wait = self._count(key, rate, now)
        headers = self._headers(name, key, rate, now)
        if wait is not None:
            return Verdict(headers, wait)
        if webhook and channel is not None and method in ("POST", "PATCH"):
            wait = self._count(f"hidden {channel}", self.settings.webhook_channel_rate, now)
            if wait is not None:
                return Verdict(headers, wait, scope="shared")
        return Verdict(headers)

    def old_edit(self, channel: int) -> float | None:
        """Count an edit of a message older than an hour; seconds to wait when there were too many."""
        return self._count(f"old {channel}", self.settings.old_edit_rate, self.clock.now())

    def invalid(self) -> None:
        """Count an answer 401, 403 or 429."""
        self._invalid.append(self.clock.now())

    def banned(self) -> float | None:
        """Return the seconds of a ban for too many invalid requests."""
        if self.settings.invalid_requests is None:
            return None
        maximum, span = self.settings.invalid_requests
        while self._invalid and self._invalid[0] <= self.clock.now() - span:
            self._invalid.popleft()
        return self._invalid[0] + span - self.clock.now() if len(self._invalid) >= maximum else None

    def _rate(self, method: str, template: str, *, webhook: bool) -> tuple[Rate | None, str]:
        if webhook:
            return self.settings.webhook_rate, "webhook"
        if template.startswith("/channels/{channel_id}/messages") and method in ("POST", "PATCH"):
            return self.settings.post_rate, f"{method} messages"
        return self.settings.other_rate, f"{method} {template}"

    def _count(self, key: str, rate: Rate | None, now: float) -> float | None:
        if rate is None:
            return None
        maximum, span = rate
        bucket = self._buckets.setdefault(key, _Bucket())
        if now >= bucket.ends:
            bucket.used, bucket.ends = 0, now + span
        if bucket.used >= maximum:
            return max(bucket.ends - now, 0.001)
        bucket.used += 1
        return None

    def _headers(self, name: str, key: str, rate: Rate | None, now: float) -> dict[str, str]:
        maximum, span = rate or (1000, 1.0)
        bucket = self._buckets.get(key, _Bucket(0, now + span))
        return {
            "X-RateLimit-Bucket": hashlib.md5(name.encode(), usedforsecurity=False).hexdigest(),
            "X-RateLimit-Limit": str(maximum),
            "X-RateLimit-Remaining": str(max(maximum - bucket.used, 0)),
            "X-RateLimit-Reset": f"{bucket.ends:.3f}",
            "X-RateLimit-Reset-After": f"{max(bucket.ends - now, 0.0):.3f}",
        }
