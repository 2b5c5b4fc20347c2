"""How many sessions a day may be begun: Discord's own limit, and ours below it, counted on disk.

Discord resets the bot's token after 1 000 IDENTIFYs in 24 hours ("Sharding", "Session Start Limit Object"), whatever
number of processes made them.
"""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final, Protocol

from bot.domain.errors import StoreFull
from bot.log_lines import counted
from bot.studio.ports import Clock

log = logging.getLogger(__name__)

DAY: Final = 86_400.0
# Seconds between two IDENTIFYs, by Discord's rule (one per 5 s and `max_concurrency`).
GAP: Final = 5.0
# Of the day's IDENTIFYs, this share may be made at once; the others are spread over the day.
_AT_ONCE, _SPREAD = 0.25, 0.5
_USUAL_TOTAL: Final = 1000
# Where no session may be begun, it is asked again after so many seconds at the latest.
_ASK_AGAIN: Final = 600.0
# Seconds for which Discord's number may lag behind our own IDENTIFYs.
_LAG: Final = 60.0
_NOTE: Final = "identifies"
_LOST: Final = (StoreFull, TimeoutError)


class NoteStore(Protocol):
    """Small things that are remembered over a restart."""

    async def get(self, key: str) -> str | None:
        """Return what was noted."""
        ...

    async def put(self, key: str, value: str) -> None:
        """Note it."""
        ...


class Strangers(Protocol):
    """Hears of sessions that are not ours."""

    def earlier(self, count: int) -> None:
        """Hear of sessions begun before this start that were counted nowhere here."""
        ...

    def sessions(self, count: int) -> None:
        """Hear of sessions begun by another process while this one runs."""
        ...


@dataclass(frozen=True, slots=True)
class Start:
    """What `GET /gateway/bot` says: where, how many shards, and how many sessions may still be begun.

    `reset_after` in seconds.
    """

    url: str
    shards: int
    total: int
    remaining: int
    reset_after: float


def read_start(answer: object) -> Start:
    """Read the answer of `GET /gateway/bot`; raises ValueError where it is another."""
    match answer:
        case {
            "url": str(url),
            "shards": int(shards),
            "session_start_limit": {"total": int(total), "remaining": int(left), "reset_after": int(after)},
        } if url.startswith(("ws://", "wss://")) and 0 < shards <= total:
            return Start(url, shards, total, left, after / 1000)
        case _:
            raise ValueError("not what GET /gateway/bot answers")


class Identifies:
    """The turns of IDENTIFYs of all shards.

    `ask` asks Discord, and raises one of `trouble` where it cannot; `strangers` hears of sessions with our token
    that are not ours.
    """

    def __init__(
        self,
        notes: NoteStore,
        clock: Clock,
        ask: Callable[[], Awaitable[Start]],
        trouble: tuple[type[BaseException], ...],
        strangers: Strangers,
    ) -> None:
        self._notes = notes
        self._clock = clock
        self._ask = ask
        self._trouble = trouble
        self._strangers = strangers
        self._turn = asyncio.Lock()
        self._made: list[float] = []
        self._seen: tuple[Start, float] | None = None

    @property
    def url(self) -> str:
        """Return the gateway's address, as Discord named it last."""
        return self._seen[0].url if self._seen else ""

    async def open(self) -> Start:
        """Read what was counted before, and ask Discord; raises one of `trouble`."""
        self._made = list(_read(await self._notes.get(_NOTE)))
        start = await self.look()
        if (strange := start.total - start.remaining - len(self._today())) > 0:
            self._strangers.earlier(strange)
        return start

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait until a session may be begun; no other session begins while the block connects."""
        async with self._turn:
            await self._wait_for_ours()
            await self._wait_for_discord()
            yield

    async def spend(self) -> None:
        """Count an IDENTIFY that is about to be sent, on disk where that can be written."""
        self._made = [*self._today(), self._clock.now()]
        try:
            await self._notes.put(_NOTE, json.dumps([round(at, 3) for at in self._made]))
        except _LOST:
            log.warning("A new session couldn't be counted on disk; it counts only until the next restart.")

    async def look(self) -> Start:
        """Ask Discord how many sessions are left, and notice those that are not ours; raises one of `trouble`."""
        start = await self._ask()
        if self._seen is not None:
            before, at = self._seen
            ours = sum(self._clock.elapsed(made) <= self._clock.elapsed(at) + _LAG for made in self._made)
            # Where none was used yet there is no day that could be over.
            over = before.remaining < before.total and self._clock.elapsed(at) >= before.reset_after
            if not over and (strange := before.remaining - ours - start.remaining) > 0:
                self._strangers.sessions(strange)
        self._seen = start, self._clock.now()
        return start

    async def _wait_for_ours(self) -> None:
        wait = self._rest()
        if wait > GAP:
            count = counted(len(self._today()), "session")
            log.warning("%s started today. Waiting %.0f s before the next one.", count, wait)
        if wait > 0:
            await self._clock.sleep(wait)

    def _rest(self) -> float:
        today = self._today()
        if not today:
            return 0.0
        total = max(self._seen[0].total if self._seen else 0, _USUAL_TOTAL)
        gap = GAP if len(today) < total * _AT_ONCE else max(DAY / (total * _SPREAD), GAP)
        return gap - max(self._clock.elapsed(today[-1]), 0.0)

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

    def _today(self) -> list[float]:
        # Those ahead of the clock, which was set back, are counted as well.
        return [at for at in self._made if -DAY < self._clock.elapsed(at) < DAY]


def _read(noted: str | None) -> Iterator[float]:
    try:
        listed: Any = json.loads(noted or "[]")
    except ValueError:
        return
    if isinstance(listed, list):
        yield from sorted(float(at) for at in listed if isinstance(at, int | float))
