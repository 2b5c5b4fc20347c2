"""A backup is whole while the bot writes; a restore is refused, or complete, and keeps what was there."""

import asyncio
import sqlite3
import stat
from contextlib import closing

import pytest
from sqlite_utils import Database

from bot.domain.errors import StoreInUse, StoreUnusable
from bot.storage.backups import backup, restore
from bot.storage.copying import copy_into_file
from bot.storage.job_store import SqliteJobs
from bot.storage.migrations import migrations
from bot.storage.thread import Store
from tests.storage.older import first_row
from tests.storage.places import SqlitePlace
from tests.storage.process import WRITE, running
from tests.storage.samples import job, opened, put, up_to

pytestmark = pytest.mark.sqlite


@pytest.fixture
def copy(tmp_path):
    return tmp_path / "backup" / "monday.db"


@pytest.fixture(autouse=True)
def folder(copy):
    copy.parent.mkdir()


def names(folder):
    return sorted(file.name for file in folder.iterdir())


async def test_a_backup_holds_what_is_there_and_is_one_file(path, store, jobs, copy):
    placed = await put(store, job())
    await asyncio.to_thread(backup, path, copy)
    later = await put(store, job())
    assert await jobs.find(later.id) == later
    assert names(copy.parent) == ["monday.db"]
    with closing(sqlite3.connect(copy)) as copied:
        assert copied.execute("SELECT id FROM jobs").fetchall() == [(placed.id,)]
        assert copied.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    assert copy.stat().st_mode & 0o077 == 0


async def test_a_backup_while_another_process_writes_is_whole(path, copy):
    async with running(WRITE, path) as writer:
        said = [(await writer.stdout.readline()).split()[0].decode() for _ in range(100)]
        copying = asyncio.create_task(asyncio.to_thread(backup, path, copy))
        while not copying.done():
            assert await writer.stdout.readline()
        await copying
    with closing(sqlite3.connect(copy)) as copied:
        assert copied.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert set(said) <= {row[0] for row in copied.execute("SELECT id FROM jobs")}


async def test_a_new_backup_takes_the_old_ones_place(path, store, copy):
    await asyncio.to_thread(backup, path, copy)
    placed = await put(store, job())
    await asyncio.to_thread(backup, path, copy)
    with closing(sqlite3.connect(copy)) as copied:
        assert copied.execute("SELECT id FROM jobs").fetchall() == [(placed.id,)]


async def test_a_damaged_database_does_not_replace_a_good_backup(path, copy):
    async with Store(path) as store:
        for _ in range(50):
            await SqliteJobs(store).accept(job(), up_to(1000))
    backup(path, copy)
    good = copy.read_bytes()
    whole = path.read_bytes()
    path.write_bytes(whole[:8192] + bytes(0xA5 for _ in range(12_288)) + whole[20_480:])
    with pytest.raises(StoreUnusable, match="damaged"):
        backup(path, copy)
    assert copy.read_bytes() == good
    assert names(copy.parent) == ["monday.db"]


def test_what_cannot_be_backed_up(path, copy):
    with pytest.raises(StoreUnusable, match="no database"):
        backup(path, copy)
    path.touch()
    with pytest.raises(StoreUnusable, match="itself"):
        backup(path, path)
    assert not copy.exists()


async def test_a_restore_brings_the_backup_and_keeps_what_was_there(path, copy):
    async with Store(path) as store:
        first = await put(store, job())
    backup(path, copy)
    async with Store(path) as store:
        second = await put(store, job())
    path.chmod(0o640)
    stored = restore(copy, path).replaced
    async with opened(SqlitePlace(path.parent)) as jobs:
        assert (await jobs.find(first.id)) == first
        assert await jobs.find(second.id) is None
    assert path.stat().st_mode & 0o777 == 0o600
    with closing(sqlite3.connect(stored)) as old:
        assert {row[0] for row in old.execute("SELECT id FROM jobs")} == {first.id, second.id}
    assert names(path.parent) == ["backup", "seedreel.db", "seedreel.db.lock", stored.name]


async def test_a_restore_keeps_what_a_killed_bot_had_only_in_its_log(path, copy):
    async with Store(path):
        pass
    backup(path, copy)
    async with running(WRITE, path) as writer:
        said = [(await writer.stdout.readline()).split()[0].decode() for _ in range(100)]
        writer.kill()
        await writer.wait()
    assert path.with_name("seedreel.db-wal").stat().st_size > 0
    stored = restore(copy, path).replaced
    with closing(sqlite3.connect(stored)) as old:
        assert set(said) <= {row[0] for row in old.execute("SELECT id FROM jobs")}
    async with opened(SqlitePlace(path.parent)) as jobs:
        assert await jobs.unfinished() == []


async def test_a_restore_where_nothing_was(path, copy):
    async with Store(path) as store:
        placed = await put(store, job())
    backup(path, copy)
    path.unlink()
    assert restore(copy, path).replaced is None
    async with opened(SqlitePlace(path.parent)) as jobs:
        assert await jobs.find(placed.id) == placed
    new = path.parent / "another" / "machine" / "seedreel.db"
    assert restore(copy, new).replaced is None
    assert stat.S_IMODE(new.parent.stat().st_mode) == 0o700
    async with opened(SqlitePlace(new.parent)) as jobs:
        assert await jobs.find(placed.id) == placed


async def test_a_restore_in_the_place_of_a_damaged_database(path, copy):
    async with Store(path) as store:
        placed = await put(store, job())
    backup(path, copy)
    path.write_bytes(b"broken" * 1000)
    path.with_name("seedreel.db-wal").write_bytes(b"also broken" * 1000)
    stored = restore(copy, path).replaced
    assert stored.read_bytes() == b"broken" * 1000
    assert stored.with_name(f"{stored.name}-wal").read_bytes() == b"also broken" * 1000
    async with opened(SqlitePlace(path.parent)) as jobs:
        assert await jobs.find(placed.id) == placed


async def test_no_restore_while_a_bot_runs(path, store, jobs, copy):
    placed = await put(store, job())
    await asyncio.to_thread(backup, path, copy)
    with pytest.raises(StoreInUse, match="process"):
        await asyncio.to_thread(restore, copy, path)
    assert await jobs.find(placed.id) == placed
    assert not list(path.parent.glob("*replaced*"))


def test_a_database_that_stays_locked_is_not_waited_for_without_an_end(path, copy):
    with (
        closing(sqlite3.connect(path, isolation_level=None)) as other,
        closing(sqlite3.connect(path, timeout=0)) as source,
    ):
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreInUse, match="another program"):
            copy_into_file(source, copy, locked_seconds=0)
        other.execute("COMMIT")
        copy_into_file(source, copy, locked_seconds=0)


def wrong_backups(folder):
    text, newer, other, empty = (folder / name for name in ("text", "newer", "other", "empty"))
    text.write_text("no database" * 100)
    with closing(Database(newer)) as db:
        migrations().apply(db)
        db.execute("PRAGMA user_version = 99")
    with closing(sqlite3.connect(other)) as db:
        db.execute("CREATE TABLE places (url TEXT)")
    empty.touch()
    return {"damaged": text, "newer": newer, "another program": other, "is empty": empty, "no backup": folder / "none"}


async def test_a_wrong_backup_changes_nothing(path, copy):
    async with Store(path) as store:
        await put(store, job())
    before = path.read_bytes()
    for said, wrong in wrong_backups(copy.parent).items():
        with pytest.raises(StoreUnusable, match=said):
            restore(wrong, path)
        assert path.read_bytes() == before
    assert names(path.parent) == ["backup", "seedreel.db", "seedreel.db.lock"]


async def test_an_older_backup_is_migrated(path, copy):
    waiting = job(charged_to=3)
    with closing(Database(copy, strict=True)) as old:
        migrations().apply(old, stop_before="m002_notes")
        old["jobs"].insert(first_row(waiting))
    restore(copy, path)
    async with opened(SqlitePlace(path.parent)) as jobs:
        assert await jobs.find(waiting.id) == waiting
        assert await jobs.restored_at() is not None
