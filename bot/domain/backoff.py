"""How long to wait before the next try. Pure: seconds come out, and the caller waits.

One way for the whole program: `Backoff` between the tries of one undertaking, `jittered` for what is done at regular
intervals, `read_retry_after` for the pause that a server asks for, `spread` for one that it asks many callers for.
"""

import math
import random
from datetime import UTC
from email.utils import parsedate_to_datetime
from random import Random

_JITTER = 0.1


class Backoff:
    """Pauses that grow from try to try, in seconds.

    Each is between a half of its step and the whole of it, so that callers which failed together come back apart
    ("equal jitter" in the AWS Architecture Blog's "Exponential Backoff And Jitter"), and never under the shortest.

    Args:
        first: the first step.
        max_pause: the longest pause of its own accord; `next` may be asked for a longer one.
        min_pause: the shortest.
        factor: by which a step grows.
        failures: tries that have failed already.
        rng: for tests.
    """

    def __init__(
        self,
        first: float = 2.0,
        max_pause: float = 300.0,
        *,
        min_pause: float = 0.0,
        factor: float = 2.0,
        failures: int = 0,
        rng: Random | None = None,
    ) -> None:
        self._first = first
        self._max = max_pause
        self._min = min_pause
        self._factor = factor
        self._uniform = random.uniform if rng is None else rng.uniform
        self.failures = failures

    def next(self, min_pause: float = 0.0) -> float:
        """Count one more failure and return the pause after it; `min_pause`: what the other side asked for."""
        step = min(self._first * self._factor ** min(self.failures, 30), self._max)
        self.failures += 1
        pause = self._uniform(max(step / 2, self._min), max(step, self._min))
        return max(min_pause, pause)


def jittered(seconds: float, rng: Random | None = None) -> float:
    """Return an interval, up to a tenth shorter or longer."""
    return seconds * (rng or random).uniform(1.0 - _JITTER, 1.0 + _JITTER)


def spread(seconds: float, rng: Random | None = None) -> float:
    """Return a pause that was asked for, up to a tenth longer: callers that got the same answer come back apart."""
    return seconds * (rng or random).uniform(1.0, 1.0 + _JITTER)


def read_retry_after(header: str | None, now: float, max_pause: float = math.inf) -> float | None:
    """Read a `Retry-After` header, seconds or a date, as seconds from `now`, from 0 to `max_pause`.

    None where there is none, or nonsense. RFC 9110, section 10.2.3.
    """
    text = (header or "").strip()
    try:
        seconds = float(text)
    except ValueError:
        try:
            date = parsedate_to_datetime(text)
        except (ValueError, TypeError, OverflowError, IndexError):
            return None
        seconds = date.replace(tzinfo=date.tzinfo or UTC).timestamp() - now
    return min(max(seconds, 0.0), max_pause) if math.isfinite(seconds) else None
