"""A bad road between the bot and a stand-in: a TCP proxy some of whose connections break, stall, end early or crawl.

It knows nothing of HTTP. Connections are closed when they have been idle for a moment, as load balancers do, so that
a client has to open new ones, each of which draws its own luck.
"""

import asyncio
import contextlib
import random
from collections import Counter
from enum import StrEnum
from types import TracebackType
from typing import Self

from sandbox.ledger import Ledger
from tests.tcp_server import TcpServer, reset

_CHUNK = 16 * 1024
_IDLE = 0.4
"""Real seconds without a byte after which a connection is closed in order."""
_HALF_OPEN = (2.0, 10.0)
"""Real seconds for which nothing comes back before the connection is reset: as a forgetful router does it. How the bot
ends a connection that stays silent for ever is in the table."""


class Luck(StrEnum):
    """What becomes of a connection."""

    FINE = "fine"
    RESET_AT_ONCE = "reset at once"
    RESET_ON_THE_WAY = "reset on the way there"
    RESET_ON_THE_WAY_BACK = "reset on the way back"
    TRUNCATED = "truncated"
    HALF_OPEN = "half-open"
    DEAF = "half-open on the way back"
    SLOW = "slow"


_BAD = tuple(luck for luck in Luck if luck is not Luck.FINE)


class Proxy:
    """One road. `share` of the connections has bad luck; `rng` decides which, and which luck."""

    def __init__(self, target: int, ledger: Ledger, rng: random.Random, share: float = 0.0) -> None:
        self._target = target
        self._ledger = ledger
        self._rng = rng
        self._share = share
        self._server = TcpServer(self._serve, limit=_CHUNK)
        self._shutting = asyncio.Event()
        self.drawn = Counter[str]()

    @property
    def url(self) -> str:
        """Where the road begins."""
        return f"http://{self._server.address}"

    async def __aenter__(self) -> Self:
        await self.open_door()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close_door()

    async def open_door(self) -> None:
        """Listen, on the same port as before."""
        self._shutting.clear()
        await self._server.listen()

    def shut_after_answers(self) -> None:
        """Refuse connections; what is being answered is answered, and then closed."""
        self._server.refuse()
        self._shutting.set()

    async def close_door(self) -> None:
        """Refuse connections, and reset those that are open."""
        await self._server.cut()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        luck = self._rng.choice(_BAD) if self._rng.random() < self._share else Luck.FINE
        self.drawn[luck] += 1
        if luck is not Luck.FINE:
            self._ledger.write("road", luck, target=self._target)
        try:
            await _Connection(reader, writer, luck, self._rng, self._shutting).run(self._target)
        except OSError:
            reset(writer)


class _Connection:
    """One connection on its way."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        luck: Luck,
        rng: random.Random,
        shutting: asyncio.Event,
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._luck = luck
        self._rng = rng
        self._shutting = shutting
        # Most requests and answers are a few hundred bytes, clips some thousand.
        self._after = rng.choice((0, 100, 400, 1_000, 4_000, 12_000))
        self._answered = False
        self._speed = rng.choice((2_000, 8_000, 32_000))

    async def run(self, target: int) -> None:
        """Carry bytes both ways until either side ends, all is idle, or the luck strikes."""
        if self._luck is Luck.RESET_AT_ONCE:
            raise ConnectionResetError
        if self._luck is Luck.HALF_OPEN:
            await self._stay_silent()
        reader, writer = await asyncio.open_connection("127.0.0.1", target, limit=_CHUNK)
        there = asyncio.create_task(self._carry(self._reader, writer, self._luck is Luck.RESET_ON_THE_WAY))
        back = asyncio.create_task(
            self._carry(reader, self._writer, self._luck is Luck.RESET_ON_THE_WAY_BACK, back=True)
        )
        try:
            done, _ = await asyncio.wait({there, back}, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in (there, back):
                task.cancel()
            await asyncio.gather(there, back, return_exceptions=True)
            writer.close()

    async def _carry(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, breaks: bool, back: bool = False
    ) -> None:
        carried = 0
        while chunk := await self._next(source, back):
            carried += len(chunk)
            self._answered = back
            if back and self._luck is Luck.DEAF:
                await self._stay_silent()
            if breaks and carried > self._after:
                raise ConnectionResetError
            if back and self._luck is Luck.TRUNCATED and carried > self._after:
                sink.write(chunk[: max(0, len(chunk) - (carried - self._after))])
                await sink.drain()
                return
            if self._luck is Luck.SLOW:
                await _wait(len(chunk) / self._speed)
            sink.write(chunk)
            await sink.drain()
            if back and self._shutting.is_set():
                return

    async def _next(self, source: asyncio.StreamReader, back: bool) -> bytes:
        """Read what there is; empty at the end, and when nobody has said anything since the last answer."""
        if back:
            return await source.read(_CHUNK)
        while True:
            try:
                async with asyncio.timeout(_IDLE):
                    return await source.read(_CHUNK)
            except TimeoutError:
                if self._answered:
                    return b""

    async def _stay_silent(self) -> None:
        await _wait(self._rng.uniform(*_HALF_OPEN))
        raise ConnectionResetError


async def _wait(seconds: float) -> None:
    """Let real time pass: this is a road, not a test."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await asyncio.Event().wait()
