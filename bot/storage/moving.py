"""From one database to another, row by row, in one transaction: copied, then compared, then kept.

What is only true while processes run stays behind: which there are, what they hold. The source is stamped like a backup
that was put back: a bot that is started on it again pays for nothing twice.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, Final, Protocol

from bot.domain.errors import StoreUnusable

# In this order every row finds the one that it refers to; by these keys both sides are read for the comparison.
TABLES: Final[dict[str, tuple[str, ...]]] = {
    "notes": ("key",),
    "uploads": ("sha256",),
    "drafts": ("id",),
    "beginnings": ("interaction_id",),
    "limits": ("guild_id", "scope", "target_id", "measure", "by_owner"),
    "blocks": ("guild_id", "user_id"),
    "pauses": ("id",),
    "server_settings": ("guild_id", "name"),
    "member_settings": ("user_id", "name"),
    "audit": ("id",),
    "characters": ("id",),
    "assets": ("id",),
    "verifications": ("id",),
    "jobs": ("id",),
    "shares": ("id",),
    "favourites": ("user_id", "job_id"),
    "media_opt_outs": ("user_id",),
    "forgetting": ("user_id",),
    "exports": ("user_id",),
    "log_lines": ("user_id", "message_id"),
}
COUNTED: Final = {"job_counts": ("user_id",)}
"""Written by the tables' own triggers, and compared like the others, but for numbers that have come down to nothing."""
LEFT_BEHIND: Final = frozenset({"processes", "leases"})
HELD_BY: Final = frozenset({("jobs", "holder"), ("beginnings", "process")})
"""Columns that name a process, which the other side has never heard of."""

Row = tuple[Any, ...]


class Side(Protocol):
    """One of the two databases, held so that no bot uses it meanwhile."""

    @property
    def name(self) -> str:
        """Name the database."""

    def columns(self, table: str) -> Sequence[str]:
        """List the names of a table's columns."""

    def rows(self, table: str, columns: Sequence[str], key: Sequence[str]) -> Iterator[Row]:
        """Read a table in the order of its key."""

    def count(self, table: str) -> int:
        """Count a table's rows."""

    def write(self, table: str, columns: Sequence[str], rows: Iterator[Row]) -> None:
        """Write rows, in the transaction that is running."""

    def as_written(self, row: Row) -> Row:
        """Return a row of the other side as this side keeps it."""

    def begin(self) -> None:
        """Begin the transaction."""

    def commit(self) -> None:
        """Keep everything that was written, ready for bots."""

    def rollback(self) -> None:
        """Keep nothing that was written."""

    def stamp(self, at: float) -> None:
        """Note that what is here is old from that time on, in UTC seconds."""


@dataclass(frozen=True, slots=True)
class Moved:
    """One table that was copied: its rows, and the seconds that copying and comparing took."""

    table: str
    rows: int
    copying: float
    comparing: float


def check_empty(target: Side) -> None:
    """Refuse a target that holds anything; raises StoreUnusable."""
    for table in TABLES:
        if found := target.count(table):
            raise StoreUnusable(
                f"{target.name} isn't empty: it has {found} {'row' if found == 1 else 'rows'} in the table {table}.",
                "Name a new database.",
            )


def move(source: Side, target: Side) -> Iterator[Moved]:
    """Copy and compare table by table; all is kept once the last one is said. Raises StoreUnusable for a difference."""
    target.begin()
    try:
        check_empty(target)
        for table, key in TABLES.items():
            yield _move(source, target, table, key)
        for table, key in COUNTED.items():
            began = time.monotonic()
            yield Moved(table, _compare(source, target, table, source.columns(table), key), 0, time.monotonic() - began)
        target.commit()
    except BaseException:
        target.rollback()
        raise
    source.stamp(time.time())


def _move(source: Side, target: Side, table: str, key: tuple[str, ...]) -> Moved:
    columns, began = source.columns(table), time.monotonic()
    target.write(table, columns, _unheld(source, table, columns, key))
    copied = time.monotonic()
    rows = _compare(source, target, table, columns, key)
    return Moved(table, rows, copied - began, time.monotonic() - copied)


def _unheld(source: Side, table: str, columns: Sequence[str], key: tuple[str, ...]) -> Iterator[Row]:
    held = [at for at, column in enumerate(columns) if (table, column) in HELD_BY]
    for row in source.rows(table, columns, key):
        yield tuple(None if at in held else value for at, value in enumerate(row)) if held else row


def _compare(source: Side, target: Side, table: str, columns: Sequence[str], key: tuple[str, ...]) -> int:
    number = 0
    wanted, written = _unheld(source, table, columns, key), target.rows(table, columns, key)
    if table in COUNTED:
        wanted = (row for row in wanted if row[-1])
    for number, (row, there) in enumerate(zip_longest(wanted, written), 1):
        if row is None or there is None or target.as_written(row) != there:
            raise StoreUnusable(
                f"Row {number} of {table} isn't the same in {source.name} and in {target.name}.",
                "Nothing was moved. Please report it.",
            )
    return number
