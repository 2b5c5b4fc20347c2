"""Scenes in the database: the next one is written down with what the one before has left for it."""

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.job import Job
from bot.domain.media import StoredFile
from bot.storage.database import Database
from bot.storage.documents import Row
from bot.storage.job_rows import state_row, to_job, to_row
from bot.storage.job_store import FIND, read_jobs
from bot.storage.queries import Queries, immediate, query

# It may have been handed to its owner since it was HELD, or is just now: what the row says of that stays. That its
# requester was told of it says that it was gone on from: so no two scenes follow one.
GO_ON = """
UPDATE jobs SET told = :at, charged = :charged, state = :state
WHERE id = :id AND fence = :fence AND told IS NULL AND stage IN ('held', 'delivering', 'delivered')
AND stage = :stage AND state = :read
"""
FORGETTING = "SELECT 1 FROM forgetting WHERE user_id = ?"


class SqliteScenes(Queries):
    """Scenes in an open store."""

    @query
    def is_being_forgotten(self, db: Database, user_id: int) -> bool:
        """Tell whether a member asked to be forgotten, and is not yet: what followed now would be left."""
        return bool(list(db.query(FORGETTING, [user_id])))

    @query
    def end(self, db: Database, done: Job, at: float | None) -> bool:
        """Write down that no scene follows one that is done, which no longer reserves anything, in one transaction.

        `at`: that its requester was told of all. False, and nothing written, where the row stands elsewhere by now.
        """
        with immediate(db):
            return any(_gone_on(db, row, done.fence, at) for row in list(db.query(FIND, [done.id])))

    @query
    def go_on(self, db: Database, done: Job, following: Job, at: float) -> bool:
        """Write down the scene after one that is done, which no longer reserves its seconds, in one transaction.

        Both count together what the first has counted, so that no limit is asked. False, and nothing written, where
        the row stands elsewhere by now; True also where the same was written before.
        """
        with immediate(db):
            if read_jobs(db, FIND, [following.id]):
                return True
            rows = list(db.query(FIND, [done.id]))
            if not any(_gone_on(db, row, done.fence, at) for row in rows):
                return False
            db.table("jobs").insert(to_row(_crediting(following, to_job(rows[0]).request.authors)))
            db.notify("line", following.id)
        return True


def _crediting(following: Job, authors: Sequence[int]) -> Job:
    """Name no other authors: who was forgotten since the scene before was read is not to be named by the next one."""
    media = []
    for medium in following.request.media:
        file = medium.source
        if isinstance(file, StoredFile):
            file = replace(file, author_ids=tuple(author for author in file.author_ids if author in authors))
        media.append(replace(medium, source=file))
    return replace(following, request=replace(following.request, media=tuple(media)))


def _gone_on(db: Database, row: Row, fence: int, at: float | None) -> bool:
    """Write a row down as gone on from at that time, as it was read a moment ago; tell whether it still stood so."""
    job = to_job(row)
    if job.other_version:
        return False
    changed = state_row(job.alone()) | {"id": job.id, "fence": fence, "at": at, "read": row["state"]}
    return db.execute(GO_ON, changed).rowcount == 1
