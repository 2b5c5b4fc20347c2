"""Procrastinate's tables and functions in our database, and those of ours that defer "drive this row"."""

import json
from collections.abc import Sequence
from importlib import resources
from typing import Final

import psycopg
from procrastinate.schema import SchemaManager

from bot.storage.database import Database

QUEUE: Final = "drive"
TASK: Final = "drive"
DEFER: Final = "SELECT seedreel_drive(:job_id)"
"""Defers "drive this row", in the transaction in which it is executed; nothing where one waits already."""
DEFER_ALL: Final = "SELECT seedreel_drive_all(:job_ids)"
"""The same of several rows, in that order; their ids are a list in JSON."""

# Any number, the same in all processes: only one of them makes the tables.
_LOCK: Final = 7_265_301
# The version of Procrastinate whose tables these are; its migrations are named by the version that brings them.
NOTE: Final = "seedreel: tables of procrastinate "
"""Of this the comment on them is made, with the name of the last step that was taken."""
_READ_NOTE: Final = (
    "SELECT obj_description(oid, 'pg_class') FROM pg_class WHERE oid = to_regclass('procrastinate_jobs')"
)

# A queueing lock is of the jobs that wait: one that runs does not keep the next from being deferred. The block's
# exception is of a savepoint: the transaction around it goes on.
_DRIVE: Final = """
CREATE OR REPLACE FUNCTION seedreel_drive(job_id text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM procrastinate_jobs WHERE queueing_lock = job_id AND status = 'todo') THEN
        RETURN;
    END IF;
    PERFORM procrastinate_defer_jobs_v1(ARRAY[ROW(
        'drive', 'drive', 0, NULL, job_id, jsonb_build_object('job_id', job_id), NULL
    )]::procrastinate_job_to_defer_v1[]);
EXCEPTION WHEN unique_violation THEN
    NULL;
END;
$$
"""
# Most of the time none of them waits already, and no other process defers one in this very moment.
_DRIVE_ALL: Final = """
CREATE OR REPLACE FUNCTION seedreel_drive_all(job_ids text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM procrastinate_defer_jobs_v1(array_agg(ROW(
        'drive', 'drive', 0, NULL, job_id, jsonb_build_object('job_id', job_id), NULL
    )::procrastinate_job_to_defer_v1 ORDER BY place))
    FROM json_array_elements_text(CAST(job_ids AS json)) WITH ORDINALITY AS listed (job_id, place)
    WHERE NOT EXISTS (SELECT 1 FROM procrastinate_jobs WHERE queueing_lock = job_id AND status = 'todo');
EXCEPTION WHEN unique_violation THEN
    PERFORM seedreel_drive(job_id)
    FROM json_array_elements_text(CAST(job_ids AS json)) WITH ORDINALITY AS listed (job_id, place) ORDER BY place;
END;
$$
"""


def defer(db: Database, job_ids: Sequence[str]) -> None:
    """Defer "drive this row" of each in the store's own transaction; nothing where one waits already."""
    match job_ids:
        case [job_id]:
            db.execute(DEFER, {"job_id": job_id})
        case _:
            db.execute(DEFER_ALL, {"job_ids": json.dumps(job_ids)})


async def prepare(url: str) -> None:
    """Make the tables, or bring those of an older Procrastinate up to this one; one process at a time.

    Raises psycopg.Error.
    """
    there = migrations()
    last = there[-1]
    async with await psycopg.AsyncConnection.connect(url) as connection:
        # All is one transaction, and the lock ends with it.
        await connection.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        note = await (await connection.execute(_READ_NOTE)).fetchone()
        if note is None:
            steps = [SchemaManager.get_schema()]
        else:
            applied = (note[0] or NOTE + last).removeprefix(NOTE)
            steps = [text_of(name) for name in there if name > applied]
            # A newer version has been here: its steps must not be taken again.
            last = max(applied, last)
        for step in [*steps, _DRIVE, _DRIVE_ALL, f"COMMENT ON TABLE procrastinate_jobs IS '{NOTE}{last}'"]:
            await connection.execute(step.encode())


def migrations() -> list[str]:
    """Name the steps of the installed Procrastinate, oldest first."""
    found = (resources.files("procrastinate.sql") / "migrations").iterdir()
    return sorted(file.name.removesuffix(".sql") for file in found if file.name.endswith(".sql"))


def text_of(name: str) -> str:
    """Read such a step."""
    return (resources.files("procrastinate.sql") / "migrations" / f"{name}.sql").read_text("utf-8")
