"""A database of PostgreSQL's looked at from outside, beside the bots that work on it: nothing is changed."""

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

import psycopg

from bot.domain.errors import SeedreelError, StoreUnusable
from bot.domain.pauses import Pause
from bot.domain.usage import Record
from bot.storage.note_store import get
from bot.storage.pause_store import pauses_since
from bot.storage.postgres_connection import connect, name_of
from bot.storage.postgres_database import PostgresDatabase
from bot.storage.postgres_errors import translated, unreachable
from bot.storage.postgres_opening import applied_step, check_current
from bot.storage.usage_store import records_of

_MAY_WRITE = "SELECT has_table_privilege('jobs', 'INSERT, UPDATE, DELETE')"
_SETTING = "SELECT current_setting(?)"


@contextmanager
def looking(url: str) -> Iterator[PostgresDatabase]:
    """Open the database to read it; raises StoreUnusable where it can't be reached or isn't of our version."""
    name = name_of(url)
    try:
        connection = connect(url)
    except psycopg.Error as error:
        raise unreachable(error, name) from error
    with connection:
        try:
            connection.execute("SET default_transaction_read_only = on")
            db = PostgresDatabase(connection)
            check_current(applied_step(db), name)
            yield db
        except psycopg.Error as error:
            raise translated(error, name) or error from error


def read_records(url: str, days: int, now: float) -> Sequence[Record]:
    """Read what was used on so many days of UTC, today's among them; raises as `looking`."""
    with looking(url) as db:
        return records_of(db, days, now)


def pauses_in_force(url: str) -> list[Pause]:
    """List the pauses that are in force; none where there is nothing to be read."""
    with suppress(SeedreelError), looking(url) as db:
        return pauses_since(db, math.inf)
    return []


def noted(url: str, key: str) -> str | None:
    """Return what a bot has noted under that key; None where there is nothing to be read."""
    with suppress(SeedreelError), looking(url) as db:
        return get(db, key)
    return None


def unusable(url: str) -> StoreUnusable | None:
    """Say what keeps a bot from using the database, with the remedy; None where it can.

    One without tables is made ready by the first start.
    """
    name = name_of(url)
    try:
        with connect(url) as connection:
            db = PostgresDatabase(connection)
            applied = applied_step(db)
            if applied is not None:
                check_current(applied, name)
                return _not_ours(db, name) or _fsync_off(db, name)
            return _fsync_off(db, name)
    except psycopg.Error as error:
        return unreachable(error, name)
    except StoreUnusable as problem:
        return problem


def _not_ours(db: PostgresDatabase, name: str) -> StoreUnusable | None:
    if db.execute(_MAY_WRITE).fetchone() == (True,):
        return None
    return StoreUnusable(f"The user of DATABASE_URL may not write to {name}.", "Make it the owner of the tables.")


def _fsync_off(db: PostgresDatabase, name: str) -> StoreUnusable | None:
    """Say that the server may lose committed data when its machine goes down, as `fsync` is off."""
    if db.execute(_SETTING, ["fsync"]).fetchone() == ("on",):
        return None
    return StoreUnusable(f"The server of {name} runs with fsync = off.", "Set fsync = on in postgresql.conf.")
