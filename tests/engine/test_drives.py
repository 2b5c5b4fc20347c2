"""The word "drive this row" reaches one worker, also when a worker or the server dies meanwhile."""

import asyncio
import json
import signal
import sys
from collections import Counter

import psycopg
import pytest

from bot.engine import schema
from bot.engine.drives import Drives
from tests.postgres import Cluster

SECONDS = 60
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
DEFER, DEFER_ALL = schema.DEFER.replace(":job_id", "%s"), schema.DEFER_ALL.replace(":job_ids", "%s")


class Rows:
    """Stands for the rows: which were driven, and by whom; each is held until it is let go."""

    def __init__(self):
        self.driven, self.free = asyncio.Queue(), asyncio.Event()
        self.free.set()

    async def drive(self, job_id):
        self.driven.put_nowait(job_id)
        await self.free.wait()

    async def next(self):
        return await asyncio.wait_for(self.driven.get(), SECONDS)


@pytest.fixture
async def prepared(url):
    await schema.prepare(url)
    return url


async def defer(url, *job_ids):
    async with await psycopg.AsyncConnection.connect(url) as connection:
        for job_id in job_ids:
            await connection.execute(DEFER, [job_id])


async def jobs(url):
    async with await psycopg.AsyncConnection.connect(url) as connection:
        found = await connection.execute("SELECT queueing_lock, status::text FROM procrastinate_jobs ORDER BY id")
        return await found.fetchall()


async def until(url, wanted):
    async with asyncio.timeout(SECONDS):
        while await jobs(url) != wanted:
            pass


async def test_processes_that_start_at_once_make_the_tables_once(url):
    await asyncio.gather(*(schema.prepare(url) for _ in range(6)))
    await schema.prepare(url)
    await defer(url, "a")
    assert await jobs(url) == [("a", "todo")]


async def test_an_older_procrastinate_that_starts_later_has_no_step_taken_twice(url):
    await schema.prepare(url)
    comment = f"COMMENT ON TABLE procrastinate_jobs IS '{schema.NOTE}99.00.00_01_new'"
    async with await psycopg.AsyncConnection.connect(url) as connection:
        await connection.execute(comment)
    await schema.prepare(url)
    async with await psycopg.AsyncConnection.connect(url) as connection:
        noted = await connection.execute("SELECT obj_description('procrastinate_jobs'::regclass, 'pg_class')")
        assert await noted.fetchone() == (f"{schema.NOTE}99.00.00_01_new",)


async def test_tables_of_an_older_procrastinate_are_brought_up(url, clock):
    older = [name for name in schema.migrations() if name < "03.02"]
    assert older != schema.migrations()
    async with await psycopg.AsyncConnection.connect(url) as connection:
        for name in older:
            await connection.execute(schema.text_of(name))
            await connection.commit()
        await connection.execute(f"COMMENT ON TABLE procrastinate_jobs IS '{schema.NOTE}{older[-1]}'")
    await schema.prepare(url)
    await schema.prepare(url)
    rows = Rows()
    async with Drives(url, clock, rows.drive):
        await defer(url, "a")
        assert await rows.next() == "a"
        await until(url, [])


async def test_it_is_deferred_with_its_transaction_or_not_at_all(prepared):
    async with await psycopg.AsyncConnection.connect(prepared) as connection:
        await connection.execute(DEFER, ["a"])
        await connection.rollback()
        await connection.execute(DEFER, ["b"])
    assert await jobs(prepared) == [("b", "todo")]


async def test_a_row_has_one_waiting_job_and_the_transaction_goes_on(prepared):
    async with (
        await psycopg.AsyncConnection.connect(prepared) as one,
        await psycopg.AsyncConnection.connect(prepared) as other,
    ):
        await one.execute(DEFER, ["a"])
        # It waits for the one before, which has the same lock and may still be rolled back.
        waiting = asyncio.create_task(other.execute(DEFER, ["a"]))
        await one.execute("CREATE TABLE of_one (id int)")
        await one.commit()
        await asyncio.wait_for(waiting, SECONDS)
        await other.execute("CREATE TABLE of_other (id int)")
        await other.execute(DEFER, ["b"])
    assert await jobs(prepared) == [("a", "todo"), ("b", "todo")]
    async with await psycopg.AsyncConnection.connect(prepared) as connection:
        await connection.execute("SELECT * FROM of_one, of_other")


async def test_several_are_deferred_in_their_order_but_for_those_that_wait_already(prepared):
    async with (
        await psycopg.AsyncConnection.connect(prepared, autocommit=True) as one,
        await psycopg.AsyncConnection.connect(prepared) as other,
    ):
        await one.execute(DEFER_ALL, [json.dumps(["c"])])
        await one.execute(DEFER_ALL, [json.dumps(["a", "c", "b"])])
        await one.execute(DEFER_ALL, [json.dumps([])])
        await other.execute(DEFER, ["e"])
        # It waits for the other, which defers one of them in this moment.
        waiting = asyncio.create_task(one.execute(DEFER_ALL, [json.dumps(["f", "e", "d"])]))
        async with asyncio.timeout(SECONDS):
            while not (await (await other.execute(WAITING)).fetchone())[0]:
                await other.execute("SELECT pg_stat_clear_snapshot()")
        await other.commit()
        await asyncio.wait_for(waiting, SECONDS)
    assert [lock for lock, _ in await jobs(prepared)] == ["c", "a", "b", "e", "f", "d"]


async def test_each_is_driven_by_one_of_two_workers_and_leaves_nothing(prepared, clock):
    rows = [Rows(), Rows()]
    wanted = [f"job{number}" for number in range(40)]
    async with Drives(prepared, clock, rows[0].drive), Drives(prepared, clock, rows[1].drive):
        await defer(prepared, *wanted)
        await until(prepared, [])
    driven = Counter[str]()
    for each in rows:
        while not each.driven.empty():
            driven[each.driven.get_nowait()] += 1
    assert driven == Counter(wanted)


async def test_a_row_that_is_driven_may_be_deferred_again(prepared, clock):
    rows = Rows()
    rows.free.clear()
    async with Drives(prepared, clock, rows.drive):
        await defer(prepared, "a")
        assert await rows.next() == "a"
        await defer(prepared, "a")
        assert await rows.next() == "a"
        rows.free.set()
        await until(prepared, [])


async def test_one_that_breaks_is_noted_and_the_next_is_driven(prepared, clock):
    class Broken(Rows):
        async def drive(self, job_id):
            await super().drive(job_id)
            if job_id == "bad":
                raise RuntimeError("broken")

    rows = Broken()
    async with Drives(prepared, clock, rows.drive):
        await defer(prepared, "bad", "good")
        assert {await rows.next(), await rows.next()} == {"bad", "good"}
        await until(prepared, [("bad", "failed")])


async def test_a_stopped_one_takes_nothing_more(prepared, clock):
    rows, others = Rows(), Rows()
    async with Drives(prepared, clock, rows.drive) as drives:
        await defer(prepared, "before")
        assert await rows.next() == "before"
        drives.stop()
        async with Drives(prepared, clock, others.drive):
            await defer(prepared, "after")
            assert await others.next() == "after"
    assert rows.driven.empty()


async def test_it_goes_on_after_a_crash_of_the_server(own_postgres: Cluster, own_url, clock):
    await schema.prepare(own_url)
    rows = Rows()
    rows.free.clear()
    async with Drives(own_url, clock, rows.drive):
        await defer(own_url, "before")
        assert await rows.next() == "before"
        await asyncio.to_thread(own_postgres.restart)
        await defer(own_url, "after")
        # Where the server was away for long, what it drove counts as stalled, and comes once more.
        while (driven := await rows.next()) == "before":
            pass
        assert driven == "after"
        rows.free.set()


WORKER = """
import asyncio, sys
from bot.clock import ScaledClock
from bot.engine.drives import Drives
async def drive(job_id):
    print(job_id, flush=True)
    await asyncio.Event().wait()
async def main():
    async with Drives(sys.argv[1], ScaledClock(1.0), drive, heartbeat_seconds=0.5, stalled_seconds=3.0):
        await asyncio.Event().wait()
asyncio.run(main())
"""


async def test_what_a_killed_worker_drove_is_driven_by_another(prepared, clock):
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", WORKER, prepared, stdout=asyncio.subprocess.PIPE
    )
    await defer(prepared, "a")
    assert (await asyncio.wait_for(process.stdout.readline(), SECONDS)).strip() == b"a"
    process.send_signal(signal.SIGKILL)
    await process.wait()
    rows = Rows()
    async with Drives(prepared, clock, rows.drive, heartbeat_seconds=0.5, stalled_seconds=3.0):
        assert await rows.next() == "a"
        await until(prepared, [])
