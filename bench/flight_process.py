"""A process with many videos in flight, which is told on its standard input how many more, and to measure itself.

Run by `python -m bench.flight_process KIND`; it answers each line with one. KIND: "rendering" or "waiting" are the real
bot, but for its gateway; "bare" are as many tasks that only sleep.
"""

import asyncio
import gc
import os
import sys
import time
import tracemalloc
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from sqlite_utils import Database

import bot.toapis.api_client
import bot.toapis.polling
from bot.app import App, open_app
from bot.clock import ScaledClock
from bot.config import read_settings
from bot.domain.ids import new_job_id
from bot.domain.job import Job
from bot.domain.models import Dialect, Resolution
from bot.domain.stages import Stage
from bot.storage import Store
from bot.storage.job_rows import to_row
from tests.storage.samples import reply, request

KINDS: Final = ("rendering", "waiting", "bare")
_PROMPT: Final = "a red fox runs through fresh snow at dusk, slow dolly in, soft light, take"
_TOKEN: Final = "aW50ZXJhY3Rpb246MTIzNDU2Nzg5MDEyMzQ1Njc4OTpBYmNkRWZHaEprTG1Obw" * 3
_FIRST_ID: Final = 10**18

Add = Callable[[int], Awaitable[None]]


@asynccontextmanager
async def _bot(kind: str) -> AsyncIterator[Add]:
    # The provider's fifty questions a second would take minutes, and thousands would wait longer for their turn.
    bot.toapis.api_client.QUERIES_PER_SECOND = bot.toapis.polling.RATE = 1e6
    settings = read_settings(os.environ, None)
    async with open_app(settings, _nothing) as app, Store(settings.database, beside=True) as store:
        await app.client.login(settings.discord_token.reveal())
        if kind == "waiting":
            # It takes the only slot.
            await _started(app, store, [_job(0, "rendering")])
        added = 1

        async def add(count: int) -> None:
            nonlocal added
            await _started(app, store, [_job(added + number, kind) for number in range(count)])
            added += count

        yield add
        await app.use_cases.runner.drain(0.0)
        await app.client.close()


async def _nothing(_: App) -> None:
    pass


async def _started(app: App, store: Store, jobs: list[Job]) -> None:
    """Write the rows, and take each up as a start does."""

    def insert(db: Database) -> None:
        db["jobs"].insert_all([to_row(job) for job in jobs])

    await store.run(insert)
    for job in jobs:
        found = await app.tables.jobs.find(job.id)
        assert found is not None
        app.use_cases.runner.start(found)


def _job(number: int, kind: str) -> Job:
    now = time.time()
    at = _FIRST_ID + number
    here = reply(
        application_id=1000, channel_id=_FIRST_ID + number // 5, guild_id=2001, message_id=at, token=f"{_TOKEN}{at}",
        token_at=now, guild_locale="en-US", locale="en-US",
    )  # fmt: skip
    asked = request(f"{_PROMPT} {number}", resolution=Resolution.P720)
    # The first question about one so old comes within a second.
    at_provider = {"stage": Stage.RENDERING, "submitted": now - 10, "dialect": Dialect.VIDEO, "task_id": f"task-{at}"}
    return Job(
        new_job_id(), _FIRST_ID + number // 2, at, asked, here, now, changed=now, charged=5,
        **at_provider if kind == "rendering" else {},  # type: ignore[arg-type]
    )  # fmt: skip


@asynccontextmanager
async def _bare(_: str) -> AsyncIterator[Add]:
    tasks: list[asyncio.Task[None]] = []
    # It hands asyncio's own sleep on.
    clock = ScaledClock()

    async def add(count: int) -> None:
        tasks.extend(asyncio.create_task(clock.sleep(3600)) for _ in range(count))

    yield add
    for task in tasks:
        task.cancel()


def _resident() -> int:
    """Return the process's resident memory in bytes."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGESIZE")


async def _main(kind: str, *, traced: bool) -> None:
    loop = asyncio.get_running_loop()
    before: tracemalloc.Snapshot | None = None
    if traced:
        tracemalloc.start()
    async with (_bare if kind == "bare" else _bot)(kind) as add:
        while line := await loop.run_in_executor(None, sys.stdin.readline):
            command, *count = line.split()
            if command == "add":
                await add(int(count[0]))
                print("added", flush=True)
            elif command == "measure":
                print(_resident(), flush=True)
            elif command == "trace":
                gc.collect()
                after = tracemalloc.take_snapshot()
                if before is not None:
                    _tell(before, after, int(count[0]))
                before = after
                print("traced", flush=True)


def _tell(before: tracemalloc.Snapshot, after: tracemalloc.Snapshot, videos: int) -> None:
    """Name what the videos in between keep, in bytes of each, on standard error."""
    kept = after.compare_to(before, "lineno")
    total = sum(each.size_diff for each in kept) / videos
    print(f"{total:.0f} bytes a video", file=sys.stderr)
    for each in kept[:60]:
        frame = each.traceback[0]
        print(f"{each.size_diff / videos:8.1f} {each.count_diff / videos:6.2f} {frame}", file=sys.stderr)


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1], traced="traced" in sys.argv))
