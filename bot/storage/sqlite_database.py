"""A connection to SQLite, through sqlite-utils, as queries see it."""

import sqlite3
from collections.abc import Sequence
from typing import Any

import sqlite_utils

from bot.storage.database import NotUnique

_NOT_UNIQUE = {sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY}


class SqliteDatabase(sqlite_utils.Database):
    """One process works on it, and has no other to notify."""

    def execute(self, sql: str, parameters: Sequence[Any] | dict[str, Any] | None = None) -> sqlite3.Cursor:
        """Run a statement. Raises NotUnique."""
        try:
            return super().execute(sql, parameters)
        except sqlite3.IntegrityError as error:
            if error.sqlite_errorcode in _NOT_UNIQUE:
                raise NotUnique(str(error)) from error
            raise

    def notify(self, _kind: str, _value: str, /) -> None:
        """Do nothing: there is no other process."""

    def begin_writing(self) -> None:
        """Begin a transaction that may write from its first statement on."""
        self.execute("BEGIN IMMEDIATE")

    def rewrite(self) -> bool:
        """Copy what is left into a new file, and empty the log; False while a reader holds on to what was there."""
        self.execute("VACUUM")
        return int(self.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]) == 0
