"""From the start of a process until Discord sees it online: cold, with jobs to resume, on a large database."""

import asyncio
import shutil
import signal
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from bench.big_database import build
from bench.measure import Aim, Effort, Figure, Of
from bot.domain.stages import Stage
from bot.storage.job_rows import to_row
from bot.storage.thread import Store
from sandbox.faults import Delay
from tests.faults.ground import SCALE, Ground, ground
from tests.storage.samples import job, reply, steps_to

_SEED = 13
_DATABASE = "seedreel.db"
_RESUMED = {Stage.WAITING: "in line", Stage.RENDERING: "at the provider"}
_AWAY = 0.1
_JOBS, _MEMBERS, _VIDEOS = 10_000, 500, 1_000_000


async def run(effort: Effort) -> Sequence[Figure]:
    """Measure starts of real processes; each but the first finds a database that it has used before."""
    return [*await _cold(effort), *await _resuming(effort), *await _large(effort)]


async def _cold(effort: Effort) -> list[Figure]:
    figures = []
    for away, what in ((0.0, "nothing to resume"), (_AWAY, "Discord 100 ms away")):
        taken, beside = await _beside_bare(effort, away)
        figures.append(Figure(f"start to online, {what}", "s", tuple(taken), tuple(beside), Aim(1.5)))
    return figures


async def _beside_bare(effort: Effort, away: float) -> tuple[list[float], list[float]]:
    """Start both where each answer of Discord's takes so many seconds more."""
    async with _ground(effort, f"cold-{away}") as here:
        await _started(here)
        if away:
            here.faults.add("* /api/*", Delay(away), times=None)

        async def ours() -> float:
            return await _started(here)

        async def bare() -> float:
            return await _bare(here)

        return await effort.interleaved(ours, bare)


async def _resuming(effort: Effort) -> list[Figure]:
    jobs = effort.of(_JOBS, 50)
    figures = []
    # At the real pace of the questions about them.
    async with _ground(effort, "resuming", 1.0) as here:
        for stage, what in _RESUMED.items():
            taken = []
            await _write_jobs(effort.scratch / what, jobs, stage)
            for _ in range(effort.pairs):
                shutil.rmtree(here.bot.data, ignore_errors=True)
                here.bot.data.mkdir(parents=True)
                shutil.copy(effort.scratch / what, here.bot.data / _DATABASE)
                taken.append(await _started(here, signal.SIGKILL))
            figures.append(Figure(f"start to online, {jobs} jobs {what}", "s", tuple(taken), aim=Aim(5.0, Of.VALUE)))
    return figures


async def _large(effort: Effort) -> list[Figure]:
    videos = effort.of(_VIDEOS, 1000)
    async with _ground(effort, "large") as here:
        here.bot.data.mkdir(parents=True)
        await build(here.bot.data / _DATABASE, videos, *effort.of((20_000, 100_000), (100, 100)))
        await here.bot.start()
        await here.bot.says("The database is in order.")
        await here.bot.stop()
        clean = [await _started(here) for _ in range(effort.pairs)]
        await _started(here, signal.SIGKILL)
        unclean = [await _started(here, signal.SIGKILL) for _ in range(effort.pairs)]
    ended = {"cleanly": clean, "by SIGKILL": unclean}
    return [
        Figure(f"start to online, {videos} videos, ended {how}", "s", tuple(taken), aim=Aim(2.0, Of.VALUE))
        for how, taken in ended.items()
    ]


async def _write_jobs(database: Path, jobs: int, stage: Stage) -> None:
    """Write jobs that stand at a stage."""
    now = time.time()
    asked = (job(reply=reply(token_at=now), created=now, user_id=number % _MEMBERS) for number in range(jobs))
    made = [steps_to(waiting, stage, now)[-1] for waiting in asked]
    async with Store(database) as store:
        await store.run(lambda db: db["jobs"].insert_all(map(to_row, made)) and db.conn.commit())


@asynccontextmanager
async def _ground(effort: Effort, name: str, scale: float = SCALE) -> AsyncIterator[Ground]:
    folder = effort.scratch / name
    async with ground(folder, _SEED, scale=scale) as here:
        here.bot.settings["LOG_LEVEL"] = "INFO"
        here.bot.warm = effort.quick
        here.bot.module = effort.module(f"start-{name}")
        yield here


async def _started(here: Ground, end: signal.Signals = signal.SIGTERM) -> float:
    """Start the bot and end it; returns the seconds until it was online."""
    begun = time.perf_counter()
    await here.bot.start()
    seconds = time.perf_counter() - begun
    await here.bot.stop(end)
    return seconds


async def _bare(here: Ground) -> float:
    """Start a bare client and end it; returns the seconds until it was online."""
    begun = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.bare_client", cwd=here.bot.root, env=here.bot.environment()
    )
    try:
        await here.discord.wait_online(30.0)
        return time.perf_counter() - begun
    finally:
        process.kill()
        await process.wait()
        await here.discord.gateway.wait_offline()
