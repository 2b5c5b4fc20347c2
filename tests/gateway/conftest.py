"""The real client at a stand-in's gateway, with time that jumps over every wait."""

import asyncio
import heapq
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from discord.http import Route

from bot.client import SeedreelClient
from bot.connect import Exit, Share, connect
from sandbox.clock import Clock
from sandbox.discord import DiscordStandIn, Settings
from sandbox.faults import Faults
from sandbox.ledger import Ledger
from tests.studio.fakes import JumpingClock

# Real seconds without a line in the ledger after which nothing more is on its way.
QUIET = 0.03


class MemoryNotes:
    """Notes that a restart of the client finds again."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    async def get(self, key):
        return self.kept.get(key)

    async def put(self, key, value):
        self.kept[key] = value


class RunningClock(JumpingClock):
    """Time that goes to the next wait's end whenever nothing happens on the wire any more, and stops at its end."""

    def __init__(self, ledger: Ledger, end: float) -> None:
        super().__init__()
        self.begun, self.end = self.at, self.at + end
        self.over = asyncio.Event()
        self._ledger = ledger
        self._waits: list[tuple[float, int, asyncio.Future[None]]] = []

    async def until(self, when):
        done = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waits, (when, len(self.slept), done))
        await done

    async def _quiet(self) -> bool:
        before = len(self._ledger.entries)
        try:
            return not await self._ledger.until(lambda: len(self._ledger.entries) > before, within=QUIET)
        except AssertionError:
            return True

    async def run(self) -> None:
        while True:
            if not await self._quiet() or not self._waits:
                continue
            if self._waits[0][0] > self.end:
                self.over.set()
                continue
            when, _, done = heapq.heappop(self._waits)
            self.at = max(self.at, when)
            if not done.done():
                done.set_result(None)


class Heard:
    """Hears of sessions that are not the bot's."""

    def __init__(self) -> None:
        self.before: list[int] = []
        self.meanwhile: list[int] = []

    def earlier(self, count):
        self.before.append(count)

    def sessions(self, count):
        self.meanwhile.append(count)


@dataclass
class Bot:
    """A client that was started, with what it needs."""

    stand_in: DiscordStandIn
    clock: RunningClock
    notes: MemoryNotes
    faults: Faults
    foreign_sessions: Heard = field(default_factory=Heard)
    share: Share | None = None
    client: SeedreelClient | None = None
    prepare: Callable[[], Awaitable[object]] = field(default_factory=lambda: _nothing)
    url: str = ""
    token: str = ""

    @asynccontextmanager
    async def online(self) -> AsyncIterator[asyncio.Task[Exit]]:
        """Run a client until the block ends, which begins when its session is known to it."""
        async with self.running() as task:
            assert self.client is not None
            await self.client.wait_until_ready()
            yield task

    @asynccontextmanager
    async def running(self) -> AsyncIterator[asyncio.Task[Exit]]:
        """Run a client until the block ends."""
        async with SeedreelClient(self.url or f"{self.stand_in.url}/api/v10", self.prepare) as client:
            self.client = client
            task = asyncio.create_task(
                connect(
                    client, self.token or self.stand_in.token, self.notes, self.clock, self.foreign_sessions, self.share
                )
            )
            try:
                yield task
            finally:
                await client.close()
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)


async def _nothing() -> None:
    """Prepare nothing."""


@pytest.fixture
def settings() -> Settings:
    return Settings(global_rate=None, other_rate=(100_000, 1.0), invalid_requests=None)


@pytest.fixture
async def bot(settings, caplog):
    base = Route.BASE
    caplog.set_level(logging.INFO)
    clock = Clock()
    ledger = Ledger(clock)
    faults = Faults(ledger)
    async with DiscordStandIn(
        clock=clock, ledger=ledger, settings=settings, middlewares=(faults.middleware,)
    ) as stand_in:
        time = RunningClock(stand_in.ledger, 3600.0)
        driver = asyncio.create_task(time.run())
        yield Bot(stand_in, time, MemoryNotes(), faults)
        driver.cancel()
    Route.BASE = base
