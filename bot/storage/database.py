"""What queries are written against: one connection to a database, SQLite's or PostgreSQL's.

Parameters are written as SQLite's: `?` by position, `:name` by name. Text that both understand is written once; where
they differ it is a `Statement`. `INDEXED BY` is a hint to SQLite alone, and left out elsewhere.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, Protocol, Self

CHANNEL: Final = "seedreel"
"""What `notify` tells goes here on PostgreSQL, as `<kind>:<value>`."""
Params = Sequence[Any] | dict[str, Any]


class NotUnique(Exception):
    """A row was not written: another row has its key, or another value that must be unique."""


class Statement(str):
    """One statement in the words of each database; as text it is SQLite's."""

    __slots__ = ("postgres",)
    postgres: str

    def __new__(cls, *, sqlite: str, postgres: str) -> Self:
        """Put the two texts side by side."""
        statement = super().__new__(cls, sqlite)
        statement.postgres = postgres
        return statement


class Result(Protocol):
    """What a statement returned; its rows are tuples."""

    @property
    def rowcount(self) -> int:
        """Return how many rows were written."""

    def fetchone(self) -> Any:
        """Return the next row; None after the last."""

    def fetchall(self) -> list[Any]:
        """Return the rows that are left."""

    def __iter__(self) -> Iterator[Any]: ...


class Table(Protocol):
    """A table that rows are written into."""

    def insert(self, record: dict[str, Any], /) -> object:
        """Write a new row. Raises NotUnique."""


class Database(Protocol):
    """A connection, used by one thread at a time. Outside of a transaction each statement is one of its own."""

    def query(self, sql: str, params: Params | None = None, /) -> Iterator[dict[str, Any]]:
        """Read the rows of a statement, each by the names of its columns."""

    def execute(self, sql: str, parameters: Params | None = None, /) -> Result:
        """Run a statement. Raises NotUnique."""

    def table(self, table_name: str, /) -> Table:
        """Return a table by its name."""

    def notify(self, kind: str, value: str, /) -> None:
        """Tell every process, once the transaction is committed; where there is only one, nothing is told."""

    def begin_writing(self) -> None:
        """Begin a transaction of a kind that runs one at a time over all processes; the others wait."""

    def commit(self) -> None:
        """End the transaction, with all that was written."""

    def rollback(self) -> None:
        """End the transaction, if there is one, with nothing written."""

    def rewrite(self) -> bool:
        """Leave nothing of deleted rows in the database's files, as far as it can; tell whether it came to that.

        SQLite copies what is left into a new file: with `secure_delete` alone, pages in use keep copies of rows that
        were moved to other pages (measured on 3.40). PostgreSQL's VACUUM frees the room of deleted rows, to be written
        over by and by.
        """


Defer = Callable[[Database, Sequence[str]], None]
"""Has jobs driven, each by some process: called with their ids, in the transaction in which that becomes needed."""


def not_deferred(_db: Database, _job_ids: Sequence[str]) -> None:
    """Do nothing: one process drives all jobs, and knows of each."""
