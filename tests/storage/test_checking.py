"""When the whole file is looked through: beside the work, after every end that was not clean or is not known to be."""

import asyncio
import os
import shutil
import sqlite3
from contextlib import closing

import pytest
from sqlite_utils import Database

from bot.domain.errors import StoreClosed, StoreUnusable
from bot.run import until_damaged
from bot.storage.backups import backup, restore
from bot.storage.job_store import SqliteJobs
from bot.storage.lock import held, lock_path
from bot.storage.migrations import STEPS, migrations
from bot.storage.note_store import put
from bot.storage.thread import Store
from tests.storage.process import HOLD, running
from tests.storage.samples import job, up_to

pytestmark = pytest.mark.sqlite

CHECKING = "checking it while the bot works"


async def write(path, jobs=50):
    async with Store(path) as store:
        for _ in range(jobs):
            await SqliteJobs(store).accept(job(), up_to(1000))


def damage(path, at=-8192):
    """Break two pages, of which no time of the file tells."""
    times = path.stat()
    with path.open("r+b") as file:
        file.seek(at, os.SEEK_END if at < 0 else os.SEEK_SET)
        file.write(b"\xa5" * 8192)
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


async def is_checked(path, caplog):
    """Tell whether a start that follows now looks through the file."""
    caplog.clear()
    with caplog.at_level("INFO"):
        async with Store(path) as store:
            await store.check()
    return CHECKING in caplog.text


async def test_a_new_database_and_one_that_was_closed_cleanly_are_not_looked_through(path, caplog):
    assert not await is_checked(path, caplog)
    await write(path)
    damage(path)
    assert not await is_checked(path, caplog)


async def test_a_damaged_page_is_found_beside_the_work_after_a_kill_though_nothing_reads_it(path):
    await write(path)
    async with running(HOLD, path) as killed:
        assert await killed.stdout.readline() == b"open\n"
    damage(path)
    broken = path.read_bytes()
    for _ in range(2):  # a start that finds damage is no clean end
        async with Store(path) as store:
            assert await store.is_ready(60)
            with pytest.raises(StoreUnusable) as found:
                await store.check()
        assert str(path) in found.value.problem
        assert "damaged" in found.value.problem
        assert "restore" in found.value.remedy
        assert path.read_bytes() == broken


async def test_the_mark_of_a_clean_end_is_gone_before_anything_is_written(path, caplog):
    await write(path)
    assert "closed cleanly" in lock_path(path).read_text()
    async with running(HOLD, path) as killed:
        assert await killed.stdout.readline() == b"open\n"
        assert f"process {killed.pid} on " in lock_path(path).read_text()
    assert "closed cleanly" not in lock_path(path).read_text()
    assert await is_checked(path, caplog)
    assert not await is_checked(path, caplog)


async def _by_another_program(path):
    with closing(sqlite3.connect(path)) as other:
        other.execute("DELETE FROM jobs")
        other.commit()


async def _by_a_copy(path):
    shutil.copy2(path, path.with_name("copy"))
    path.with_name("copy").replace(path)


async def _by_a_restore(path):
    await asyncio.to_thread(backup, path, path.with_name("backup"))
    await asyncio.to_thread(restore, path.with_name("backup"), path)


async def _by_the_command_line(path):
    async with Store(path, beside=True) as store:
        await store.run(put, "key", "value")


async def _by_nobody_knows(path):
    lock_path(path).write_text("something else")


async def _by_an_older_version(path):
    """Leave a database as a clean end of the version before would."""
    path.unlink()
    with closing(Database(path, strict=True)) as older:
        migrations().apply(older, stop_before=STEPS[-1].__name__)
    with held(path) as lock:
        lock.leave_clean()


@pytest.mark.parametrize(
    "changed",
    [
        _by_another_program,
        _by_a_copy,
        _by_a_restore,
        _by_the_command_line,
        _by_nobody_knows,
        _by_an_older_version,
    ],
)
async def test_what_was_changed_since_the_clean_end_is_looked_through_once(path, changed, caplog):
    await write(path, 5)
    await changed(path)
    assert await is_checked(path, caplog)
    assert not await is_checked(path, caplog)


async def test_a_damaged_database_of_an_older_version_is_not_changed(path):
    await write(path)
    await _by_an_older_version(path)
    lock_path(path).unlink()
    damage(path)
    broken = path.read_bytes()
    with pytest.raises(StoreUnusable, match="damaged"):
        async with Store(path):
            pass
    assert path.read_bytes() == broken


async def test_a_list_of_free_pages_that_is_damaged_is_found(path):
    await write(path, 200)
    with closing(sqlite3.connect(path)) as db:
        db.execute("DELETE FROM jobs")
        db.commit()
        page_bytes = db.execute("PRAGMA page_size").fetchone()[0]
    first = int.from_bytes(path.read_bytes()[32:36], "big")  # "Database File Format", "The Database Header"
    assert first
    damage(path, (first - 1) * page_bytes)
    async with Store(path) as store:
        with pytest.raises(StoreUnusable, match="damaged"):
            await store.check()


async def test_a_stop_does_not_wait_for_the_end_of_the_check_and_the_next_start_checks_again(path, caplog):
    await write(path, 1)
    many = """WITH RECURSIVE n (i) AS (VALUES (0) UNION ALL SELECT i + 1 FROM n WHERE i < 200000)
    INSERT INTO uploads (sha256, url, at) SELECT 'digest ' || i, 'https://example.com', i FROM n"""
    async with Store(path) as store:
        await store.run(lambda db: db.execute(many))
    lock_path(path).unlink()
    async with Store(path) as store:
        checking = asyncio.create_task(store.check())
        await asyncio.sleep(0)  # its thread has begun
        await store.run(put, "key", "value")
        checking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await checking
    assert await is_checked(path, caplog)


async def test_a_file_that_could_not_be_written_is_not_vouched_for(path, caplog):
    async with Store(path) as store:
        with pytest.raises(StoreClosed):
            await store.read(put, "key", "value")
    assert await is_checked(path, caplog)


async def test_only_damage_stops_the_bot_and_not_a_check_that_could_not_be_made(caplog):
    tried = asyncio.Event()

    async def locked():
        tried.set()
        raise StoreClosed("another program has it locked")

    async def damaged():
        raise StoreUnusable("The database is damaged.", "Put a backup back.")

    watching = asyncio.create_task(until_damaged(locked))
    await tried.wait()
    await asyncio.sleep(0)
    assert not watching.done()
    assert "couldn't be checked" in caplog.text
    watching.cancel()
    with pytest.raises(StoreUnusable):
        await until_damaged(damaged)
