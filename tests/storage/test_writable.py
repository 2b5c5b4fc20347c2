"""A look from outside says what is wrong, and leaves no trace."""

import os
import sqlite3
import tempfile
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path

import pytest

from bot.domain.disk_problems import CannotSave, NoSpace
from bot.domain.errors import FolderUnusable, StoreClosed, StoreFull
from bot.storage.job_store import SqliteJobs
from bot.storage.sqlite_errors import translated
from bot.storage.thread import Store
from bot.storage.writable import room, writable
from tests.storage.samples import job, up_to
from tests.unwritable import ways

pytestmark = pytest.mark.sqlite


def files(folder):
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}


def test_a_folder_that_can_be_made_is_well(tmp_path):
    assert writable(tmp_path / "a" / "b" / "seedreel.db") is None
    assert files(tmp_path) == {}
    assert list(tmp_path.iterdir()) == []


async def test_a_database_is_well_while_a_bot_has_it_and_after(path):
    async with Store(path):
        before = files(path.parent)
        assert writable(path) is None
        assert files(path.parent) == before
    assert writable(path) is None


@pytest.mark.parametrize(
    ("content", "said"), [(b"hello" * 100, "damaged"), (b"SQLite format 3\x00" + b"\x7f" * 84, "newer version")]
)
def test_what_is_no_database_of_ours(path, content, said):
    path.write_bytes(content)
    assert said in str(writable(path))
    assert files(path.parent) == {"seedreel.db": content}


def test_a_newer_database(path):
    with closing(sqlite3.connect(path)) as newer:
        newer.execute("PRAGMA user_version = 99")
    assert "newer version" in str(writable(path))


def test_an_empty_file_is_a_new_database(path):
    path.touch()
    assert writable(path) is None


def test_a_folder_in_the_files_place(path):
    path.mkdir()
    assert "isn't a file" in str(writable(path))


def test_a_file_in_the_folders_place(tmp_path):
    (tmp_path / "data").touch()
    assert "isn't a folder" in str(writable(tmp_path / "data" / "seedreel.db"))


@pytest.mark.parametrize("target", ["nowhere", "data"], ids=["nothing", "itself"])
def test_a_link_that_leads_nowhere_in_the_folders_place(tmp_path, target):
    (tmp_path / "data").symlink_to(tmp_path / target)
    assert "is a broken link" in str(writable(tmp_path / "data" / "seedreel.db"))


@pytest.mark.parametrize(("free", "well"), [(0, False), (499_999_999, False), (500_000_000, True)])
def test_room(tmp_path, free, well):
    assert (room(tmp_path, free) is None) is well


@contextmanager
def nobody():
    """Be a user who is not root, for whom every file can be written."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def home():
    """A data folder that somebody who is not root can come to."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        data = Path(folder) / "data"
        data.mkdir()
        yield data
        for path in (data, *data.rglob("*")):
            path.chmod(0o755)


NAMES = (
    "seedreel.db",
    "seedreel.db-wal",
    "seedreel.db-shm",
    "seedreel.db.lock",
    "heartbeat",
    "clips",
    "inputs",
    "posters",
)
FOLDERS = ("clips", "inputs", "posters")


def laid_out(home, mode=0o777):
    for name in NAMES:
        (home / name).mkdir() if name in FOLDERS else (home / name).touch()
    for path in (home, *home.iterdir()):
        path.chmod(mode)


@pytest.mark.parametrize("name", [".", *NAMES, "clips/a.mp4", "inputs/b.png"])
def test_what_may_not_be_written_is_named_with_the_remedy(home, name):
    laid_out(home)
    path = home / name
    if path.suffix in {".mp4", ".png"}:
        path.touch()
    path.chmod(0o555 if path.is_dir() else 0o000)
    with nobody():
        found = writable(home / "seedreel.db")
        me = os.geteuid()
    assert str(path) in found.problem
    assert ("belongs to user 0" in found.problem) is (os.geteuid() == 0)
    assert f"`chown -R {me} {home}`" in found.remedy
    for each in (path, *path.rglob("*")):
        each.chmod(0o777)
    with nobody():
        assert writable(home / "seedreel.db") is None


@pytest.mark.parametrize("name", NAMES)
def test_what_is_of_the_wrong_kind_is_to_be_moved_away(home, name):
    (home / name).touch() if name in FOLDERS else (home / name).mkdir()
    found = writable(home / "seedreel.db")
    assert found.problem == f"{home / name} isn't a {'folder' if name in FOLDERS else 'file'}."
    assert found.remedy == "Move it away."


async def test_a_store_does_not_open_there(home):
    laid_out(home)
    (home / "clips").rmdir()
    (home / "clips").touch()
    with pytest.raises(FolderUnusable, match="clips isn't a folder"):
        async with Store(home / "seedreel.db"):
            pass
    assert (home / "seedreel.db").stat().st_size == 0


async def test_a_database_that_goes_away_while_it_is_open_takes_nothing_more(path):
    async with Store(path) as store:
        jobs = SqliteJobs(store)
        await jobs.accept(job(), up_to(9))
        path.rename(path.with_name("elsewhere"))
        with pytest.raises(StoreClosed, match="moved, replaced or deleted"):
            await jobs.accept(job(), up_to(9))
        assert await store.answers(30)
        path.write_bytes(b"another")
        with pytest.raises(StoreClosed):
            await jobs.accept(job(), up_to(9))
        path.with_name("elsewhere").rename(path)
        assert len(await jobs.unfinished()) == 1


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (sqlite3.SQLITE_FULL, StoreFull),
        (sqlite3.SQLITE_IOERR_WRITE, StoreFull),
        (sqlite3.SQLITE_READONLY, StoreClosed),
        (sqlite3.SQLITE_IOERR, StoreClosed),
        (sqlite3.SQLITE_CANTOPEN, StoreClosed),
        (sqlite3.SQLITE_BUSY, StoreClosed),
    ],
)
def test_only_a_full_disk_is_told_as_one(path, code, kind):
    error = sqlite3.OperationalError("x")
    error.sqlite_errorcode = code
    found = translated(error, path)
    assert type(found) is kind
    assert found.problem == (NoSpace() if kind is StoreFull else CannotSave())


def test_a_disk_that_has_become_read_only_is_not_told_as_a_full_one(tmp_path):
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR_WRITE
    disk = tmp_path / "disk"
    disk.mkdir()
    # Where nothing can be mounted it's only seen that a disk that can be written isn't dead.
    close = ways(tmp_path).get("mount")
    with close(disk) if close else nullcontext():
        found = translated(error, disk / "seedreel.db")
    assert type(found) is (StoreClosed if close else StoreFull)


def test_what_may_not_even_be_looked_at():
    with tempfile.TemporaryDirectory() as folder:
        closed = Path(folder) / "closed"
        (closed / "data").mkdir(parents=True)
        Path(folder).chmod(0o755)
        closed.chmod(0o000)
        with nobody():
            found = writable(closed / "data" / "seedreel.db")
        closed.chmod(0o755)
        assert str(closed) in str(found)
