"""Small things that the bot writes down for its next start."""

import sqlite3
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from bot.storage.database import Database, Statement
from bot.storage.opening import read_only
from bot.storage.queries import Queries, immediate, query

T = TypeVar("T")

_NOW = Statement(
    sqlite="SELECT (julianday('now') - 2440587.5) * 86400.0",
    postgres="SELECT CAST(extract(epoch FROM clock_timestamp()) AS DOUBLE PRECISION)",
)
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

    @query
    def change(self, db: Database, key: str, change: Callable[[str | None, float], tuple[str, T]]) -> T:
        """Write down what `change` makes of a value, in one transaction, and return what else it returns.

        It is given the value (None when there is none) and the database's UTC seconds, on the store's thread.
        """
        with immediate(db):
            value, result = change(get(db, key), float(db.execute(_NOW).fetchone()[0]))
            put(db, key, value)
        return result


def get(db: Database, key: str) -> str | None:
    """Return a note's value; None when there is none."""
    found = db.execute("SELECT value FROM notes WHERE key = ?", [key]).fetchone()
    return None if found is None else str(found[0])


def put(db: Database, key: str, value: str) -> None:
    """Write a note down."""
    db.execute(_PUT, [key, value])


def noted(database: Path, key: str) -> str | None:
    """Return what a bot has noted under that key, whether it runs or not; None where there is nothing to be read."""
    if database.is_file():
        with suppress(sqlite3.Error), read_only(database, 1.0) as db:
            return get(db, key)
    return None
