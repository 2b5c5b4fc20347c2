"""A connection to PostgreSQL, through psycopg, as queries see it."""

from collections.abc import Iterator
from typing import Any, Final

import psycopg
from psycopg import adapters, errors, sql
from psycopg.abc import Buffer
from psycopg.adapt import AdaptersMap, Loader
from psycopg.rows import TupleRow, dict_row
from psycopg.types.numeric import Int8Dumper
from psycopg.types.string import StrDumperUnknown

from bot.storage.database import CHANNEL, NotUnique, Params
from bot.storage.postgres_text import in_postgres

Connection = psycopg.Connection[TupleRow]
WRITING: Final = 0x5EED_0001
"""The advisory lock of transactions that read what they write by."""
_VACUUM: Final = b"""
VACUUM jobs, job_counts, shares, favourites, drafts, assets, characters, verifications, audit, uploads, beginnings,
    member_settings, media_opt_outs, forgetting, exports, log_lines, notes
"""
_NO_TEXT = str.maketrans("\x00", "\ufffd")


class _BoolDumper(Int8Dumper):
    """Booleans are 0 and 1, as on SQLite."""

    def dump(self, obj: Any) -> Buffer:
        return b"1" if obj else b"0"


class _TextDumper(StrDumperUnknown):
    """No text of PostgreSQL's has a NUL in it."""

    def dump(self, obj: str) -> Buffer | None:
        return super().dump(obj.translate(_NO_TEXT) if "\x00" in obj else obj)


class _NumericLoader(Loader):
    """A sum of integers is an integer."""

    def load(self, data: Buffer) -> int | float:
        text = bytes(data)
        return int(text) if text.lstrip(b"-").isdigit() else float(text)


def adapted() -> AdaptersMap:
    """Make the map between the values of the two worlds; integers all have one type, so a statement has one plan."""
    known = AdaptersMap(adapters)
    known.register_dumper(int, Int8Dumper)
    known.register_dumper(bool, _BoolDumper)
    known.register_dumper(str, _TextDumper)
    known.register_loader("numeric", _NumericLoader)
    return known


class PostgresDatabase:
    """A connection that commits each statement by itself, but for transactions that are begun."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def query(self, sql: str, params: Params | None = None, /) -> Iterator[dict[str, Any]]:
        """Read the rows of a statement, each by the names of its columns."""
        with self._connection.cursor(row_factory=dict_row) as cursor:
            return iter(cursor.execute(in_postgres(sql, params), params).fetchall())

    def execute(self, sql: str, parameters: Params | None = None, /) -> psycopg.Cursor[TupleRow]:
        """Run a statement. Raises NotUnique."""
        try:
            return self._connection.execute(in_postgres(sql, parameters), parameters)
        except errors.UniqueViolation as error:
            raise NotUnique(str(error)) from error

    def table(self, table_name: str, /) -> "_Table":
        """Return a table by its name."""
        return _Table(self._connection, table_name)

    def notify(self, kind: str, value: str, /) -> None:
        """Tell every process that listens, once the transaction is committed."""
        self._connection.execute("SELECT pg_notify(%s, %s)", [CHANNEL, f"{kind}:{value}"])

    def begin_writing(self) -> None:
        """Begin a transaction of which only one runs at a time, in all processes."""
        # In one message; what is prepared is a single statement.
        self._connection.execute(f"BEGIN; SELECT pg_advisory_xact_lock({WRITING})", prepare=False)

    def commit(self) -> None:
        """End the transaction, with all that was written."""
        self._connection.commit()

    def rollback(self) -> None:
        """End the transaction, if there is one, with nothing written."""
        self._connection.rollback()

    def rewrite(self) -> bool:
        """Free the room of deleted rows where members' are; the server writes over it by and by."""
        self._connection.execute("SET statement_timeout = 0", prepare=False)
        try:
            self._connection.execute(_VACUUM, prepare=False)
        finally:
            self._connection.execute("SET statement_timeout = '60s'", prepare=False)
        return True

    @property
    def connection(self) -> Connection:
        """Return the connection, for what goes along in a transaction of ours."""
        return self._connection


class _Table:
    def __init__(self, connection: Connection, name: str) -> None:
        self._connection = connection
        self._name = name

    def insert(self, record: dict[str, Any], /) -> None:
        names = tuple(record)
        statement = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
            sql.Identifier(self._name),
            sql.SQL(", ").join(map(sql.Identifier, names)),
            sql.SQL(", ").join(map(sql.Placeholder, names)),
        )
        try:
            self._connection.execute(statement, record)
        except errors.UniqueViolation as error:
            raise NotUnique(str(error)) from error
