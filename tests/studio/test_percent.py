"""A percent that only moves: known at once to everybody who asks, and saved now and then."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path

from bot.domain.caller import Caller
from bot.domain.errors import StoreUnusable
from bot.domain.job import Job
from bot.domain.progress import Silence, Snapshot, TaskStatus
from bot.domain.run_lengths import RunLengths
from bot.domain.stages import Stage
from bot.storage import SqliteFavourites, SqliteJobs, SqliteOwnJobs, SqliteServerJobs
from bot.studio.history import History
from bot.studio.lifecycle.job_moves import PERCENT_EVERY, JobMoves
from bot.studio.lifecycle.remembered import Remembered
from bot.studio.running.server_videos import ServerVideos
from tests.studio.conftest import Studio, built
from tests.studio.fakes import START, ScriptedProvider, job, until


class Telling(ScriptedProvider):
    """Says what a test has it say."""

    said: asyncio.Queue[Snapshot]

    async def follow(self, job: Job, lengths: RunLengths) -> AsyncIterator[Snapshot | Silence]:
        while True:
            yield await self.said.get()


async def percents(studio: Studio, stored: Job) -> tuple[int | None, list[int | None]]:
    """Return the percent of the row, and those of every list and of a card that is looked up."""
    member = Caller(stored.user_id)
    own_jobs, favourites = SqliteOwnJobs(studio.store), SqliteFavourites(studio.store)
    parts = (studio.media, studio.assembly.posters, studio.forecasts, studio.job_moves, studio.clock)
    history = History(own_jobs, favourites, *parts)
    videos = ServerVideos(
        SqliteServerJobs(studio.store), studio.forecasts, studio.job_moves, studio.actions, studio.clock
    )
    [listed], page = await history.overview(member), await videos.page(None, 1)
    found = await history.find(member, stored.id)
    return (await studio.row(stored)).percent, [listed.job.percent, page.listed[0].job.percent, found.percent]


async def test_it_is_saved_every_minute_and_at_a_stop_and_never_behind_on_a_list(tmp_path: Path) -> None:
    provider = Telling()
    async with built(tmp_path, provider) as studio:
        provider.said = asyncio.Queue()
        stored = await studio.stored(job(stage=Stage.QUEUED, task_id="t", submitted=START))
        studio.runner.start(stored)

        async def says(percent: int) -> tuple[int | None, list[int | None]]:
            provider.said.put_nowait(Snapshot(TaskStatus.WORKING, percent))
            await until(
                lambda: any(name == "show" and shown.percent == percent for name, shown, _ in studio.replies.ledger)
            )
            return await percents(studio, stored)

        assert await says(10) == (10, [10, 10, 10])
        assert await says(30) == (10, [30, 30, 30])
        studio.clock.at += PERCENT_EVERY
        assert await says(50) == (50, [50, 50, 50])
        assert await says(60) == (50, [60, 60, 60])
        await studio.runner.drain()
        assert (await studio.row(stored)).percent == 60


class Damaged(SqliteJobs):
    async def save_unmoved(self, jobs: Sequence[Job]) -> None:
        raise StoreUnusable("The database is damaged.", "Put a backup back.")


async def test_a_stop_goes_on_where_it_cannot_be_saved(studio: Studio) -> None:
    stored = await studio.stored(job(stage=Stage.RENDERING, task_id="t", submitted=START, changed=START))
    moves = JobMoves(Damaged(studio.store), studio.clock)
    await moves.seen(replace(stored, percent=70), stored)
    await moves.save_percents()
    assert (moves.with_percent(stored).percent, (await studio.row(stored)).percent) == (70, stored.percent)


async def test_what_is_remembered_is_read_again_after_a_change_also_one_beside_the_reading() -> None:
    read: list[int] = []
    gate = asyncio.Event()

    async def reading(key: int) -> int:
        read.append(key)
        await gate.wait()
        return len(read)

    values = Remembered(reading, maximum=2)
    first = asyncio.create_task(values.of(1))
    await until(lambda: read)
    values.changed(1)
    gate.set()
    assert (await first, await values.of(1), await values.of(1)) == (1, 2, 2)
    values.changed(2)
    assert (await values.of(1), await values.of(2), await values.of(3), await values.of(1)) == (2, 3, 4, 5)


async def test_who_asks_meanwhile_shares_a_reading_and_a_failed_one_is_made_again() -> None:
    read: list[int] = []
    gate = asyncio.Event()

    async def reading(key: int) -> int:
        read.append(key)
        await gate.wait()
        if len(read) == 1:
            raise StoreUnusable("The database is damaged.", "Put a backup back.")
        return len(read)

    values = Remembered(reading)
    asking = [asyncio.create_task(values.of(1)) for _ in range(3)]
    await until(lambda: read)
    asking[0].cancel()
    gate.set()
    ends = await asyncio.gather(*asking, return_exceptions=True)
    assert [type(end) for end in ends] == [asyncio.CancelledError, StoreUnusable, StoreUnusable]
    assert read == [1]
    assert (await values.of(1), read) == (2, [1, 1])


async def test_other_processes_read_it_from_the_row_within_seconds(tmp_path: Path) -> None:
    provider = Telling()
    async with built(tmp_path, provider) as studio:
        provider.said = asyncio.Queue()
        stored = await studio.stored(job(stage=Stage.RENDERING, task_id="t", submitted=START, changed=START))
        studio.runner.start(stored)
        sharing = asyncio.create_task(studio.job_moves.share_percents())
        for percent in (70, 80):
            provider.said.put_nowait(Snapshot(TaskStatus.WORKING, percent))
            async with asyncio.timeout(20):
                while (await studio.row(stored)).percent != percent:
                    pass
        sharing.cancel()
