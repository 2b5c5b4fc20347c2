"""The two sides of a move, a file of SQLite's and a database of PostgreSQL's, each held as by a bot working alone."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from bot.domain.errors import StoreUnusable
from bot.storage import restored
from bot.storage.lock import held
from bot.storage.migrations import VERSION
from bot.storage.moving import Row
from bot.storage.opening import check_version, connect, opened
from bot.storage.permissions import make_private
from bot.storage.postgres_connection import connect as connect_postgres
from bot.storage.postgres_connection import name_of
from bot.storage.postgres_database import Connection, PostgresDatabase
from bot.storage.postgres_errors import translated, unreachable
from bot.storage.postgres_lock import DeploymentLock
from bot.storage.postgres_opening import applied_step, check_current, prepare
from bot.storage.sqlite_database import SqliteDatabase
from bot.storage.sqlite_errors import explained

_LOCK_SECONDS = 10.0
_NUMBERED = ("audit", "pauses")
_FETCHED = 1000


class SqliteSide:
    """A file."""

    def __init__(self, db: SqliteDatabase | None, path: Path) -> None:
        self._db = db
        self.name = str(path)

    def columns(self, table: str) -> Sequence[str]:
        """List the names of a table's columns."""
        return list(self._open.table(table).columns_dict)

    def rows(self, table: str, columns: Sequence[str], key: Sequence[str]) -> Iterator[Row]:
        """Read a table in the order of its key."""
        for row in self._open.table(table).rows_where(select=", ".join(columns), order_by=", ".join(key)):
            yield tuple(row.values())

    def count(self, table: str) -> int:
        """Count a table's rows; a file that isn't there yet has none."""
        return 0 if self._db is None else self._db.table(table).count

    def write(self, table: str, columns: Sequence[str], rows: Iterator[Row]) -> None:
        """Write rows, in the transaction that is running."""
        self._open.table(table).insert_all(dict(zip(columns, row, strict=True)) for row in rows)

    def as_written(self, row: Row) -> Row:
        """Return a row of the other side as this side keeps it: as it is."""
        return row

    def begin(self) -> None:
        """Begin the transaction."""
        self._open.begin_writing()

    def commit(self) -> None:
        """Keep everything that was written."""
        self._open.commit()

    def rollback(self) -> None:
        """Keep nothing that was written."""
        self._open.rollback()

    def stamp(self, at: float) -> None:
        """Note that what is here is old from that time on."""
        restored.stamp(self._open, at)

    @property
    def _open(self) -> SqliteDatabase:
        if self._db is None:
            raise RuntimeError("There is no database.")
        return self._db


class PostgresSide:
    """A database on a server."""

    def __init__(self, connection: Connection, name: str, *, is_ready: bool) -> None:
        self._connection = connection
        self._is_ready = is_ready
        self.name = name

    def columns(self, table: str) -> Sequence[str]:
        """List the names of a table's columns."""
        nothing = self._connection.execute(sql.SQL("SELECT * FROM {} LIMIT 0").format(sql.Identifier(table)))
        return [column.name for column in nothing.description or ()]

    def rows(self, table: str, columns: Sequence[str], key: Sequence[str]) -> Iterator[Row]:
        """Read a table in the order of its key."""
        statement = sql.SQL("SELECT {} FROM {} ORDER BY {}").format(
            _listed(columns), sql.Identifier(table), _listed(key)
        )
        with self._connection.cursor("rows", withhold=True) as cursor:
            cursor.itersize = _FETCHED
            yield from cursor.execute(statement)

    def count(self, table: str) -> int:
        """Count a table's rows; a database without our tables has none."""
        if not self._is_ready:
            return 0
        statement = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))
        return int(self._connection.execute(statement).fetchall()[0][0])

    def write(self, table: str, columns: Sequence[str], rows: Iterator[Row]) -> None:
        """Write rows, in the transaction that is running."""
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), _listed(columns))
        with self._connection.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)

    def as_written(self, row: Row) -> Row:
        """Return a row of the other side as this side keeps it: without a NUL in a text."""
        return tuple(value.replace("\x00", "\ufffd") if isinstance(value, str) else value for value in row)

    def begin(self) -> None:
        """Begin the transaction."""
        PostgresDatabase(self._connection).begin_writing()

    def commit(self) -> None:
        """Keep everything that was written; what is numbered goes on after the last number."""
        for table in _NUMBERED:
            statement = sql.SQL("SELECT setval(pg_get_serial_sequence({}, 'id'), max(id)) FROM {}").format(
                sql.Literal(table), sql.Identifier(table)
            )
            self._connection.execute(statement)
        self._connection.commit()

    def rollback(self) -> None:
        """Keep nothing that was written."""
        self._connection.rollback()

    def stamp(self, at: float) -> None:
        """Note that what is here is old from that time on."""
        restored.stamp(PostgresDatabase(self._connection), at)


def _listed(names: Sequence[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, names))


@contextmanager
def sqlite_side(path: Path, *, is_source: bool, dry: bool) -> Iterator[SqliteSide]:
    """Hold a file; one that isn't there is made, but for a dry run.

    Raises StoreInUse while a bot has it, StoreUnusable where it isn't of our version.
    """
    if not path.is_file():
        if is_source:
            raise StoreUnusable(f"There is no database at {path}.", "Set DATA_DIR to the bot's folder.")
        if dry:
            yield SqliteSide(None, path)
            return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with held(path):
        if path.is_file():
            _check_current(path)
        if dry:
            with explained(path), _closing(path) as db:
                yield SqliteSide(db, path)
            return
        with opened(path, _LOCK_SECONDS, whole=False) as (db, _):
            make_private(path)
            yield SqliteSide(db, path)


@contextmanager
def _closing(path: Path) -> Iterator[SqliteDatabase]:
    db = connect(path, _LOCK_SECONDS)
    try:
        yield db
    finally:
        db.close()


def _check_current(path: Path) -> None:
    with explained(path), _closing(path) as db:
        check_version(db, path)
        if db.execute("PRAGMA user_version").fetchone()[0] not in (0, VERSION):
            problem = f"The database {path} was written by an older version of this bot."
            raise StoreUnusable(problem, "Start the bot once: it brings the database up to date.")


@contextmanager
def postgres_side(url: str, *, is_source: bool, dry: bool) -> Iterator[PostgresSide]:
    """Hold a database of PostgreSQL's; as a target it's given our tables, but for a dry run.

    Raises StoreInUse while a bot has it, StoreUnusable where it can't be reached or isn't of our version.
    """
    name, lock = name_of(url), DeploymentLock(url, alone=True)
    try:
        lock.take()
        connection = connect_postgres(url)
    except psycopg.Error as error:
        lock.release()
        raise unreachable(error, name) from error
    try:
        with connection:
            # A long copy is no statement that hangs, and nothing else waits for it.
            connection.execute("SET statement_timeout = 0")
            connection.execute("SET idle_in_transaction_session_timeout = 0")
            db = PostgresDatabase(connection)
            if not is_source and not dry:
                prepare(db, name)
            applied = applied_step(db)
            if is_source or applied is not None:
                check_current(applied, name)
            yield PostgresSide(connection, name, is_ready=applied is not None)
    except psycopg.Error as error:
        raise translated(error, name) or error from error
    finally:
        lock.release()
