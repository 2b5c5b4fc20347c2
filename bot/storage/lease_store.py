"""Processes, the jobs that they drive and the offices that they hold, in the database.

A process is alive for as long as it renews its row by the database's clock. Renewals and offices are decided in one
transaction after the other, so that none is renewed while another takes its office for left alone.
"""

from collections.abc import Sequence
from typing import Any, Final

from bot.domain.job import Job
from bot.domain.processes import LEASE_SECONDS, Office, Process
from bot.storage.database import Database, Defer, Statement
from bot.storage.job_store import read_jobs
from bot.storage.queries import Queries, QueryRunner, immediate, query, reading

# Rows of processes that have been dead for so long say nothing to anybody.
_FORGOTTEN_AFTER: Final = 3600.0
NOW = Statement(
    sqlite="SELECT (julianday('now') - 2440587.5) * 86400.0",
    postgres="SELECT CAST(extract(epoch FROM clock_timestamp()) AS DOUBLE PRECISION)",
)
LIVING_IDS = "SELECT id FROM processes WHERE seen > :dead"
ALIVE = f"({LIVING_IDS})"
UNHELD = f"(holder IS NULL OR holder NOT IN {ALIVE})"
"""No living process drives the row. Takes `dead`: `dead_before`."""
NEEDS_DRIVE = """(
    (ended = 0 AND stage <> 'held' AND (stage <> 'waiting' OR slot = 1))
    OR (told IS NULL AND (ended = 1 OR stage = 'held'))
)"""
"""What some process has to drive: all that has not ended, but for the line; and ends that were not told."""
# The time is read within the statement: what takes a job is one way to the database.
_NOW_ON_POSTGRES = NOW.postgres
_AMONG_LIVING = Statement(
    sqlite=f"WITH living AS (SELECT id FROM processes WHERE seen > ({NOW}) - {LEASE_SECONDS})",  # noqa: S608
    postgres=f"WITH living AS (SELECT id FROM processes WHERE seen > ({_NOW_ON_POSTGRES}) - {LEASE_SECONDS})",  # noqa: S608
)
_HOLDING = """
UPDATE jobs SET holder = :me, fence = fence + 1
WHERE id = :id AND (holder = :me OR holder IS NULL OR holder NOT IN (SELECT id FROM living))
AND :me IN (SELECT id FROM living)
"""
_AMONG_LIVING_ON_POSTGRES = _AMONG_LIVING.postgres
_HOLD = Statement(
    sqlite=f"{_AMONG_LIVING} {_HOLDING} RETURNING *",
    postgres=f"{_AMONG_LIVING_ON_POSTGRES} {_HOLDING} RETURNING *",
)
_TAKE = Statement(
    sqlite=f"{_AMONG_LIVING} {_HOLDING} AND {NEEDS_DRIVE} RETURNING *",
    postgres=f"{_AMONG_LIVING_ON_POSTGRES} {_HOLDING} AND {NEEDS_DRIVE} RETURNING *",
)
_LET_GO = "UPDATE jobs SET holder = NULL WHERE id = ? AND holder = ?"
# What SQLite 3.40 returns of these conditions with the update itself is wrong.
_NEEDS = f"SELECT stage, CASE WHEN {NEEDS_DRIVE} THEN 1 ELSE 0 END FROM jobs WHERE id = ?"  # noqa: S608
LEFT_ALONE = f"""
SELECT id FROM jobs WHERE ended = 0 AND {NEEDS_DRIVE} AND {UNHELD}
UNION ALL
SELECT id FROM jobs WHERE told IS NULL AND ended = 1 AND {UNHELD}
"""  # noqa: S608 - no input in it
# A lost connection may have taken the first answer.
_REGISTER = """
INSERT INTO processes (id, role, host, started, seen) VALUES (:id, :role, :host, :now, :now)
ON CONFLICT (id) DO UPDATE SET seen = excluded.seen
"""
_LIVING = "SELECT id, role, host, started, seen FROM processes WHERE seen > :dead ORDER BY started, id"


class SqliteLeases(Queries):
    """The living processes and the jobs and offices that they hold, in an open store.

    `defer` has a job driven, by Procrastinate's tables or in any other way; where one process does everything, nothing.
    """

    def __init__(self, store: QueryRunner, defer: Defer) -> None:
        super().__init__(store)
        self._defer = defer

    @query
    def register(self, db: Database, process_id: str, role: str, host: str) -> None:
        """Write a new process down, renewed now."""
        now = now_of(db)
        db.execute("DELETE FROM processes WHERE seen < ?", [now - _FORGOTTEN_AFTER])
        db.execute(_REGISTER, {"id": process_id, "role": role, "host": host, "now": now})

    @query
    def renew(self, db: Database, process_id: str) -> bool:
        """Renew a process that is not dead yet; False, and nothing written, where it is or has no row."""
        with immediate(db):
            now = now_of(db)
            known = {"id": process_id, "now": now, "dead": now - LEASE_SECONDS}
            return db.execute("UPDATE processes SET seen = :now WHERE id = :id AND seen > :dead", known).rowcount == 1

    @query
    def leave(self, db: Database, process_id: str) -> None:
        """Delete the row of a process that has ended: its jobs and offices are free at once."""
        db.execute("DELETE FROM processes WHERE id = ?", [process_id])

    @reading
    def living(self, db: Database) -> Sequence[Process]:
        """List the processes that are alive, the longest first."""
        return [Process(**row) for row in db.query(_LIVING, dead_before(db))]

    @query
    def take(self, db: Database, job_id: str, process_id: str) -> Job | None:
        """Take a job in order to drive it, with its fence raised.

        None, and nothing written, where there is nothing to drive, or another process that is alive drives it, or this
        one is dead.
        """
        return _taken(db, _TAKE, job_id, process_id)

    @query
    def hold(self, db: Database, job_id: str, process_id: str) -> Job | None:
        """Take a job at whatever stage, so that no other process drives it meanwhile; None as in `take`."""
        return _taken(db, _HOLD, job_id, process_id)

    @query
    def let_go(self, db: Database, job_ids: Sequence[str], process_id: str) -> None:
        """Let go of the jobs that the process still holds; jobs that need a driver are deferred."""
        with immediate(db):
            for job_id in job_ids:
                if db.execute(_LET_GO, [job_id, process_id]).rowcount != 1:
                    continue
                stage, needs_drive = db.execute(_NEEDS, [job_id]).fetchone()
                if needs_drive:
                    self._defer(db, [job_id])
                elif stage == "waiting":
                    db.notify("line", job_id)

    @query
    def left_alone(self, db: Database) -> Sequence[str]:
        """List the ids of all jobs that have to be driven and are driven by no process that is alive."""
        return [job_id for (job_id,) in db.execute(LEFT_ALONE, dead_before(db))]

    @query
    def take_office(self, db: Database, name: str, process_id: str) -> Office | None:
        """Take an office, or keep it; None where another process that is alive has it, or this one is dead."""
        with immediate(db):
            known: dict[str, Any] = {"name": name, "me": process_id} | dead_before(db)
            living = {living_id for (living_id,) in db.execute(LIVING_IDS, known)}
            found = db.execute("SELECT holder, fence FROM leases WHERE name = :name", known).fetchone()
            if process_id not in living or (found is not None and found[0] in living - {process_id}):
                return None
            if found is None:
                db.table("leases").insert({"name": name, "holder": process_id, "fence": 1})
                return Office(name, process_id, 1)
            if found[0] != process_id:
                db.execute("UPDATE leases SET holder = :me, fence = fence + 1 WHERE name = :name", known)
            return Office(name, process_id, found[1] + (found[0] != process_id))

    @query
    def leave_office(self, db: Database, office: Office) -> None:
        """Give an office up, if the process still has it; the next one takes it at once."""
        db.execute("UPDATE leases SET holder = '' WHERE name = ? AND fence = ?", [office.name, office.fence])
        db.notify(office.name, "")


def _taken(db: Database, sql: str, job_id: str, process_id: str) -> Job | None:
    """Take a row in one statement, in the order of that row alone: those of different rows wait for the disk together.

    A holder that is renewed in this very moment has not trusted its lease for seconds (`engine.lease`), and its saves
    name an older fence.
    """
    job = next(iter(read_jobs(db, sql, {"id": job_id, "me": process_id})), None)
    if job is None or not job.other_version:
        return job
    # Only a process of that version can drive it.
    db.execute(_LET_GO, [job_id, process_id])
    return None


def now_of(db: Database) -> float:
    """Return the database's time, in UTC seconds."""
    return float(db.execute(NOW).fetchone()[0])


def dead_before(db: Database) -> dict[str, float]:
    """Return the time, as a parameter, since when a process has to have been renewed in order to be alive."""
    return {"dead": now_of(db) - LEASE_SECONDS}
