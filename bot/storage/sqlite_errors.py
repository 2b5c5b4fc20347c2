"""What SQLite says when it fails, as the domain's errors."""

import errno
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.domain.errors import SeedreelError, StoreClosed, StoreFull, StoreInUse, StoreUnusable

RESTORE = "Stop the bot and restore a backup: python -m bot restore FILE"

# SQLite's "Result and Error Codes": the low byte of an extended code is the primary one.
_PRIMARY = 0xFF
_NOTHING_WRITTEN = {
    sqlite3.SQLITE_IOERR: "the disk reports an error",
    sqlite3.SQLITE_READONLY: "the database is read-only",
    sqlite3.SQLITE_CANTOPEN: "the database's files can't be opened",
    sqlite3.SQLITE_BUSY: "another program is locking the database",
    sqlite3.SQLITE_LOCKED: "another program is locking the database",
}
_LOCKED = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_BROKEN = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def translated(error: sqlite3.Error, path: Path) -> SeedreelError | None:
    """Say in the domain's words what went wrong; None for what only a mistake of ours can cause."""
    code = _primary_code(error)
    # A disk whose quota is used up is no SQLITE_FULL: SQLite knows only ENOSPC as that.
    unwritten = getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_IOERR_WRITE
    if code == sqlite3.SQLITE_FULL or (unwritten and not _is_dead(path.parent)):
        return StoreFull(f"the disk is full: {path} ({error})")
    if code in _NOTHING_WRITTEN:
        return StoreClosed(f"{_NOTHING_WRITTEN[code]}: {path} ({error})")
    if code in _BROKEN:
        return corrupt(path, str(error))
    return None


def corrupt(path: Path, detail: str) -> StoreUnusable:
    """Make the error for a database that cannot be trusted any more."""
    return StoreUnusable(f"The database {path} is damaged ({detail}).", RESTORE)


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Raise the domain's errors for SQLite's while a database is opened or copied as a whole.

    There a lock of another program is StoreInUse: nothing has begun that could be tried again.
    """
    try:
        yield
    except sqlite3.Error as error:
        if _primary_code(error) in _LOCKED:
            raise StoreInUse("another program, which is locking the database") from error
        if (known := translated(error, path)) is not None:
            raise known from error
        raise


def _is_dead(folder: Path) -> bool:
    """Tell whether a disk takes no byte, however much room there is: Linux makes one read-only that has failed."""
    try:
        with tempfile.TemporaryFile(dir=folder, buffering=0) as file:
            file.write(bytes(4096))
    except OSError as error:
        return error.errno in {errno.EROFS, errno.EIO}
    return False


def _primary_code(error: sqlite3.Error) -> int:
    # The driver's own errors have none.
    return int(getattr(error, "sqlite_errorcode", 0)) & _PRIMARY
