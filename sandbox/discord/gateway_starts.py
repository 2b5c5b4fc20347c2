"""How many sessions may be started, and when, over all connections with the bot's token.

From Discord's page "Gateway", its sections "Session Start Limit Object", "Sharding" and "Max Concurrency": so many
IDENTIFYs a day for all shards together, and one in five seconds for all shards of one `rate_limit_key`, which is
`shard_id % max_concurrency`; one that comes too early is answered with op 9. How many processes there are, or sessions
of one shard, is no matter.
"""

from sandbox.clock import Clock
from sandbox.discord.model import Json
from sandbox.discord.settings import Settings

_DAY = 86_400.0


class Starts:
    """The IDENTIFYs of a day, each with its bucket."""

    def __init__(self, clock: Clock, settings: Settings) -> None:
        self._clock = clock
        self._settings = settings
        self._started: list[tuple[float, int | None]] = []

    def start(self, shard: int) -> bool:
        """Count an IDENTIFY; tell whether its shard's bucket was free for it."""
        now, bucket = self._clock.now(), self.bucket(shard)
        before = [at for at, of in self._started if of in {bucket, None}]
        self._started.append((now, bucket))
        return not before or now >= before[-1] + self._settings.identify_gap

    def elsewhere(self, times: int) -> None:
        """Count sessions that another process began with the same token, in any bucket."""
        self._started.extend([(self._clock.now(), None)] * times)

    def bucket(self, shard: int) -> int:
        """Return the `rate_limit_key` of a shard."""
        return shard % self._settings.max_concurrency

    @property
    def is_over(self) -> bool:
        """Whether more were started today than may be: Discord resets the token then."""
        return len(self._today()) > self._settings.identifies_a_day

    def limit(self) -> Json:
        """Return how many sessions may still be started today."""
        today = self._today()
        reset = int((today[0] + _DAY - self._clock.now()) * 1000) if today else 0
        return {
            "total": self._settings.identifies_a_day,
            "remaining": max(self._settings.identifies_a_day - len(today), 0),
            "reset_after": reset,
            "max_concurrency": self._settings.max_concurrency,
        }

    def _today(self) -> list[float]:
        return [at for at, _ in self._started if at > self._clock.now() - _DAY]
