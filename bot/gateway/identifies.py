"""When a session may be started: Discord's own limits, and ours below them.

Discord resets the bot's token after 1 000 IDENTIFYs in 24 hours ("Sharding", "Session Start Limit Object"), whatever
number of processes made them.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final, Protocol

from bot.gateway.session_starts import GAP, LOST, SessionStart, StartRecord, rest
from bot.log_lines import counted
from bot.studio.ports import Clock

log = logging.getLogger(__name__)

# Where no session may be begun, it is asked again after so many seconds at the latest.
_ASK_AGAIN: Final = 600.0
# Seconds for which Discord's number may lag behind our own IDENTIFYs.
_LAG: Final = 60.0


class ForeignSessions(Protocol):
    """Is told of sessions that this bot did not begin."""

    def earlier(self, count: int) -> None:
        """Take in sessions begun before this start that were counted nowhere here."""
        ...

    def sessions(self, count: int) -> None:
        """Take in sessions begun by another process while this one runs."""
        ...


@dataclass(frozen=True, slots=True)
class Start:
    """What `GET /gateway/bot` says: where, how many shards, and how many sessions may still be begun.

    `reset_after` in seconds; `max_concurrency`: how many buckets may start a session at once.
    """

    url: str
    shards: int
    total: int
    remaining: int
    reset_after: float
    max_concurrency: int = 1


def read_start(answer: object) -> Start:
    """Read the answer of `GET /gateway/bot`; raises ValueError where it is another."""
    match answer:
        case {
            "url": str(url),
            "shards": int(shards),
            "session_start_limit": {"total": int(total), "remaining": int(left), "reset_after": int(after), **more},
        } if url.startswith(("ws://", "wss://")) and 0 < shards <= total:
            at_once = more.get("max_concurrency")
            return Start(url, shards, total, left, after / 1000, max(at_once, 1) if isinstance(at_once, int) else 1)
        case _:
            raise ValueError("not what GET /gateway/bot answers")


class Identifies:
    """The turns of IDENTIFYs of all shards.

    `ask` asks Discord, and raises one of `trouble` where it cannot; `foreign_sessions` hears of sessions with our token
    that are not ours.
    """

    def __init__(
        self,
        record: StartRecord,
        clock: Clock,
        ask: Callable[[], Awaitable[Start]],
        trouble: tuple[type[BaseException], ...],
        foreign_sessions: ForeignSessions,
    ) -> None:
        self._record = record
        self._clock = clock
        self._ask = ask
        self._trouble = trouble
        self._foreign_sessions = foreign_sessions
        self._turns: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._made: Sequence[SessionStart] = ()
        self._seen: tuple[Start, float] | None = None

    @property
    def url(self) -> str:
        """Return the gateway's address, as Discord named it last."""
        return self._seen[0].url if self._seen else ""

    async def open(self) -> Start:
        """Read what was counted before, and ask Discord; raises one of `trouble`."""
        start = await self.look()
        if (strange := start.total - start.remaining - len(self._made)) > 0:
            self._foreign_sessions.earlier(strange)
        return start

    @asynccontextmanager
    async def turn(self, shard: int = 0) -> AsyncIterator[None]:
        """Wait until a shard's session may be begun; no other of its bucket begins here while the block connects."""
        async with self._turns[self._bucket(shard)]:
            await self._wait_for_ours(self._bucket(shard))
            await self._wait_for_discord()
            yield

    async def spend(self, shard: int = 0) -> None:
        """Count an IDENTIFY that is about to be sent; where another process has just sent one, wait once more."""
        while (wait := await self._record.take(self._bucket(shard), self._total)) > 0:
            await self._clock.sleep(wait)

    async def look(self) -> Start:
        """Ask Discord how many sessions are left, and notice those that are not ours; raises one of `trouble`."""
        start = await self._ask()
        await self._read()
        if self._seen is not None:
            before, at = self._seen
            ours = sum(self._clock.elapsed(made.at) <= self._clock.elapsed(at) + _LAG for made in self._made)
            # Where none was used yet there is no day that could be over.
            over = before.remaining < before.total and self._clock.elapsed(at) >= before.reset_after
            if not over and (strange := before.remaining - ours - start.remaining) > 0:
                self._foreign_sessions.sessions(strange)
        self._seen = start, self._clock.now()
        return start

    @property
    def _total(self) -> int:
        return self._seen[0].total if self._seen else 0

    def _bucket(self, shard: int) -> int:
        """Return Discord's `rate_limit_key` ("Gateway", Sharding)."""
        return shard % (self._seen[0].max_concurrency if self._seen else 1)

    async def _read(self) -> None:
        try:
            self._made = await self._record.today()
        except LOST:
            log.warning("How many sessions were started today couldn't be read.")

    async def _wait_for_ours(self, bucket: int) -> None:
        await self._read()
        wait = rest(self._made, bucket, self._total, self._clock.elapsed)
        if wait > GAP:
            count = counted(len(self._made), "session")
            log.warning("%s started today. Waiting %.0f s before the next one.", count, wait)
        if wait > 0:
            await self._clock.sleep(wait)

    async def _wait_for_discord(self) -> None:
        logged = False
        if self._seen is not None and self._seen[0].remaining > 0 and self._clock.elapsed(self._seen[1]) < GAP:
            return
        while True:
            try:
                start = await self.look()
            except self._trouble as error:
                log.warning("Discord didn't say how many sessions are left (%s).", type(error).__name__)
                return
            if start.remaining > 0:
                return
            if not logged:
                log.warning("Discord allows no new session for another %.0f s. Waiting.", start.reset_after)
            logged = True
            await self._clock.sleep(min(max(start.reset_after, GAP), _ASK_AGAIN))
