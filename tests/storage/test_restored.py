"""A database put back from a backup must not pay again for what it has forgotten."""

import asyncio
from contextlib import closing
from dataclasses import replace

import pytest
from sqlite_utils import Database

from bot.domain.assets import AssetStage, VerificationStage
from bot.domain.media import InputUrl
from bot.domain.stages import Reason, Stage
from bot.storage.backups import backup, restore
from bot.storage.job_store import SqliteJobs
from bot.storage.restored import stamp
from bot.storage.upload_store import SqliteUploads
from tests.storage.asset_samples import AssetTables, character, placed, verification
from tests.storage.samples import NOW, job, opened, put, reply

UNSENT = {Stage.WAITING, Stage.SUBMITTING}


async def test_a_database_that_was_never_put_back(jobs, store):
    placed = await put(store, job())
    assert await jobs.restored_at() is None
    assert await jobs.stamp_restored() == 0
    assert await jobs.find(placed.id) == placed


async def test_what_was_not_known_to_be_sent_is_unclear(place):
    async with place.open() as store:
        placed = [await put(store, job(), stage) for stage in Stage]
    await restored(place, NOW + 1)
    async with opened(place) as jobs:
        assert await jobs.restored_at() == NOW + 1
        assert await jobs.stamp_restored() == 2
        for each in placed:
            found = await jobs.find(each.id)
            if each.stage in UNSENT:
                assert found == replace(each, stage=Stage.FAILED, reason=Reason.UNCLEAR, changed=NOW + 1)
            else:
                assert found == each
        assert not [each for each in await jobs.unfinished() if each.stage in UNSENT]


async def test_what_may_have_been_sent_counts_from_the_restore_and_not_for_ever(place):
    async with place.open() as store:
        placed = await put(store, replace(job(), charged=4))
    await restored(place, NOW + 1)
    async with place.open() as store:
        assert await SqliteJobs(store).stamp_restored() == 1
        counted = "SELECT charged, charged_at FROM jobs WHERE id = ?"
        assert await store.run(lambda db: db.execute(counted, [placed.id]).fetchone()) == (4, NOW + 1)


async def test_what_came_after_is_left_alone(place):
    async with place.open() as store:
        new = await put(store, job(created=NOW + 1))
    await restored(place, NOW + 1)
    async with opened(place) as jobs:
        assert await jobs.stamp_restored() == 0
        assert await jobs.find(new.id) == new


async def test_it_is_done_once_for_each_restore(place):
    async with place.open() as store:
        await put(store, job())
    await restored(place, NOW + 1)
    async with place.open() as store:
        jobs = await settled(store, 1)
        late = await put(store, job(created=NOW))  # by a clock that was set back
        assert await jobs.stamp_restored() == 0
    async with opened(place) as jobs:
        assert await jobs.stamp_restored() == 0
        assert await jobs.find(late.id) == late
    await restored(place, NOW + 2)
    async with opened(place) as jobs:
        assert await jobs.stamp_restored() == 1


@pytest.mark.sqlite
async def test_a_restore_stamps(place, path, tmp_path):
    copy = tmp_path / "copy.db"
    async with place.open() as store:
        waiting = await put(store, job(created=1000.0))
        running = await put(store, job(created=1000.0), Stage.QUEUED)
        await asyncio.to_thread(backup, path, copy)
        assert await store.run(lambda db: db["jobs"].count) == 2
    restore(copy, path)
    async with opened(place) as jobs:
        assert await jobs.stamp_restored() == 1
        assert (await jobs.find(waiting.id)).reason is Reason.UNCLEAR
        assert await jobs.find(running.id) == running
    with closing(Database(copy)) as untouched:
        assert untouched["notes"].count == 0


@pytest.mark.sqlite
async def test_assets_go_on_from_where_they_stood(place, path, tmp_path):
    copy = tmp_path / "copy.db"
    async with place.open() as store:
        assets = AssetTables(store)
        made = [await placed(assets, stage=stage, reply=reply(token_at=NOW - 1)) for stage in AssetStage]
        agreed = [verification() for _ in range(2)]
        for each in agreed:
            await assets.begin(each)
        started = replace(agreed[1], stage=VerificationStage.STARTED, task_id="task")
        assert await assets.save_verification(started, VerificationStage.AGREED)
        upload = InputUrl("a" * 64, "https://files.example/a.png", NOW, uploaded=True)
        await SqliteUploads(store).remember(upload)
        await asyncio.to_thread(backup, path, copy)
    restore(copy, path)
    async with place.open() as store:
        assets = AssetTables(store)
        assert await SqliteJobs(store).stamp_restored() == 0
        assert sorted(await assets.unfinished(), key=made.index) == made
        assert [await assets.verification(each.id) for each in agreed] == [agreed[0], started]
        assert await SqliteUploads(store).remembered("a" * 64) == upload
        assert await assets.verified(started, character("Ada", real=True))
        assert await SqliteJobs(store).forget_tokens(NOW) == len(made)


async def restored(place, at):
    async with place.open() as store:
        await store.run(stamp, at)


async def settled(store, count):
    jobs = SqliteJobs(store)
    assert await jobs.stamp_restored() == count
    return jobs
