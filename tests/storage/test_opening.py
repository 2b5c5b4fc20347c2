"""What is found at the path: nothing, ours, older, newer, somebody else's, or something broken."""

import sqlite3
from contextlib import closing

import pytest
from sqlite_utils import Database

from bot.domain.errors import StoreInUse, StoreUnusable
from bot.storage.job_store import SqliteJobs
from bot.storage.migrations import STEPS, VERSION, migrations
from bot.storage.thread import Store
from tests.storage.older import first_row
from tests.storage.places import SqlitePlace
from tests.storage.samples import job, opened, up_to

pytestmark = pytest.mark.sqlite


async def fails_to_open(path, **options):
    with pytest.raises(StoreUnusable) as found:
        async with Store(path, **options):
            pass
    return found.value


async def test_the_folder_is_made(tmp_path):
    async with Store(tmp_path / "a" / "b" / "seedreel.db") as store:
        assert await store.run(lambda db: db.execute("PRAGMA user_version").fetchone()[0]) == VERSION


async def test_an_empty_file_is_a_new_database(path):
    path.touch()
    async with Store(path) as store:
        assert await store.run(lambda db: db["jobs"].count) == 0


def test_steps_are_numbered_without_a_gap():
    assert [step.__name__[:4] for step in STEPS] == [f"m{number:03}" for number in range(1, VERSION + 1)]


@pytest.mark.parametrize("number", range(1, VERSION + 1))
def test_every_step_leaves_its_number(number):
    with closing(Database(memory=True, strict=True)) as db:
        later = [step.__name__ for step in STEPS[number:]]
        migrations().apply(db, stop_before=later)
        assert db.execute("PRAGMA user_version").fetchone()[0] == number


async def test_text_is_no_database(path):
    path.write_text("this is not a database at all" * 100)
    error = await fails_to_open(path)
    assert "damaged" in error.problem
    assert "python -m bot restore FILE" in error.remedy
    assert path.read_text() == "this is not a database at all" * 100


async def test_a_database_cut_short_is_found_at_the_start(path):
    async with Store(path) as store:
        for _ in range(50):
            await SqliteJobs(store).accept(job(), up_to(1000))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert "damaged" in (await fails_to_open(path)).problem


async def test_an_older_database_is_migrated_and_kept(path):
    waiting = job(charged_to=3)
    with closing(Database(path, strict=True)) as old:
        migrations().apply(old, stop_before="m002_notes")
        old["jobs"].insert(first_row(waiting))
    async with opened(SqlitePlace(path.parent)) as jobs:
        assert await jobs.find(waiting.id) == waiting
    with closing(Database(path)) as now, closing(Database(path.with_name("seedreel.db.before-2"))) as stored:
        assert now["notes"].exists()
        assert not stored["notes"].exists()
        assert [row["id"] for row in stored["jobs"].rows] == [waiting.id]
        assert stored.execute("PRAGMA user_version").fetchone()[0] == 1
    async with opened(SqlitePlace(path.parent)):
        assert not path.with_name("seedreel.db.before-3").exists()


async def test_nothing_is_copied_when_nothing_is_migrated(path):
    for _ in range(2):
        async with Store(path):
            pass
    assert list(path.parent.glob("*before*")) == []


@pytest.mark.parametrize("sign", ["a later step", "a later number"])
async def test_a_newer_database_is_refused_and_left_alone(path, sign):
    async with Store(path):
        pass
    with closing(Database(path)) as db:
        if sign == "a later step":
            db["_sqlite_migrations"].insert({"migration_set": "seedreel", "name": "m999_more", "applied_at": "later"})
        else:
            db.execute("PRAGMA user_version = 999")
    before = path.read_bytes()
    error = await fails_to_open(path)
    assert "newer version" in error.problem
    assert path.read_bytes() == before


async def test_another_programs_database_is_refused_and_left_alone(path):
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE places (url TEXT)")
    before = path.read_bytes()
    assert "another program" in (await fails_to_open(path)).problem
    assert path.read_bytes() == before


async def test_a_database_that_another_program_keeps_locked(path):
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreInUse) as refused:
            async with Store(path, lock_seconds=0.01):
                pass
    assert "another program" in str(refused.value)
    async with Store(path):
        pass


async def test_a_path_that_can_hold_no_folder(tmp_path):
    (tmp_path / "file").touch()
    error = await fails_to_open(tmp_path / "file" / "seedreel.db")
    assert "isn't a folder" in error.problem
    assert "DATA_DIR" in error.remedy
