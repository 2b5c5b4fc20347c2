"""Jobs a second with 1, 2 and 4 workers over a real PostgreSQL, where a job takes no time but what writing it costs.

Each job is a row in line: its turn is granted, it is deferred, taken by a worker, written through all its stages, told,
and done. What the cores allow is what they would do if they had nothing else to do: cores divided by the seconds of
processor that a job costs all processes together, PostgreSQL's among them.
"""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from bench.measure import Aim, Effort, Figure, Of
from bench.processes import spent
from bot.engine.schema import prepare
from bot.storage.database import Database
from bot.storage.job_rows import to_row
from bot.storage.postgres import PostgresStore
from bot.storage.queries import immediate
from tests.postgres import Cluster, cluster
from tests.real_time import comes_true
from tests.storage.samples import job

_JOBS, _SLOTS, _MEMBERS = 3000, 100, 500
_WORKERS = (1, 2, 4)
_CORES = os.cpu_count() or 1
_LOOK_SECONDS = 0.1
Process = asyncio.subprocess.Process


@dataclass(frozen=True, slots=True)
class _Run:
    """What a run took: jobs a second, seconds of processor a job, MiB of a worker, connections to the server."""

    rate: float
    processor: float
    memory: float
    connections: float

    @property
    def share(self) -> float:
        """Return which part that is of what this machine's cores allow."""
        return self.rate * self.processor / _CORES


async def run(effort: Effort) -> Sequence[Figure]:
    """Measure each number of workers on a database of its own."""
    figures = []
    with cluster(durable=True) as server:
        for workers in _WORKERS:
            runs = [await _measured(effort, server, workers) for _ in range(effort.pairs)]
            figures += _figures(f"{workers} worker{'s' if workers > 1 else ''}", runs, aimed=workers >= _CORES)
    return figures


def _figures(what: str, runs: Sequence[_Run], *, aimed: bool) -> list[Figure]:
    """List the figures; `aimed`: there are as many workers as cores, of which one process of Python fills one."""
    rate, share = (Aim(at_least, Of.VALUE, at_least=True) if aimed else None for at_least in (200, 0.8))

    def of(name: str) -> tuple[float, ...]:
        return tuple(getattr(run, name) for run in runs)

    return [
        Figure(f"instant jobs, {what}", "jobs/s", of("rate"), aim=rate),
        Figure(f"of what the cores allow, {what}", "x", of("share"), aim=share),
        Figure(f"processor a job, {what}", "s", of("processor")),
        Figure(f"memory of a worker, {what}", "MiB", of("memory")),
        Figure(f"connections, {what}", "", of("connections")),
    ]


async def _measured(effort: Effort, server: Cluster, workers: int) -> _Run:
    jobs = effort.of(_JOBS, 30)
    with server.database() as url:
        await prepare(url)
        store = PostgresStore(url, effort.scratch / "seedreel.db", threads=1)
        async with store, AsyncExitStack() as stack:
            await store.run(_write, jobs)
            postmaster = await store.run(_postmaster)
            running = [await _begun(effort, url, number) for number in range(workers)]
            for process in running:
                stack.push_async_callback(_ended, process)
            before, begun = _spent(postmaster, running), time.perf_counter()
            assert running[0].stdin is not None
            running[0].stdin.write(b"\n")

            async def is_done() -> bool:
                return not await store.run(_left)

            await comes_true(is_done, None, _LOOK_SECONDS)
            seconds = time.perf_counter() - begun
            processor = _spent(postmaster, running) - before
            connections = await store.run(_connections)
            memory = [await _ended(process) for process in running]
    return _Run(jobs / seconds, processor / jobs, max(memory) / 1024, connections)


def _write(db: Database, jobs: int) -> None:
    now = time.time()
    with immediate(db):
        for number in range(jobs):
            db.table("jobs").insert(to_row(job(created=now + number / 1e6, changed=now, user_id=number % _MEMBERS)))


def _left(db: Database) -> int:
    return int(db.execute("SELECT count(*) FROM jobs WHERE told IS NULL").fetchone()[0])


def _connections(db: Database) -> int:
    asked = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    return int(db.execute(asked).fetchone()[0])


def _postmaster(db: Database) -> int:
    """Return the process that all of PostgreSQL's are children of."""
    session = db.execute("SELECT pg_backend_pid()").fetchone()[0]
    status = Path(f"/proc/{session}/status").read_text(encoding="utf-8")
    return int(status.partition("PPid:")[2].split()[0])


async def _begun(effort: Effort, url: str, number: int) -> Process:
    module = effort.module(f"scale-{number}", "bench.scale_process")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", *module, url, str(_SLOTS)),
        cwd=Path(__file__).parents[1],
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"ready\n"
    return process


async def _ended(process: Process) -> float:
    """End a worker; returns its greatest memory in KiB."""
    if process.returncode is not None:
        return 0.0
    process.send_signal(signal.SIGTERM)
    said, _ = await process.communicate()
    return float(said.split()[-1])


def _spent(postmaster: int, running: Sequence[Process]) -> float:
    """Return the seconds of processor of all workers, and of PostgreSQL with what has ended of it."""
    [listed] = Path(f"/proc/{postmaster}/task").glob("*/children")
    pids = [postmaster, *map(int, listed.read_text(encoding="utf-8").split()), *(process.pid for process in running)]
    return sum(spent(pid).own for pid in pids) + spent(postmaster).children
