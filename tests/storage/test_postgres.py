"""The store in PostgreSQL where it is not like a file: connections that are lost, versions, what is whose."""

import asyncio
import gc
import threading

import psycopg
import pytest

from bot.domain.errors import NoSpace, Refusal, StoreClosed, StoreUnusable
from bot.storage import Tables, migrations, note_store, postgres_opening, postgres_schema
from bot.storage.postgres import PostgresStore
from bot.storage.postgres_database import WRITING
from bot.storage.queries import immediate
from bot.storage.thread import Store
from tests.postgres import cluster
from tests.storage.samples import ADA, job, put

SECRET = "pass-word-of-nobody"


@pytest.fixture
async def store(database_url, path):
    async with PostgresStore(database_url, path) as store:
        yield store


def columns_of_sqlite(db):
    tables = [table for table in db.tables if table.name[0] != "_"]
    return {table.name: {column.name for column in table.columns} for table in tables}


def columns_of_postgres(db):
    found = {}
    for row in db.query("SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"):
        found.setdefault(row["table_name"], set()).add(row["column_name"])
    return found


async def test_both_databases_have_the_same_tables_and_columns(store, path):
    async with Store(path) as file:
        on_sqlite = await file.run(columns_of_sqlite)
    on_postgres = await store.run(columns_of_postgres)
    assert on_postgres.pop(postgres_opening.RECORD) == {"step", "at", "place"}
    assert on_postgres == on_sqlite
    assert postgres_schema.VERSION == migrations.VERSION
    assert await store.run(postgres_opening.applied_step) == migrations.VERSION


async def test_a_lost_connection_costs_no_call(store):
    def kill_others(db):
        db.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'seedreel'")

    await asyncio.gather(*(store.run(note_store.put, f"key {number}", "value") for number in range(20)))
    with pytest.raises(psycopg.errors.AdminShutdown), psycopg.connect(store.url, application_name="seedreel") as other:
        kill_others(other)
    await asyncio.gather(*(store.run(note_store.put, f"key {number}", "newer") for number in range(20)))
    assert await store.read(note_store.get, "key 19") == "newer"


async def test_a_transaction_whose_connection_is_lost_is_done_once_and_whole(store):
    tries = []

    def two_notes(db):
        with immediate(db):
            note_store.put(db, "first", "1")
            tries.append(db.connection.info.backend_pid)
            if len(tries) == 1:
                with psycopg.connect(store.url, autocommit=True) as other:
                    other.execute("SELECT pg_terminate_backend(%s)", tries)
            note_store.put(db, "second", "2")

    await store.run(two_notes)
    assert len(set(tries)) == 2
    assert await store.run(note_store.get, "second") == "2"


async def test_it_goes_on_after_its_server_was_stopped_and_has_said_so_meanwhile(path):
    with cluster() as server, server.database() as url:
        async with PostgresStore(url, path, lost_seconds=0.1) as store:
            await store.run(note_store.put, "key", "value")
            await asyncio.to_thread(server.stop)
            with pytest.raises(StoreClosed, match="answer"):
                await store.run(note_store.get, "key")
            assert not await store.is_ready(5)
            assert await store.answers(5)
            await asyncio.to_thread(server.start)
            async with asyncio.timeout(20):
                while not await store.is_ready(5):
                    pass
            assert await store.run(note_store.get, "key") == "value"


async def test_a_call_that_waits_for_a_restart_is_done(path):
    with cluster() as server, server.database() as url:
        async with PostgresStore(url, path, lost_seconds=60) as store:
            await store.run(note_store.put, "key", "value")
            await asyncio.to_thread(server.stop)
            waiting = asyncio.create_task(store.run(note_store.get, "key"))
            await asyncio.to_thread(server.start)
            assert await waiting == "value"


async def test_what_is_sent_after_a_caller_gave_up_comes_after_what_that_had_sent(store):
    begun, may_end = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()

    def slow(db):
        loop.call_soon_threadsafe(begun.set)
        assert may_end.wait(60)
        note_store.put(db, "key", "first")

    caller = asyncio.create_task(store.run(slow))
    await begun.wait()
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    after = asyncio.create_task(store.run(note_store.put, "key", "second"))
    may_end.set()
    await after
    assert await store.run(note_store.get, "key") == "second"


async def test_what_only_reads_sees_all_that_was_sent_to_be_saved(store):
    for number in range(50):
        async with asyncio.TaskGroup() as both:
            both.create_task(store.run(note_store.put, "key", str(number)))
            seen = both.create_task(store.read(note_store.get, "key"))
        assert seen.result() == str(number)


async def test_what_a_write_failed_with_is_its_callers_and_not_that_of_who_waits_for_its_end(store):
    complaints, may_end = [], threading.Event()
    asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context["message"]))

    def late(_):
        assert may_end.wait(60)
        raise Refusal(NoSpace())

    failing = asyncio.create_task(store.run(late))
    reading = asyncio.create_task(store.read(note_store.get, "key"))
    await asyncio.sleep(0)
    may_end.set()
    assert await reading is None
    with pytest.raises(Refusal):
        await failing
    # Its error holds all that waited for it.
    del failing, reading
    gc.collect()
    assert complaints == []


async def test_a_database_that_is_not_there_is_said_without_its_password(postgres, path):
    url = f"postgresql://postgres:{SECRET}@127.0.0.1:{postgres.port}/missing"
    with pytest.raises(StoreUnusable, match=r"missing on 127\.0\.0\.1") as raised:
        async with PostgresStore(url, path):
            pass
    assert SECRET not in f"{raised.value!r} {raised.value.__cause__!r}"


async def test_a_newer_database_and_another_programs_are_refused(postgres, path):
    with postgres.database("template0") as url:
        with psycopg.connect(url, autocommit=True) as other:
            other.execute("CREATE TABLE theirs (id INTEGER)")
        with pytest.raises(StoreUnusable, match="another program"):
            async with PostgresStore(url, path):
                pass
    with postgres.database() as url:
        async with PostgresStore(url, path) as store:
            await store.run(lambda db: db.execute("INSERT INTO seedreel_schema (step) VALUES (9999)"))
        with pytest.raises(StoreUnusable, match="newer version"):
            async with PostgresStore(url, path):
                pass


async def test_ten_that_begin_at_once_make_one_schema(postgres, path):
    with postgres.database("template0") as url:
        stores = [PostgresStore(url, path, threads=1) for _ in range(10)]
        await asyncio.gather(*(store.__aenter__() for store in stores))
        assert await stores[9].run(postgres_opening.applied_step) == postgres_schema.VERSION
        await asyncio.gather(*(store.__aexit__(None, None, None) for store in stores))


async def test_a_notice_is_heard_once_its_transaction_is_committed(store):
    def told(db):
        with immediate(db):
            db.notify("line", job(user_id=ADA).id)
            assert not list(listener.notifies(timeout=0.0))

    with psycopg.connect(store.url, autocommit=True) as listener:
        listener.execute("LISTEN seedreel")
        await store.run(told)
        (heard,) = listener.notifies(timeout=30, stop_after=1)
    assert heard.payload.startswith("line:")


async def test_a_job_is_taken_while_another_process_decides_what_all_have_to_agree_on(store):
    """Else all takings would wait for the disk one after the other, and renewals of leases behind them."""
    tables = Tables(store)
    waiting = await put(store, job())
    await tables.leases.register("a", "worker", "host:1")
    await store.run(lambda db: db.execute("UPDATE jobs SET slot = 1"))
    with psycopg.connect(store.url) as other:
        other.execute("SELECT pg_advisory_xact_lock(%s)", [WRITING])
        async with asyncio.timeout(5.0):
            assert (await tables.leases.take(waiting.id, "a")).fence == 1
