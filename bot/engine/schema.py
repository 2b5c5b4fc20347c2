"""Procrastinate's tables and functions in our database, and the one of ours that defers "drive this row"."""

from importlib import resources
from typing import Final

import psycopg
from procrastinate.schema import SchemaManager

from bot.storage.database import Database

QUEUE: Final = "drive"
TASK: Final = "drive"
DEFER: Final = "SELECT seedreel_drive(:job_id)"
"""Defers "drive this row", in the transaction in which it is executed; nothing where one waits already."""

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


def defer(db: Database, job_id: str) -> None:
    """Defer "drive this row" in the store's own transaction; nothing where one waits already."""
    db.execute(DEFER, {"job_id": job_id})


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
        for step in [*steps, _DRIVE, f"COMMENT ON TABLE procrastinate_jobs IS '{NOTE}{last}'"]:
            await connection.execute(step.encode())


def migrations() -> list[str]:
    """Name the steps of the installed Procrastinate, oldest first."""
    found = (resources.files("procrastinate.sql") / "migrations").iterdir()
    return sorted(file.name.removesuffix(".sql") for file in found if file.name.endswith(".sql"))


def text_of(name: str) -> str:
    """Read such a step."""
    return (resources.files("procrastinate.sql") / "migrations" / f"{name}.sql").read_text("utf-8")
