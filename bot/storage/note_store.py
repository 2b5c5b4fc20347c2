"""Small things that the bot writes down for its next start."""

import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import quote

from sqlite_utils import Database

from bot.storage.thread import Queries, query

_PUT = "INSERT INTO notes (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value"


class SqliteNotes(Queries):
    """Values by key, in an open store."""

    @query
    def get(self, db: Database, key: str) -> str | None:
        """Return the value; None when there is none."""
        return get(db, key)

    @query
    def put(self, db: Database, key: str, value: str) -> None:
        """Write a value down, in the place of the one before."""
        put(db, key, value)


def get(db: Database, key: str) -> str | None:
    """Return a note's value; None when there is none."""
    found = db.execute("SELECT value FROM notes WHERE key = ?", [key]).fetchone()
    return None if found is None else str(found[0])


def put(db: Database, key: str, value: str) -> None:
    """Write a note down."""
    db.execute(_PUT, [key, value])


def noted(database: Path, key: str) -> str | None:
    """Return what a bot has noted under that key, whether it runs or not; None where there is nothing to be read.

    Takes no lock, makes no file, changes nothing. SQLite's "Write-Ahead Logging", "Read-Only Databases": without a log
    the file itself is all there is, and opened as immutable it needs no other; beside a log there is what the bot that
    writes it shares.
    """
    if not database.is_file():
        return None
    mode = "mode=ro" if Path(f"{database}-wal").exists() else "mode=ro&immutable=1"
    with suppress(sqlite3.Error):
        connection = sqlite3.connect(f"file:{quote(str(database.absolute()))}?{mode}", uri=True, timeout=1.0)
        with closing(connection):
            return get(Database(connection), key)
    return None
