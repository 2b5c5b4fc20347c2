"""The line in front of the provider's slots, as rows: jobs in line, jobs with a slot, and the granting of turns."""

import json
from collections.abc import Callable, Sequence
from typing import Final

from bot.domain.job import Job
from bot.domain.processes import InLine, Office, Turn
from bot.storage.database import Database, Defer, Statement
from bot.storage.job_store import FIND, read_jobs
from bot.storage.lease_store import UNHELD, dead_before
from bot.storage.note_store import get, put
from bot.storage.queries import Queries, QueryRunner, immediate, query

# A partial index is used only where its condition stands in the question, word for word.
IN_LINE = f"""
SELECT id, user_id, created, charged, changed, fence, token_at FROM jobs
WHERE stage = 'waiting' AND slot = 0 AND {UNHELD}
ORDER BY created, id
"""  # noqa: S608 - no input in it
TURNS = """
SELECT id, user_id, submitted, CASE WHEN stage IN ('waiting', 'submitting') THEN 0 ELSE 1 END AS answered
FROM jobs WHERE slot = 1
"""
COUNT_TURNS = "SELECT count(*) FROM jobs WHERE slot = 1"
_GRANT = f"UPDATE jobs SET slot = 1 WHERE stage = 'waiting' AND slot = 0 AND {UNHELD} AND id IN "  # noqa: S608
GRANT = Statement(
    sqlite=_GRANT + "(SELECT value FROM json_each(:ids)) RETURNING id",  # noqa: S608 - no input in it
    postgres=_GRANT + "(SELECT json_array_elements_text(CAST(:ids AS json))) RETURNING id",
)
_HAS_TURN = "SELECT 1 FROM jobs WHERE id = ? AND fence = ? AND slot = 1"
FREE = "UPDATE jobs SET slot = 0 WHERE id = ? AND fence = ? AND stage = ? AND slot = 1"
_HOLDS: Final = "SELECT count(*) FROM leases WHERE name = ? AND holder = ? AND fence = ?"
# What a process alone has sent before there were many: it counted in that one's memory. What is overdue counts again
# until it is driven.
_ADOPT = f"""
UPDATE jobs SET slot = 1
WHERE slot = 0 AND ended = 0 AND stage IN ('submitting', 'queued', 'rendering') AND {UNHELD}
"""  # noqa: S608 - no input in it


class SqliteLine(Queries):
    """The line in an open store. Times are UTC seconds; `defer` as in `SqliteLeases`."""

    def __init__(self, store: QueryRunner, defer: Defer) -> None:
        super().__init__(store)
        self._defer = defer

    @query
    def in_line(self, db: Database) -> Sequence[InLine]:
        """List the jobs in line, oldest first: they wait, have no slot, and no living process drives them."""
        return [InLine(**row) for row in db.query(IN_LINE, dead_before(db))]

    @query
    def jobs(self, db: Database, job_ids: Sequence[str]) -> Sequence[Job]:
        """Read jobs by their ids; jobs that are gone or `other_version` are left out."""
        found = [job for job_id in job_ids for job in read_jobs(db, FIND, [job_id])]
        return [job for job in found if not job.other_version]

    @query
    def turns(self, db: Database) -> Sequence[Turn]:
        """List the jobs that have a slot."""
        return [Turn(**row | {"answered": bool(row["answered"])}) for row in db.query(TURNS)]

    @query
    def grant(
        self,
        db: Database,
        job_ids: Sequence[str],
        slots: int,
        office: Office,
        note: tuple[str, Callable[[str | None], str]] | None = None,
    ) -> Sequence[str]:
        """Give slots to jobs in that order, as long as fewer than `slots` are taken; return who got one.

        What is not in line any more is passed over. Each is deferred in the same transaction, and with the first of
        them a note (its key, and what its value becomes) is written. None gets one where the office is in other
        hands by now.
        """
        granted: list[str] = []
        with immediate(db):
            if not db.execute(_HOLDS, [office.name, office.holder, office.fence]).fetchone()[0]:
                return granted
            known, free = dead_before(db), slots - int(db.execute(COUNT_TURNS).fetchone()[0])
            left = list(job_ids)
            while left and len(granted) < free:
                asked, left = left[: free - len(granted)], left[free - len(granted) :]
                got = {job_id for (job_id,) in db.execute(GRANT, known | {"ids": json.dumps(asked)})}
                granted += [job_id for job_id in asked if job_id in got]
            if granted:
                self._defer(db, granted)
            if granted and note is not None:
                key, changed = note
                put(db, key, changed(get(db, key)))
        return granted

    @query
    def has_turn(self, db: Database, job: Job) -> bool:
        """Tell whether a job has a slot and is still driven by the process that took it."""
        return db.execute(_HAS_TURN, [job.id, job.fence]).fetchone() is not None

    @query
    def free_slot(self, db: Database, job: Job) -> bool:
        """Take the slot from a job that still stands at its stage, driven by the same process; False if it had none."""
        freed = db.execute(FREE, [job.id, job.fence, job.stage.value]).rowcount == 1
        if freed:
            db.notify("line", job.id)
        return freed

    @query
    def adopt(self, db: Database) -> int:
        """Count what one process alone has sent among the slots; returns how many."""
        return db.execute(_ADOPT, dead_before(db)).rowcount

    @query
    def tell(self, db: Database, kind: str, value: str = "") -> None:
        """Give every process a reason to look."""
        db.notify(kind, value)
