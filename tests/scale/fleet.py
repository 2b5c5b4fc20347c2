"""Many processes of one bot over a real PostgreSQL and the stand-ins, started and ended as an operator would."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from tests.faults.ground import Ground, ground
from tests.journeys.bot_process import BotProcess
from tests.postgres import Cluster
from tests.real_time import comes_true

_END_SECONDS = 40.0
# A POST or an upload under way is written to its end first.
_HELD_BY = """
SELECT count(*) FROM jobs WHERE stage NOT IN ('submitting', 'delivering')
    AND holder IN (SELECT id FROM processes WHERE host LIKE %s)
"""


@dataclass
class Fleet:
    """The ground that they stand on, and the processes by name."""

    here: Ground
    cluster: Cluster
    url: str
    processes: dict[str, BotProcess] = field(default_factory=dict)

    def add(self, name: str, *words: str, **settings: str) -> BotProcess:
        """Make one more process, not started yet; all share a folder for media."""
        here = self.here
        shared = {**here.bot.settings, "DATABASE_URL": self.url, **settings}
        process = BotProcess(here.discord, here.provider, here.bot.folder, **shared)
        process.words, process.beside = ("run", *words), True
        self.processes[name] = process
        return process

    async def worker(self, name: str) -> BotProcess:
        """Start a worker, and wait until it drives videos."""
        process = self.add(name, "--worker")
        await process.start(online=False)
        await process.says("Driving videos.")
        return process

    async def gateway(self, name: str, *words: str) -> BotProcess:
        """Start a gateway, and wait until members see the bot online."""
        process = self.add(name, "--gateway", *words)
        await process.start()
        return process

    async def drives(self, wanted: int) -> None:
        """Wait until so many rows are driven by living processes."""
        async with await psycopg.AsyncConnection.connect(self.url, autocommit=True) as connection:

            async def are_driven() -> bool:
                return await self._driven(connection) >= wanted

            await comes_true(are_driven, _END_SECONDS)

    async def handed_over(self, process: BotProcess) -> float:
        """Wait until a process that was told to stop drives nothing but what it is sending; return the seconds."""
        began, asked = time.monotonic(), f"%:{process.process.pid}"
        async with await psycopg.AsyncConnection.connect(self.url, autocommit=True) as connection:

            async def is_done() -> bool:
                found = await connection.execute(_HELD_BY, [asked])
                return (await found.fetchone())[0] == 0

            await comes_true(is_done, _END_SECONDS, every=0.05)
        return time.monotonic() - began

    @staticmethod
    async def _driven(connection: psycopg.AsyncConnection) -> int:
        found = await connection.execute("SELECT count(*) FROM jobs WHERE holder IN (SELECT id FROM processes)")
        return (await found.fetchone())[0]

    async def end(self) -> None:
        """End all that run."""
        for process in self.processes.values():
            if process.alive:
                with suppress(AssertionError):
                    await process.stop()

    def log(self) -> str:
        """Return what all wrote."""
        return "\n".join(f"== {name}\n{process.log}" for name, process in self.processes.items())


@asynccontextmanager
async def fleet(folder: Path, seed: int, cluster: Cluster, url: str, **given: Any) -> AsyncIterator[Fleet]:
    """Set up the stand-ins; processes are added by whoever uses it, and are gone at the end."""
    async with ground(folder, seed, **given) as here:
        these = Fleet(here, cluster, url)
        try:
            yield these
        finally:
            for process in these.processes.values():
                if process.alive:
                    process.process.kill()
                    await process.ended()
