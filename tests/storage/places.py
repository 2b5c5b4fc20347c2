"""Where a store's rows are: a file of SQLite's, or a database of PostgreSQL's; opened again, they are the same."""

import sqlite3
from pathlib import Path

import psycopg

from bot.storage.moving import COUNTED, LEFT_BEHIND, TABLES
from bot.storage.postgres import PostgresStore
from bot.storage.postgres_connection import connect
from bot.storage.thread import Store

NOT_WRITTEN = (sqlite3.IntegrityError, psycopg.IntegrityError)
"""What is raised of a row that its table does not take."""


# TRUNCATE takes twenty times as long where there is next to nothing to delete. What others refer to comes last.
_TABLES = [table for table in (*TABLES, *COUNTED, *LEFT_BEHIND) if table != "characters"]
_EMPTY = "; ".join(
    [
        *(f"DELETE FROM {table}" for table in (*_TABLES, "characters")),  # noqa: S608 - names of ours
        *(f"ALTER SEQUENCE {table}_id_seq RESTART" for table in ("audit", "pauses")),
    ]
).encode()


class SqlitePlace:
    is_sqlite = True

    def __init__(self, folder: Path):
        self.path = folder / "seedreel.db"

    def open(self) -> Store:
        return Store(self.path)

    def empty(self) -> None:
        for file in self.path.parent.glob(f"{self.path.name}*"):
            file.unlink()


class PostgresPlace:
    is_sqlite = False

    def __init__(self, url: str, folder: Path):
        self.url = url
        self.path = folder / "seedreel.db"

    def open(self) -> PostgresStore:
        return PostgresStore(self.url, self.path)

    def empty(self) -> None:
        with connect(self.url) as connection:
            connection.execute(_EMPTY, prepare=False)
