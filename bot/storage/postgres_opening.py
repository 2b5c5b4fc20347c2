"""From a database of PostgreSQL's to one that can be trusted: of our version, and known for what it is.

Where its tables stand is noted with its version: the cluster, the database in it, and the table of jobs. Whatever puts
a backup in place with pg_restore, or copies a database, makes new ones, and is noticed: it must not pay again for what
it does not remember having sent. What restores a whole cluster file by file leaves all of them as they were: there the
owner says so (`seedreel restore --stamp`).
"""

import logging
import time
from typing import Final

from bot.domain.errors import StoreUnusable
from bot.storage.postgres_database import PostgresDatabase
from bot.storage.postgres_schema import STEPS, VERSION
from bot.storage.restored import stamp

log = logging.getLogger(__name__)

RECORD: Final = "seedreel_schema"
_MAKE_RECORD: Final = """
CREATE TABLE seedreel_schema (step BIGINT PRIMARY KEY, at TIMESTAMPTZ NOT NULL DEFAULT now(), place TEXT)
"""
_ADD_STEP: Final = "INSERT INTO seedreel_schema (step) VALUES (?)"
_LAST_STEP: Final = "SELECT coalesce(max(step), 0) FROM seedreel_schema"
_OTHERS: Final = """
SELECT count(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename NOT LIKE 'procrastinate%'
    AND tablename <> 'seedreel_schema'
"""
_HERE: Final = """
SELECT concat_ws('/', system_identifier, (SELECT oid FROM pg_database WHERE datname = current_database()),
    CAST(CAST('jobs' AS regclass) AS oid)) FROM pg_control_system()
"""
_NOTED_PLACE: Final = "SELECT max(place) FROM seedreel_schema"
_NOTE_PLACE: Final = "UPDATE seedreel_schema SET place = ?"


def prepare(db: PostgresDatabase, name: str) -> None:
    """Bring the database to our version, and stamp it where it was put back from a backup, in one transaction.

    Raises StoreUnusable where it's newer, or another program's.
    """
    db.begin_writing()
    applied = applied_step(db)
    if applied is None:
        if db.execute(_OTHERS).fetchone() != (0,):
            raise StoreUnusable(f"{name} is the database of another program.", "Set DATABASE_URL to one of its own.")
        db.execute(_MAKE_RECORD)
        applied = 0
    check_version(applied, name)
    for number, statements in STEPS:
        if number > applied:
            for statement in statements:
                db.execute(statement)
            db.execute(_ADD_STEP, [number])
    _note_place(db, name)
    db.commit()


def _note_place(db: PostgresDatabase, name: str) -> None:
    (here,), (noted,) = db.execute(_HERE).fetchall()[0], db.execute(_NOTED_PLACE).fetchall()[0]
    if noted == here:
        return
    if noted is not None:
        log.warning("The database %s was put back from a backup, or copied.", name)
        stamp(db, time.time())
    db.execute(_NOTE_PLACE, [here])


def applied_step(db: PostgresDatabase) -> int | None:
    """Return the number of the last step that ran; None where there is no schema of ours."""
    if db.execute("SELECT to_regclass('seedreel_schema')").fetchone() == (None,):
        return None
    ((last,),) = db.execute(_LAST_STEP).fetchall()
    return int(last)


def check_version(applied: int, name: str) -> None:
    """Refuse a database that is newer than this bot; raises StoreUnusable."""
    if applied > VERSION:
        raise StoreUnusable(
            f"The database {name} was written by a newer version of this bot (schema {applied}, ours is {VERSION}).",
            "Install that version, or a newer one.",
        )


def check_current(applied: int | None, name: str) -> None:
    """Refuse a database that isn't of our version, or has no tables yet; raises StoreUnusable."""
    if applied is None:
        raise StoreUnusable(f"The database {name} has no tables yet.", "Start the bot once: it makes them.")
    check_version(applied, name)
    if applied < VERSION:
        problem = f"The database {name} was written by an older version of this bot."
        raise StoreUnusable(problem, "Start the bot once: it brings the database up to date.")
