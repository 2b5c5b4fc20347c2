"""Several stores on one database, as several processes have them: limits and moves hold over all, and who is alone."""

import asyncio
from contextlib import AsyncExitStack

import psycopg
import pytest

from bot.domain.errors import Refusal, StoreInUse, StoreUnusable, TaskTaken
from bot.domain.stages import Stage
from bot.storage import note_store
from bot.storage.job_store import SqliteJobs
from bot.storage.postgres import PostgresStore
from bot.storage.postgres_lock import KEY, TRUST_SECONDS, DeploymentLock
from tests.storage.samples import NOW, job, put, up_to

PROCESSES = 3


@pytest.fixture
async def stores(database_url, path):
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(PostgresStore(database_url, path)) for _ in range(PROCESSES)]


async def test_no_two_take_the_last_that_a_limit_lets_pass(stores):
    for limit in range(1, 4):
        outcomes = await asyncio.gather(
            *(SqliteJobs(store).accept(job(user_id=limit), up_to(limit)) for _ in range(10) for store in stores),
            return_exceptions=True,
        )
        assert sum(not isinstance(outcome, Exception) for outcome in outcomes) == limit
        assert {type(outcome) for outcome in outcomes if isinstance(outcome, Exception)} == {Refusal}
    assert len(await SqliteJobs(stores[0]).unfinished()) == 1 + 2 + 3


async def test_one_press_that_comes_to_all_of_them_makes_one_job(stores):
    made = await asyncio.gather(
        *(SqliteJobs(store).accept(job(interaction_id=77), up_to(5)) for _ in range(5) for store in stores)
    )
    assert len({each.id for each in made}) == 1


async def test_one_of_all_that_move_a_job_wins(stores):
    waiting = await put(stores[0], job())
    racers = [waiting.sending(NOW + number) for number in range(30)]
    saved = await asyncio.gather(
        *(SqliteJobs(stores[at % PROCESSES]).save(racer, Stage.WAITING) for at, racer in enumerate(racers))
    )
    (winner,) = [racer for racer, reply in zip(racers, saved, strict=True) if reply is not None]
    assert await SqliteJobs(stores[1]).find(waiting.id) == winner


async def test_one_task_is_one_jobs(stores):
    sent = [await put(store, job(), Stage.SUBMITTING) for store in stores]
    saved = await asyncio.gather(
        *(
            SqliteJobs(store).save(each.accepted("the same", NOW), Stage.SUBMITTING)
            for store, each in zip(stores, sent, strict=True)
        ),
        return_exceptions=True,
    )
    assert sum(isinstance(outcome, TaskTaken) for outcome in saved) == PROCESSES - 1


async def test_who_works_alone_lets_no_other_in_and_is_named(database_url, path):
    async with PostgresStore(database_url, path, alone=True):
        for alone in (True, False):
            with pytest.raises(StoreInUse, match="process"):
                async with PostgresStore(database_url, path, alone=alone):
                    pass
    async with PostgresStore(database_url, path), PostgresStore(database_url, path):
        with pytest.raises(StoreInUse, match="process"):
            async with PostgresStore(database_url, path, alone=True):
                pass
    async with PostgresStore(database_url, path, alone=True):
        pass


async def test_a_lost_lock_is_taken_again(database_url, path):
    async with PostgresStore(database_url, path, alone=True) as store:
        end_sessions(database_url)
        await store.run(note_store.put, "key", "value")
        with pytest.raises(StoreInUse):
            async with PostgresStore(database_url, path):
                pass


async def test_who_has_lost_the_lock_to_another_writes_no_more_and_is_told(database_url, path):
    async with PostgresStore(database_url, path, alone=True) as store:
        with psycopg.connect(database_url, autocommit=True) as other:
            end_sessions(database_url)
            other.execute("SELECT pg_advisory_lock(%s)", [KEY])
            with pytest.raises(StoreUnusable, match="another bot"):
                await store.run(note_store.put, "key", "value")
            with pytest.raises(StoreUnusable, match="another bot"):
                await store.check()
            assert other.execute("SELECT count(*) FROM notes").fetchone() == (0,)


def test_who_works_alone_sends_for_as_long_as_it_is_sure_of_the_lock(database_url):
    time = [0.0]
    lock = DeploymentLock(database_url, alone=True, now=lambda: time[0])
    assert not lock.holds()
    lock.take()
    assert lock.holds()
    time[0] += TRUST_SECONDS + 1
    assert not lock.holds(), "the machine may have stood still, and another may have it"
    lock.keep()
    assert lock.holds()
    with psycopg.connect(database_url, autocommit=True) as other:
        end_sessions(database_url)
        other.execute("SELECT pg_advisory_lock(%s)", [KEY])
        with pytest.raises(StoreInUse):
            lock.keep()
        assert not lock.holds()


def end_sessions(url):
    """End every session of bots, as a restart of the server does."""
    with psycopg.connect(url, autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE application_name LIKE 'seedreel%' AND datname = current_database()"
        )
