"""A look from outside says what is wrong, and leaves no trace."""

import os
import sqlite3
import tempfile
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from bot.storage.thread import Store
from bot.storage.writable import room, writable


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
    assert said in writable(path)
    assert files(path.parent) == {"seedreel.db": content}


def test_a_newer_database(path):
    with closing(sqlite3.connect(path)) as newer:
        newer.execute("PRAGMA user_version = 99")
    assert "newer version" in writable(path)


def test_an_empty_file_is_a_new_database(path):
    path.touch()
    assert writable(path) is None


def test_a_folder_in_the_files_place(path):
    path.mkdir()
    assert "is no file" in writable(path)


def test_a_file_in_the_folders_place(tmp_path):
    (tmp_path / "data").touch()
    assert "is no folder" in writable(tmp_path / "data" / "seedreel.db")


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


@pytest.mark.parametrize(
    ("folder_mode", "file_mode", "said"),
    [
        (0o555, 0o666, "The folder {folder} cannot be written to"),
        (0o777, 0o444, "{folder}/seedreel.db cannot be written to"),
        (0o777, 0o666, None),
    ],
)
def test_what_may_not_be_written(folder_mode, file_mode, said):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "inside" / "seedreel.db"
        path.parent.mkdir()
        path.touch()
        path.chmod(file_mode)
        Path(folder).chmod(0o755)
        path.parent.chmod(folder_mode)
        with nobody():
            found = writable(path)
        path.parent.chmod(0o755)
        assert found is None if said is None else said.format(folder=path.parent) in found


def test_what_may_not_even_be_looked_at():
    with tempfile.TemporaryDirectory() as folder:
        closed = Path(folder) / "closed"
        (closed / "data").mkdir(parents=True)
        Path(folder).chmod(0o755)
        closed.chmod(0o000)
        with nobody():
            found = writable(closed / "data" / "seedreel.db")
        closed.chmod(0o755)
        assert str(closed) in found
