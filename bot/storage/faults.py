"""What SQLite says when it fails, as the domain's errors."""

import sqlite3
from pathlib import Path

from bot.domain.errors import SeedreelError, StoreFull, StoreUnusable

RESTORE = "Stop the bot and put a backup back: python -m bot restore FILE"

# SQLite's "Result and Error Codes": the low byte of an extended code is the primary one.
_PRIMARY = 0xFF
_NOTHING_WRITTEN = {
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_IOERR: "the disk does not answer as it should",
    sqlite3.SQLITE_READONLY: "the database cannot be written to",
    sqlite3.SQLITE_CANTOPEN: "the database's files cannot be opened",
    sqlite3.SQLITE_BUSY: "another program keeps the database locked",
    sqlite3.SQLITE_LOCKED: "another program keeps the database locked",
}
_BROKEN = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def primary_code(error: sqlite3.Error) -> int:
    """Return the primary result code of an error; 0 when it is the driver's own and SQLite gave none."""
    return getattr(error, "sqlite_errorcode", 0) & _PRIMARY


def translated(error: sqlite3.Error, path: Path) -> SeedreelError | None:
    """Say in the domain's words what went wrong; None for what only a mistake of ours can cause."""
    code = primary_code(error)
    if code in _NOTHING_WRITTEN:
        return StoreFull(f"{_NOTHING_WRITTEN[code]}: {path} ({error})")
    if code in _BROKEN:
        return corrupt(path, str(error))
    return None


def corrupt(path: Path, detail: str) -> StoreUnusable:
    """Make the error for a database that cannot be trusted any more."""
    return StoreUnusable(f"The database {path} is damaged ({detail}).", RESTORE)
