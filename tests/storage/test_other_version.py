"""A row that this version cannot read is set aside alone: told with its id, left as it is, and the rest goes on."""

import json
import logging

import pytest

from bot.domain.stages import Stage
from bot.storage.job_store import SqliteJobs
from bot.storage.note_store import get, put
from bot.storage.own_job_store import SqliteOwnJobs
from tests.storage.asset_samples import AssetTables, asset, character, verification
from tests.storage.samples import ADA, NOW, job, up_to

# In a column, or as a word in a document of the row.
ODD = {
    ("request", "model"): "seedance-9",
    ("request", "ratio"): "2:1",
    ("request", "resolution"): "16k",
    ("stage",): "dreaming",
    ("reason",): "bored",
    ("request", "media"): [{"role": "third_frame"}],
    ("state", "hosted"): [{"sha256": "x", "where": "y"}],
    ("state", "drop"): {"rung": "pigeon", "form": "file"},
    ("state", "sung"): True,
    ("reply", "thread"): 5,
}


async def stored(jobs, job):
    return await jobs.accept(job, up_to(99))


def make_odd(db, job_id, where):
    column, *word = where
    if not word:
        value = ODD[where]
    else:
        (found,) = db.execute(f"SELECT {column} FROM jobs WHERE id = ?", [job_id]).fetchone()  # noqa: S608
        value = json.dumps(json.loads(found) | {word[0]: ODD[where]})
    db.execute(f"UPDATE jobs SET {column} = ? WHERE id = ?", [value, job_id])  # noqa: S608


@pytest.mark.parametrize("where", ODD, ids=".".join)
async def test_one_row_of_another_version_stops_nothing(place, where, caplog):
    async with place.open() as store:
        jobs = SqliteJobs(store)
        odd, plain = await stored(jobs, job(created=NOW)), await stored(jobs, job(created=NOW + 1))
        await store.run(make_odd, odd.id, where)
        before = await store.run(lambda db: db.execute("SELECT * FROM jobs WHERE id = ?", [odd.id]).fetchone())
    async with place.open() as store:
        jobs = SqliteJobs(store)
        await jobs.stamp_restored()
        with caplog.at_level(logging.WARNING):
            assert await jobs.unfinished() == [plain]
        assert any(odd.id in record.getMessage() for record in caplog.records)
        page = await SqliteOwnJobs(store).mine(ADA, "", 1, 10)
        assert [(each.id, each.other_version) for each in page.jobs] == [(plain.id, False), (odd.id, True)]
        assert (await SqliteOwnJobs(store).find_mine(ADA, odd.short)).request.prompt == odd.request.prompt
        assert {each.id for each in await SqliteOwnJobs(store).latest(ADA, "", 9)} == {odd.id, plain.id}
        assert await store.run(lambda db: db.execute("SELECT * FROM jobs WHERE id = ?", [odd.id]).fetchone()) == before


@pytest.mark.sqlite
async def test_a_text_that_is_no_utf8_is_one_rows_own(store, jobs):
    odd, plain = await stored(jobs, job()), await stored(jobs, job())
    request = b'{"prompt": "f\xffx", "model": "seedance-2", "duration": 5, "ratio": "16:9"}'
    odd_text = "UPDATE jobs SET request = CAST(? AS TEXT) WHERE id = ?"
    await store.run(lambda db: db.execute(odd_text, [request, odd.id]))
    prompts = {each.id: each.request.prompt for each in await jobs.unfinished()}
    assert prompts == {odd.id: "f\ufffdx", plain.id: plain.request.prompt}


@pytest.mark.parametrize("wrong", ["soon", "nan", "inf", ""])
async def test_a_note_that_is_no_number_pays_for_nothing_twice(place, wrong):
    async with place.open() as store:
        jobs = SqliteJobs(store)
        waiting = await stored(jobs, job(created=NOW - 900_000_000))
        await store.run(put, "restored_at", wrong)
    for failed in (1, 0):
        async with place.open() as store:
            jobs = SqliteJobs(store)
            assert await jobs.stamp_restored() == failed
            assert (await jobs.find(waiting.id)).stage is Stage.FAILED
            assert float(await store.run(get, "restored_at")) == await jobs.restored_at()


async def test_an_asset_of_another_version_can_be_seen_and_not_used(store, caplog):
    assets = AssetTables(store)
    group = character()
    await assets.add_character(group)
    odd, plain = asset(group), asset(group)
    for each in (odd, plain):
        await assets.add(each)
    hologram = """UPDATE assets SET details = replace(details, '"image"', '"hologram"') WHERE id = ?"""
    await store.run(lambda db: db.execute(hologram, [odd.id]))
    page = await assets.mine(group.owner_id, 1, 5)
    assert {each.id: each.other_version for each in page.assets} == {odd.id: True, plain.id: False}
    assert odd.id in caplog.text
    assert [each.id for each in await assets.unfinished()] == [plain.id]
    assert await assets.named(group.owner_id, None, odd.id) is None
    assert (await assets.find(odd.id)).use is None


async def test_a_verification_of_another_version_is_not_there(store, caplog):
    assets = AssetTables(store)
    odd = verification()
    await assets.begin(odd)
    await store.run(lambda db: db.execute("UPDATE verifications SET stage = 'doubtful' WHERE id = ?", [odd.id]))
    assert await assets.verification(odd.id) is None
    assert odd.id in caplog.text
