"""That the provider does not answer, or asks for a pause, is known to all workers once one of them has learnt it."""

import asyncio
from contextlib import asynccontextmanager
from random import Random

import pytest

from bot.domain.errors import StoreClosed
from bot.engine.breaker_notices import KIND, BreakerNotices
from bot.engine.hub import Hub
from bot.storage import Tables
from bot.storage.postgres import PostgresStore
from bot.toapis.polling import OPENS_AFTER, Breaker
from tests.real_time import comes_true


@asynccontextmanager
async def worker(url, clock, folder):
    """Run what one worker has of it; yields its breaker."""
    breaker = Breaker(clock, Random(1))
    async with PostgresStore(url, folder / "unused") as store:
        tables = Tables(store)
        notices = BreakerNotices(breaker, tables.notes, lambda: tables.line.tell(KIND), clock)
        listening = asyncio.Event()
        async with Hub(url, clock) as hub:
            hub.listen(KIND, lambda _: notices.wake())
            hub.on_missed(listening.set)
            following = asyncio.create_task(notices.follow())
            await listening.wait()
            try:
                yield breaker
            finally:
                following.cancel()
                await asyncio.gather(following, return_exceptions=True)


async def seen(holds):
    """Wait until a notice has come, by the way of the database, and was taken in."""

    async def look():
        return holds()

    await comes_true(look, 20.0, every=0.02)


@pytest.fixture
async def two(url, clock, tmp_path):
    async with worker(url, clock, tmp_path) as one, worker(url, clock, tmp_path) as other:
        yield one, other


async def test_an_outage_and_its_end_are_known_to_all(two):
    one, other = two
    for _ in range(OPENS_AFTER - 1):
        one.failed()
    assert not other.is_open()
    one.failed()
    await seen(lambda: other.is_down)
    assert other.failing_since is not None
    other.succeeded()
    await seen(lambda: not one.is_down)
    assert one.failing_since is None


async def test_a_pause_that_one_is_asked_for_is_kept_by_all(two):
    one, other = two
    one.pause(40.0)
    await seen(lambda: other.pause_asked is not None)
    assert 30.0 < other.pause_asked <= 40.0
    assert not other.is_down


async def test_who_comes_later_reads_it(url, clock, tmp_path):
    async with worker(url, clock, tmp_path) as one:
        one.pause(40.0)
        async with worker(url, clock, tmp_path) as other:
            await seen(lambda: other.pause_asked is not None)


async def test_without_the_database_each_knows_what_it_has_learnt_itself(clock):
    class Away:
        async def get(self, key):
            raise StoreClosed(key)

        change = get

    breaker = Breaker(clock, Random(1))
    notices = BreakerNotices(breaker, Away(), lambda: None, clock)
    following = asyncio.create_task(notices.follow())
    breaker.pause(40.0)
    await asyncio.sleep(0)
    assert breaker.pause_asked == 40.0
    assert not following.done()
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)
