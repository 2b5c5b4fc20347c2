"""What members see of several processes on one PostgreSQL: a scene of the journeys, with gateways and workers."""

import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, LiteralString

import psycopg

from bot.domain.processes import LEASE_SECONDS
from sandbox.clock import Clock
from sandbox.discord import DiscordStandIn, Settings
from sandbox.faults import Faults
from sandbox.ledger import Ledger
from sandbox.toapis import ProviderStandIn
from tests.journeys.bot_process import BotProcess
from tests.journeys.conftest import openapi
from tests.journeys.gates import Gates
from tests.journeys.scene import Scene
from tests.journeys.script import USUAL, Script, paced

SHARDS = 4


@dataclass
class Deployment(Scene):
    """A scene with many processes; `bot` is the first gateway, whose log is shown where something does not come."""

    database_url: str = ""
    folder: Path = Path()
    settings: dict[str, str] = field(default_factory=dict)
    sets_clock: bool = False
    processes: dict[str, BotProcess] = field(default_factory=dict)

    def _made(self, name: str, *arguments: str) -> BotProcess:
        shared = {} if "MEDIA_URL" in self.settings else {"MEDIA_DIR": str(self.folder / "media")}
        given = {**USUAL, "DATABASE_URL": self.database_url, **shared, **self.settings}
        process = BotProcess(self.discord, self.provider, self.folder / name, **given)
        process.words, process.beside = ("run", *arguments), True
        if self.sets_clock:
            process.on_machine_with_clock(self.bot.folder / "ahead")
        self.processes[name] = process
        return process

    async def gateway(self, name: str, shards: str) -> BotProcess:
        """Start a gateway, and wait until its shards are there."""
        process = self._made(name, "--gateway", "--shards", shards)
        await process.start(online=False)
        await process.says("Ready as")
        return process

    async def worker(self, name: str) -> BotProcess:
        """Start a worker."""
        process = self._made(name, "--worker")
        await process.start(online=False)
        await process.says("Driving videos.")
        return process

    async def stop(self, name: str, number: signal.Signals = signal.SIGTERM) -> int:
        """End a process, and return its exit code."""
        return await self.processes.pop(name).stop(number)

    async def kill(self, name: str) -> None:
        """Kill a process, and let its lease be over at once, as it is by the database's clock a while later."""
        process = self.processes[name].process
        assert process is not None
        await self.stop(name, signal.SIGKILL)
        later = "UPDATE processes SET seen = seen - %s WHERE host LIKE %s"
        await self.execute(later, LEASE_SECONDS, f"%:{process.pid}")

    async def execute(self, statement: LiteralString, *values: object) -> list[tuple[Any, ...]]:
        """Do something in the database; returns the rows of a SELECT."""
        async with await psycopg.AsyncConnection.connect(self.database_url, autocommit=True) as db:
            found = await db.execute(statement, values)
            return await found.fetchall() if found.description else []

    def server_on(self, shard: int, *names: str) -> int:
        """Open one more server on a shard, with these members; returns its channel."""
        people = [self.discord.world.user(name) for name in names]
        return self.discord.world.add_server(f"Club {shard}", people, shard=(shard, SHARDS)).id

    async def _told(self, wait):
        try:
            return await wait
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.tails()}") from None

    def tails(self) -> str:
        """Return the ends of all logs."""
        return "\n".join(f"== {name}\n{process.tail()[-3000:]}" for name, process in self.processes.items())


@asynccontextmanager
async def deployment(folder: Path, database_url: str, script: Script) -> AsyncIterator[Deployment]:
    """Set the scene; no process is there yet. At the end all of them end well, in order."""
    clock = Clock()
    ledger = Ledger(clock)
    faults, gates = Faults(ledger), Gates(ledger)
    provider_of = ProviderStandIn(
        clock=clock, ledger=ledger, faults=faults, settings=script.provider, folder=folder / "films"
    )
    async with provider_of as provider:
        discord_of = DiscordStandIn(
            clock=clock,
            ledger=ledger,
            openapi=openapi(),
            settings=script.discord,
            middlewares=(gates.middleware, faults.middleware),
        )
        async with discord_of as discord:
            unused = BotProcess(discord, provider, folder / "unused")
            made = Deployment(clock, ledger, faults, gates, provider, discord, unused, 0.0, 0.0, database_url, folder)
            made.settings.update(script.bot)
            if script.sets_clock:
                made.sets_clock = True
                made.bot.folder.mkdir()
                made.later(0.0)
            try:
                yield made
                gates.open_all()
                codes = {name: await process.stop() for name, process in made.processes.items()}
                assert set(codes.values()) <= {0}, made.tails()
            finally:
                for process in made.processes.values():
                    if process.alive:
                        process.process.kill()
                        await process.ended()
            assert discord.violations == []
            early = [entry for entry in ledger.of("gateway", "identify") if entry.detail["early"]]
            assert early == []
            bad = [line for line in made.tails().splitlines() if " ERROR " in line or "Traceback" in line]
            assert bad == []


def sharded(scale: float = float(USUAL["TIME_SCALE"]), **settings: Any) -> Settings:
    """Build a Discord whose bot has several shards; its gap between sessions is the bot's, scaled."""
    return paced(scale, shards=SHARDS, max_concurrency=2, identify_gap=5.0 / scale, **settings)
