"""The takes of one request, as one: read, moved and left out of their message together."""

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.job import Job
from bot.domain.reply import Reply
from bot.domain.stages import Stage
from bot.storage.database import Database, Defer, not_deferred
from bot.storage.job_rows import state_row
from bot.storage.job_saves import saved
from bot.storage.job_store import read_jobs
from bot.storage.queries import Queries, QueryRunner, immediate, query

OF_LEAD = "SELECT * FROM jobs WHERE lead_id = ? ORDER BY take"
_FENCES = "SELECT id, fence FROM jobs WHERE lead_id = ?"
_CHOOSE = "UPDATE jobs SET state = :state WHERE id = :id AND stage = :stage"


class SqliteTakes(Queries):
    """The takes in an open store; `defer` as in `SqliteJobs`."""

    def __init__(self, store: QueryRunner, defer: Defer = not_deferred) -> None:
        super().__init__(store)
        self._defer = defer

    @query
    def of(self, db: Database, lead_id: str) -> Sequence[Job]:
        """List the takes of a request, in their order."""
        return read_jobs(db, OF_LEAD, [lead_id])

    @query
    def move(self, db: Database, lead: Job, jobs: Sequence[Job], was: Stage) -> Reply | None:
        """Write takes down where all their rows still stand at `was`; None, and nothing written, if not.

        Also nothing where another process drives the lead by now: these move by it alone, whichever drives the others.
        Returns where they have their reply.
        """
        try:
            with immediate(db):
                return self._moved(db, lead, jobs, was)
        except _Elsewhere:
            return None

    def _moved(self, db: Database, lead: Job, jobs: Sequence[Job], was: Stage) -> Reply:
        fences: dict[str, int] = dict(db.execute(_FENCES, [lead.id]).fetchall())
        reply = None
        if fences.get(lead.id) == lead.fence:
            for job in jobs:
                reply = saved(db, replace(job, fence=fences[job.id]), was, self._defer)
                if reply is None:
                    break
        if reply is None:
            raise _Elsewhere
        return reply

    @query
    def choose(self, db: Database, lead_id: str, number: int, was: int | None = None) -> int:
        """Write down which take the common message is left to (0: all), and return to which it was.

        `was`: only where it is still left to that one.
        """
        with immediate(db):
            known = [job for job in read_jobs(db, OF_LEAD, [lead_id]) if not job.other_version]
            for job in known:
                if was in {None, job.chosen}:
                    changed = replace(job, chosen=number)
                    db.execute(_CHOOSE, state_row(changed) | {"id": job.id})
        return known[0].chosen if known else 0


class _Elsewhere(Exception):
    """A row stands elsewhere."""
