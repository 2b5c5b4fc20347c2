"""The one thread: the loop goes on, what was sent is finished, and SQLite's failures arrive in the domain's words."""

import asyncio
import gc
import sqlite3
import threading
from contextlib import closing

import pytest

from bot.domain.errors import StoreClosed, StoreFull
from bot.storage import note_store
from bot.storage.queries import immediate
from bot.storage.thread import Store

pytestmark = pytest.mark.sqlite

OURS = {
    "jobs", "notes", "beginnings", "drafts", "uploads", "characters", "assets", "verifications",
    "limits", "blocks", "pauses", "server_settings", "audit", "job_counts", "processes", "leases",
    "shares", "favourites", "media_opt_outs", "member_settings", "forgetting", "exports", "log_lines",
}  # fmt: skip


async def test_the_connection_loses_nothing(store):
    def settings(db):
        names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        return [next(iter(next(iter(db.query(f"PRAGMA {name}"))).values())) for name in names]

    full = 2
    assert await store.run(settings) == ["wal", full, 1, 10_000]


async def test_every_table_is_strict(store):
    ours = await store.run(lambda db: {table.name: table.strict for table in db.tables if table.name[0] != "_"})
    assert set(ours) == OURS
    assert all(ours.values())


async def test_the_loop_goes_on_while_the_thread_works(store):
    begun, may_end = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()

    def slow(db):
        loop.call_soon_threadsafe(begun.set)
        # Only the loop can let this end: on the loop itself it would wait for ever.
        assert may_end.wait(60)
        return "done"

    working = asyncio.create_task(store.run(slow))
    await begun.wait()
    may_end.set()
    assert await working == "done"


async def test_one_function_at_a_time_in_the_order_sent(store):
    seen = []

    def note(db, number):
        seen.append(("in", number))
        seen.append(("out", number))
        return threading.current_thread()

    threads = await asyncio.gather(*(store.run(note, number) for number in range(20)))
    assert seen == [(way, number) for number in range(20) for way in ("in", "out")]
    assert len(set(threads)) == 1
    assert threads[0] is not threading.current_thread()


async def test_nothing_that_is_saved_waits_for_a_long_search(store):
    begun, may_end = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()

    def search(db):
        loop.call_soon_threadsafe(begun.set)
        assert may_end.wait(60)
        return note_store.get(db, "key")

    searching = asyncio.create_task(store.read(search))
    await begun.wait()
    await store.run(note_store.put, "key", "value")
    may_end.set()
    assert await searching == "value"


async def test_what_only_reads_sees_all_that_was_saved_and_saves_nothing(store):
    for number in range(50):
        async with asyncio.TaskGroup() as both:
            both.create_task(store.run(note_store.put, "key", str(number)))
            seen = both.create_task(store.read(note_store.get, "key"))
        assert seen.result() == str(number)
    with pytest.raises(StoreClosed, match="read-only"):
        await store.read(note_store.put, "key", "x")
    assert await store.run(note_store.get, "key") == "49"


async def test_a_cancelled_caller_leaves_a_whole_transaction(store):
    begun, may_end = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()

    def two_notes(db):
        with immediate(db):
            note_store.put(db, "first", "1")
            loop.call_soon_threadsafe(begun.set)
            assert may_end.wait(60)
            note_store.put(db, "second", "2")

    caller = asyncio.create_task(store.run(two_notes))
    await begun.wait()
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    may_end.set()
    assert await store.run(note_store.get, "first") == "1"
    assert await store.run(note_store.get, "second") == "2"


async def test_what_was_sent_is_done_although_its_caller_was_cancelled_before_it_began(store):
    may_go = threading.Event()
    blocker = asyncio.create_task(store.run(lambda db: may_go.wait(60)))
    writer = asyncio.create_task(store.run(note_store.put, "key", "value"))
    await asyncio.sleep(0)  # both are sent now
    writer.cancel()
    may_go.set()
    await blocker
    assert await store.run(note_store.get, "key") == "value"


async def test_a_failed_function_leaves_no_open_transaction(store):
    def half(db):
        db.execute("BEGIN IMMEDIATE")
        note_store.put(db, "half", "1")
        raise LookupError

    with pytest.raises(LookupError):
        await store.run(half)
    assert await store.run(note_store.get, "half") is None
    assert not await store.run(lambda db: db.conn.in_transaction)


async def test_what_fails_after_its_caller_has_gone_is_logged_in_a_line_and_no_more(store, caplog):
    complaints, may_end = [], threading.Event()
    asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context["message"]))

    def late(db):
        assert may_end.wait(60)
        raise StoreFull("no room")

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0):
            await store.run(late)
    may_end.set()
    await store.run(note_store.get, "key")
    gc.collect()
    assert complaints == []
    assert [record.getMessage() for record in caplog.records if "stopped waiting: no room" in record.message]


async def test_a_closed_database_is_one_file(path):
    async with Store(path) as store:
        await store.run(note_store.put, "key", "value")
        assert path.with_name("seedreel.db-wal").exists()
    assert sorted(file.name for file in path.parent.iterdir()) == ["seedreel.db", "seedreel.db.lock"]
    with pytest.raises(RuntimeError):
        await store.run(note_store.get, "key")


async def test_a_full_disk_is_said_and_passes(store):
    def limit(db, pages):
        return db.execute(pages).fetchone()

    await store.run(limit, "PRAGMA max_page_count = 1")  # SQLite takes its present size then
    with pytest.raises(StoreFull, match="disk is full"):
        await store.run(note_store.put, "key", "x" * 1_000_000)
    assert await store.run(note_store.get, "key") is None
    await store.run(limit, "PRAGMA max_page_count = 100000")
    await store.run(note_store.put, "key", "x" * 1_000_000)


async def test_a_lock_that_stays_is_said_and_passes(path):
    async with Store(path, lock_seconds=0.01) as store:
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreFull, match="locked"):
                await store.run(note_store.put, "key", "value")
            assert await store.run(note_store.get, "key") is None
        await store.run(note_store.put, "key", "value")
        assert await store.run(note_store.get, "key") == "value"


async def test_a_lock_that_goes_is_waited_for(store, path):
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        writing = asyncio.create_task(store.run(note_store.put, "key", "value"))
        await asyncio.sleep(0)
        assert not writing.done()
        other.execute("COMMIT")
        await writing
    assert await store.run(note_store.get, "key") == "value"


async def test_a_mistake_of_ours_stays_what_it_is(store):
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        await store.run(lambda db: db.execute("SELECT * FROM missing"))
