"""A search of a member who has made more than is looked at at once: it stops, tells where, and goes on from there."""

import asyncio

import pytest

from bench.big_database import ABSENT, COMMON, RARE, build
from bot.storage.own_job_store import SEARCHED, SqliteOwnJobs
from bot.storage.thread import Store

MADE = SEARCHED + 500


@pytest.fixture(scope="module")
def big(tmp_path_factory):
    """Make a database of one member alone."""
    return asyncio.run(build(tmp_path_factory.mktemp("big") / "seedreel.db", videos=MADE, members=2, heavy=MADE))


@pytest.fixture
async def opened(big):
    async with Store(big.path) as store:
        yield store


async def matching(store, word):
    return [
        row["id"]
        for row in await store.run(
            lambda db: list(
                db.query("SELECT id FROM jobs WHERE prompt_folded LIKE ? ORDER BY created DESC, id DESC", [f"%{word}%"])
            )
        )
    ]


@pytest.mark.parametrize("word", [ABSENT, RARE, COMMON])
async def test_what_it_did_not_come_to_is_found_when_it_goes_on(opened, big, word):
    own, wanted = SqliteOwnJobs(opened, search_seconds=60), await matching(opened, word)
    newest = await own.mine(big.heavy_id, word, 1, MADE)
    assert newest.before is None
    everything = await own.mine(big.heavy_id, "", 1, MADE)
    last = everything.jobs[SEARCHED - 1]
    assert (newest.searched_to.job_id, newest.searched_to.created) == (last.id, last.created)
    older = await own.mine(big.heavy_id, word, 1, MADE, newest.searched_to.job_id)
    assert (older.before, older.searched_to) == (newest.searched_to, None)
    assert [job.id for job in (*newest.jobs, *older.jobs)] == wanted
    assert newest.total + older.total == len(wanted)


async def test_its_pages_are_those_of_what_was_found_so_far(opened, big):
    own, wanted = SqliteOwnJobs(opened, search_seconds=60), await matching(opened, COMMON)
    first = await own.mine(big.heavy_id, COMMON, 1, 8)
    for number in (1, 2, 500, first.pages):
        page = await own.mine(big.heavy_id, COMMON, number, 8)
        assert (page.number, page.pages, page.total) == (number, first.pages, first.total)
        assert [job.id for job in page.jobs] == wanted[: first.total][(number - 1) * 8 : number * 8]
    beyond = await own.mine(big.heavy_id, COMMON, 99_999, 8)
    assert beyond == await own.mine(big.heavy_id, COMMON, first.pages, 8)
    older = await own.mine(big.heavy_id, COMMON, 99_999, 8, first.searched_to.job_id)
    assert [job.id for job in older.jobs] == wanted[first.total :][(older.pages - 1) * 8 :]


async def test_a_search_that_ends_with_the_oldest_is_whole(opened, big):
    own = SqliteOwnJobs(opened, search_seconds=60)
    everything = (await own.mine(big.heavy_id, "", 1, MADE)).jobs
    one_too_many, just_enough = everything[-SEARCHED - 2], everything[-SEARCHED - 1]
    assert (await own.mine(big.heavy_id, ABSENT, 1, 8, one_too_many.id)).searched_to.job_id == everything[-2].id
    assert (await own.mine(big.heavy_id, ABSENT, 1, 8, just_enough.id)).searched_to is None


async def test_anothers_job_is_no_place_to_begin(opened, big):
    own = SqliteOwnJobs(opened, search_seconds=60)
    (theirs, *_) = (await own.mine(big.heavy_id, "", 1, 8)).jobs
    page = await own.mine(big.member_ids[0], COMMON, 1, 8, theirs.id)
    assert (page.before, page.searched_to, page.total) == (None, None, 0)


async def test_a_search_that_takes_too_long_stops_where_it_is(opened, big):
    page = await SqliteOwnJobs(opened, search_seconds=0.0, slice_seconds=0.0).mine(big.heavy_id, COMMON, 2, 8)
    everything = (await SqliteOwnJobs(opened).mine(big.heavy_id, "", 1, MADE)).jobs
    assert page.searched_to.job_id in {job.id for job in everything[:2000]}
    assert (page.number, len(page.jobs)) == (2, 8)


async def test_others_read_between_its_slices(opened, big):
    own = SqliteOwnJobs(opened, search_seconds=60, slice_seconds=0.0)
    searching = asyncio.create_task(own.mine(big.heavy_id, ABSENT, 1, 8))
    pages = 0
    while not searching.done():
        await own.mine(big.member_ids[0], "", 1, 8)
        pages += 1
    assert (await searching).total == 0
    assert pages >= SEARCHED / 1000 / 2


async def test_suggestions_are_among_the_newest(opened, big):
    own = SqliteOwnJobs(opened, search_seconds=60)
    newest, oldest = [(await own.mine(big.heavy_id, "", 1, MADE)).jobs[at] for at in (3999, 4000)]
    assert [job.id for job in await own.latest(big.heavy_id, newest.request.prompt, 25)] == [newest.id]
    assert await own.latest(big.heavy_id, oldest.request.prompt, 25) == []
