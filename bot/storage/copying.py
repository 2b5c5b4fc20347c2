"""Copies of a database through SQLite's own backup API: consistent while others write, complete or not there."""

import os
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from bot.domain.errors import StoreInUse

# How long another program may keep the source locked.
_LOCKED_SECONDS = 30.0


def copy_database(source: sqlite3.Connection, target: Path) -> None:
    """Copy a whole database into one file, replacing what is there; complete and on the disk when this returns.

    Raises StoreInUse when the source stays locked, sqlite3.Error or OSError when it cannot be read or written.
    """
    with replacing(target) as fresh:
        copy_into_file(source, fresh)


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """Offer an empty file beside the target that takes its place at the end, or vanishes on an error."""
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    os.close(descriptor)
    fresh = Path(name)
    try:
        yield fresh
        fresh.replace(target)
        sync(target.parent)
    finally:
        for leftover in (fresh, fresh.with_name(f"{fresh.name}-journal")):
            leftover.unlink(missing_ok=True)


def copy_into_file(source: sqlite3.Connection, target: Path, locked_seconds: float = _LOCKED_SECONDS) -> None:
    """Copy a database into a single file, without a write-ahead log beside it.

    `locked_seconds`: how long another program may keep the source locked before StoreInUse is raised.
    """
    with closing(sqlite3.connect(target, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = FULL")
        # In one step: the source is read as it is at one moment, however much is written meanwhile.
        source.backup(connection, pages=-1, progress=_abort_after(locked_seconds))
        connection.execute("PRAGMA journal_mode = DELETE")


def sync(path: Path) -> None:
    """Bring a file's content, or a folder's names, to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        with suppress(OSError):  # some file systems cannot do it for a folder, and need not
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _abort_after(locked_seconds: float) -> Callable[[int, int, int], None]:
    # Connection.backup by itself waits for a lock without an end.
    until = time.monotonic() + locked_seconds

    def progress(status: int, _remaining: int, _total: int) -> None:
        if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) and time.monotonic() > until:
            raise StoreInUse("another program, which is locking the database")

    return progress
