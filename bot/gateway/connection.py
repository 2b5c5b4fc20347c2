"""Staying connected: one loop a shard, which waits longer after each connection that ended early."""

import asyncio
import logging
from collections import Counter
from collections.abc import Iterable
from typing import Any, Final

import aiohttp
import discord
import yarl
from discord.gateway import ReconnectWebSocket

from bot.domain.backoff import Backoff
from bot.gateway.identifies import Identifies
from bot.gateway.socket import Socket
from bot.studio.ports import Clock

log = logging.getLogger(__name__)

# Discord's "Gateway close event codes": no reconnect mends these.
FINAL_CLOSE_CODES: Final = frozenset({4004, 4010, 4011, 4012, 4013, 4014})
_INTENTS: Final = 4014
# A connection that held for so many seconds was a good one: the next one is made at once.
_SETTLED: Final = 60.0
_FIRST_WAIT, _LONGEST_WAIT = 1.0, 120.0
# After so many early ends in a row the session itself is given up: something in it may be what ends it.
_FRESH_AFTER: Final = 5
_OPEN_SECONDS: Final = 60.0
_SAY_EVERY: Final = 60.0
# Seconds between two looks at how many sessions are left, by which another process is noticed.
_LOOK_EVERY: Final = 120.0
_WIRE: Final = (OSError, aiohttp.ClientError, TimeoutError)


class Trouble:
    """Says at most once a minute that connections end early."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._said_at: float | None = None
        self._ends: Counter[str] = Counter()

    def note(self, problem: str) -> None:
        """Count one early end, and say how many there were when the last line is a minute old."""
        self._ends[problem] += 1
        if self._said_at is not None and self._clock.elapsed(self._said_at) < _SAY_EVERY:
            return
        ends = ", ".join(f"{problem}: {count}" for problem, count in self._ends.most_common(5))
        log.warning("Connections to Discord's gateway keep ending early (%s). Retrying with longer waits.", ends)
        self._said_at = self._clock.now()
        self._ends.clear()


class Gateway:
    """The shards of one client. `run` ends when it is closed, or with the error of a refusal for good."""

    def __init__(
        self,
        client: discord.AutoShardedClient,
        identifies: Identifies,
        clock: Clock,
        shards: Iterable[int],
        kind: type[Socket] = Socket,
    ) -> None:
        self._identifies = identifies
        self._clock = clock
        trouble = Trouble(clock)
        self._shards = [_Shard(number, client, kind, identifies, clock, trouble) for number in shards]
        self._tasks: list[asyncio.Task[None]] = []

    async def run(self, trouble: tuple[type[BaseException], ...]) -> None:
        """Keep every shard connected; raises ConnectionClosed or PrivilegedIntentsRequired when refused for good."""
        self._tasks = [asyncio.create_task(shard.run(), name=f"shard {shard.number}") for shard in self._shards]
        self._tasks.append(asyncio.create_task(self._watch(trouble), name="sessions left"))
        try:
            done, _ = await asyncio.wait(self._tasks, return_when=asyncio.FIRST_EXCEPTION)
        finally:
            await self._end()
        for task in done:
            if not task.cancelled():
                task.result()

    @property
    def connected(self) -> bool:
        """Tell whether every shard has a session on an open connection."""
        return all(shard.connected for shard in self._shards)

    async def close(self) -> None:
        """Leave with code 1000, which shows the bot offline at once."""
        # First the readers: one that saw the connection close would close it with a code of its own.
        await self._end()
        await asyncio.gather(*(shard.leave() for shard in self._shards), return_exceptions=True)

    async def _end(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _watch(self, trouble: tuple[type[BaseException], ...]) -> None:
        while True:
            await self._clock.sleep(_LOOK_EVERY)
            try:
                await self._identifies.look()
            except trouble as error:
                log.debug("Discord didn't say how many sessions are left (%s).", type(error).__name__)


class _Shard:
    """One shard: its connection, and what is needed to resume its session."""

    def __init__(
        self,
        number: int,
        client: discord.AutoShardedClient,
        kind: type[Socket],
        identifies: Identifies,
        clock: Clock,
        trouble: Trouble,
    ) -> None:
        self.number = number
        self._kind = kind
        self._client = client
        self._identifies = identifies
        self._clock = clock
        self._trouble = trouble
        self._backoff = Backoff(_FIRST_WAIT, _LONGEST_WAIT)
        self._early = 0
        self._socket: Socket | None = None
        self._opened_at = 0.0
        self._session: dict[str, Any] | None = None

    @property
    def connected(self) -> bool:
        """Tell whether there is a session on an open connection."""
        return self._socket is not None and self._socket.open and self._socket.session_id is not None

    async def run(self) -> None:
        """Connect, read, and connect again."""
        while True:
            try:
                resume = await self._read()
            except _WIRE as error:
                resume, problem = True, type(error).__name__
            else:
                problem = self._why()
            self._keep_session(resume=resume)
            await self._pause(problem)

    async def leave(self) -> None:
        """Close the connection as one that is not coming back."""
        if self._socket is not None:
            await self._socket.close(code=1000)

    async def _read(self) -> bool:
        """Connect and read to the connection's end; returns whether the session can be resumed."""
        self._socket = None
        try:
            self._socket = await self._open()
            self._opened_at = self._clock.now()
            while True:
                await self._socket.poll_event()
                if self._early and self._holds():
                    self._settle()
        except ReconnectWebSocket as end:
            return end.resume
        except discord.ConnectionClosed as end:
            if end.code == _INTENTS:
                raise discord.PrivilegedIntentsRequired(end.shard_id) from None
            if end.code in FINAL_CLOSE_CODES:
                raise
            return False

    async def _open(self) -> Socket:
        if self._session is not None:
            async with asyncio.timeout(_OPEN_SECONDS):
                return await self._kind.from_client(self._client, shard_id=self.number, resume=True, **self._session)
        async with self._identifies.turn(self.number):
            url = yarl.URL(self._identifies.url)
            self._kind.DEFAULT_GATEWAY = url
            async with asyncio.timeout(_OPEN_SECONDS):
                return await self._kind.from_client(self._client, shard_id=self.number, gateway=url)

    def _why(self) -> str:
        if self._socket is None:
            return "closed before it was open"
        return self._socket.problem or f"closed with {self._socket.socket.close_code}"

    def _keep_session(self, *, resume: bool) -> None:
        socket = self._socket
        if socket is not None and socket.session_id is not None:
            self._session = {
                "session": socket.session_id,
                "sequence": socket.sequence,
                "gateway": socket.gateway,
            }
        if not resume:
            self._session = None

    def _holds(self) -> bool:
        return self._socket is not None and self._clock.elapsed(self._opened_at) >= _SETTLED

    async def _pause(self, problem: str) -> None:
        """Wait before the next connection: not at all after a good one."""
        if self._holds():
            self._settle()
            log.info("Reconnecting to Discord's gateway (%s).", problem)
            return
        self._early += 1
        if self._early % _FRESH_AFTER == 0:
            self._session = None
        self._trouble.note(problem)
        await self._clock.sleep(self._backoff.next())

    def _settle(self) -> None:
        if self._early >= _FRESH_AFTER:
            log.info("The connection to Discord's gateway is stable again.")
        self._early = 0
        self._backoff = Backoff(_FIRST_WAIT, _LONGEST_WAIT)
