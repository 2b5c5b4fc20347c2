"""The jobs in the database: each change is one transaction. What members look up: `own_job_store`."""

from collections import Counter
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from typing import Any

from bot.domain.errors import AlreadyRetried, DraftGone, Refusal, Restarting, TaskTaken
from bot.domain.job import Job
from bot.domain.models import Model, Resolution
from bot.domain.reply import Reply
from bot.domain.spending import Payer
from bot.domain.stages import Stage, allowed
from bot.storage import restored
from bot.storage.charges import charged_to
from bot.storage.database import Database, Defer, NotUnique, Statement, not_deferred
from bot.storage.draft_store import DELETE_DRAFT
from bot.storage.folding import storable
from bot.storage.job_rows import REPLY, files_of, to_job, to_row
from bot.storage.job_saves import saved
from bot.storage.queries import Queries, QueryRunner, immediate, query, reading, soon
from bot.storage.shared_pending_replies import TAKEN

# Two presses of Again that are this close, in seconds, are one.
SAME_PRESS_SECONDS = 10.0

READDRESS = "UPDATE jobs SET reply = :reply, token = :token, token_at = :token_at WHERE id = :id RETURNING lead_id"
FORGET_TOKENS = "UPDATE jobs SET token = NULL WHERE token IS NOT NULL AND token_at < ?"
FORGET_ASSET_TOKENS = "UPDATE assets SET token = NULL WHERE token IS NOT NULL AND token_at < ?"
FORGET_SHARE_TOKENS = "UPDATE shares SET token = NULL WHERE token IS NOT NULL AND token_at < ?"
# True also for the very same time: a lost connection may have taken the first answer.
MARK_NOTIFIED = "UPDATE jobs SET told = :at WHERE id = :id AND (told IS NULL OR told = :at) RETURNING lead_id"
# Takes have one reply, and are told of together.
_READDRESS_TAKES = """
UPDATE jobs SET reply = :reply, token = :token, token_at = :token_at WHERE lead_id = :lead_id RETURNING id
"""
MARK_TAKES = "UPDATE jobs SET told = :at WHERE lead_id = :lead_id AND told IS NULL"
PRESSES = """
SELECT * FROM jobs INDEXED BY jobs_mine WHERE user_id = :user_id AND source = :source
    AND created > :created - :seconds AND created < :created + :seconds
ORDER BY created, id
"""

# A partial index is used only where its condition stands in the question, word for word.
FIND = "SELECT * FROM jobs WHERE id = ?"
UNFINISHED = """
SELECT * FROM jobs WHERE ended = 0
UNION ALL
SELECT * FROM jobs WHERE told IS NULL AND ended = 1
ORDER BY created, id
"""
USED_SINCE = "SELECT user_id, charged FROM jobs WHERE submitted >= ? AND charged > 0"
RUNS = Statement(
    sqlite="""
SELECT completed - submitted AS seconds FROM jobs
WHERE model = ? AND duration = ? AND resolution IS ? AND completed IS NOT NULL AND completed > submitted
ORDER BY completed DESC LIMIT ?
""",
    postgres="""
SELECT completed - submitted AS seconds FROM jobs
WHERE model = ? AND duration = ? AND resolution IS NOT DISTINCT FROM ? AND completed > submitted
ORDER BY completed DESC LIMIT ?
""",
)
STALE_CLIPS = "SELECT * FROM jobs WHERE clip_bytes IS NOT NULL AND completed < ? ORDER BY completed"
WITH_FILES = """
SELECT request FROM jobs WHERE has_files = 1 AND created >= ?
UNION ALL
SELECT request FROM jobs WHERE has_files = 1 AND ended = 0
"""
WITH_FILES_OF = """
SELECT request FROM jobs WHERE user_id = :user_id AND has_files = 1 AND created >= :since
UNION ALL
SELECT request FROM jobs INDEXED BY jobs_unfinished WHERE user_id = :user_id AND has_files = 1 AND ended = 0
"""
CLIPS_OF = "SELECT coalesce(sum(clip_bytes), 0) FROM jobs WHERE user_id = :user_id AND clip_bytes IS NOT NULL"

_FORGET_PENDING_REPLY = "DELETE FROM beginnings WHERE interaction_id = ? RETURNING process"
_FORGET_TOKENS = (
    *(FORGET_TOKENS, FORGET_ASSET_TOKENS, FORGET_SHARE_TOKENS),
    "UPDATE exports SET token = NULL WHERE token IS NOT NULL AND token_at < ?",
    "DELETE FROM beginnings WHERE token_at < ?",
)


class SqliteJobs(Queries):
    """The jobs in an open store. Times are UTC seconds.

    A job that is cancelled is deferred: its requester is told of the end by a process that may be another one.
    """

    def __init__(self, store: QueryRunner, defer: Defer = not_deferred) -> None:
        super().__init__(store)
        self._defer = defer

    @query
    def accept(self, db: Database, job: Job, payer: Payer, fixes: str | None = None, others: Sequence[Job] = ()) -> Job:
        """Write a new WAITING job down, its `charged` seconds reserved for its payer, in one transaction.

        `others`: the other takes of its request, written down and reserved for with it, or none of them.
        Returns the job that is already there when this interaction was accepted before, or when the same member
        pressed Again on the same job less than 10 seconds away. Raises Refusal: Paused, Blocked, LimitReached;
        AlreadyRetried when `job.pressed` was tried again before; Restarting where another process took this one for
        dead. Raises ValueError when the id is taken or the job is not WAITING.
        `fixes` is the draft that it is made of, which is gone with it: Refusal(DraftGone) when it is gone already.
        """
        if job.stage is not Stage.WAITING:
            raise ValueError(f"A job is accepted as waiting, not as {job.stage}.")
        with immediate(db):
            if (before := _made_before(db, job)) is not None:
                return before
            all_takes = [job, *others]
            if taken := [each.id for each in all_takes if read_jobs(db, FIND, [each.id])]:
                raise ValueError(f"The id {taken[0]} is taken.")
            if fixes is not None and db.execute(DELETE_DRAFT, [fixes]).rowcount != 1:
                raise Refusal(DraftGone())
            seconds = sum(each.charged for each in all_takes)
            guild_id = charged_to(db, payer, job.user_id, seconds, job.created, len(all_takes))
            for each in all_takes:
                db.table("jobs").insert(to_row(replace(each, charged_to=guild_id)))
                db.notify("line", each.id)
            if db.execute(_FORGET_PENDING_REPLY, [job.interaction_id]).fetchall() == [(TAKEN,)]:
                # This process was taken for dead, and its member is being told that nothing came of it.
                raise Refusal(Restarting())
        return replace(job, charged_to=guild_id)

    @query
    def save(self, db: Database, job: Job, was: Stage) -> Reply | None:
        """Write a job's state where the row still stands at `was`, with its `fence`; None, and nothing written, else.

        Returns where the row has its reply, also where the very same state was written before: by a call whose answer a
        lost connection took. What was accepted (ids, request, times of it), that address and `notified_at` are left
        alone; a slot is only given back. Raises ValueError for a move that `stages.allowed` forbids, TaskTaken where
        another job has its task.
        """
        if not allowed(was, job.stage):
            raise ValueError(f"No job goes from {was} to {job.stage}.")
        try:
            # What comes with a move is written with it, or neither is.
            with immediate(db) if job.stage is Stage.CANCELLED else nullcontext():
                return saved(db, job, was, self._defer)
        except NotUnique as error:
            raise TaskTaken(f"another job has task {job.task_id}") from error

    @query
    def save_unmoved(self, db: Database, jobs: Sequence[Job]) -> None:
        """Write the state of jobs whose rows still stand at their stages, in one transaction that a crash may lose."""
        with soon(db):
            for job in jobs:
                saved(db, job, job.stage, self._defer)

    @query
    def save_address(self, db: Database, job_id: str, reply: Reply) -> None:
        """Write where the reply is now."""
        address = REPLY.write(reply)
        with immediate(db):
            for (lead_id,) in db.execute(READDRESS, address | {"id": job_id}).fetchall():
                takes = lead_id and db.execute(_READDRESS_TAKES, address | {"lead_id": lead_id}).fetchall()
                for (readdressed,) in takes or [(job_id,)]:
                    db.notify("address", readdressed)

    @query
    def forget_tokens(self, db: Database, before: float) -> int:
        """Erase the interaction tokens made before that time, in UTC seconds; returns how many.

        A pending reply is nothing without its token and goes too.
        """
        return sum(db.execute(statement, [before]).rowcount for statement in _FORGET_TOKENS)

    @query
    def mark_notified(self, db: Database, job_id: str, at: float) -> bool:
        """Write down that the requester was notified of the end, of all takes at once; False when it was before."""
        with immediate(db):
            marked = db.execute(MARK_NOTIFIED, {"at": at, "id": job_id}).fetchall()
            for (lead_id,) in marked:
                if lead_id is not None:
                    db.execute(MARK_TAKES, {"at": at, "lead_id": lead_id})
        return bool(marked)

    @query
    def find(self, db: Database, job_id: str) -> Job | None:
        """Find a job by its whole id."""
        return next(iter(read_jobs(db, FIND, [storable(job_id)])), None)

    @query
    def unfinished(self, db: Database) -> Sequence[Job]:
        """List every job that has not ended, and every ended one whose owner was not notified; oldest first.

        What is `other_version` is left alone.
        """
        return [job for job in read_jobs(db, UNFINISHED) if not job.other_version]

    @query
    def used_since(self, db: Database, since: float) -> dict[int, int]:
        """Sum, by member, the seconds of video that were sent since that time and not released."""
        used: Counter[int] = Counter()
        for row in db.query(USED_SINCE, [since]):
            used[row["user_id"]] += row["charged"]
        return dict(used)

    @reading
    def runs(
        self, db: Database, model: Model, duration: int, resolution: Resolution | None, maximum: int
    ) -> Sequence[float]:
        """List how long the latest rendered jobs of that model, length and size took, in seconds, newest first."""
        return [row["seconds"] for row in db.query(RUNS, [model, duration, resolution, maximum])]

    @query
    def stale_clips(self, db: Database, before: float) -> Sequence[Job]:
        """List the jobs whose clip is on the disk and was completed before that time."""
        return [job for job in read_jobs(db, STALE_CLIPS, [before]) if not job.other_version]

    @query
    def forget_clip(self, db: Database, job_id: str) -> None:
        """Write down that the clip is no longer on the disk."""
        db.execute("UPDATE jobs SET clip_bytes = NULL WHERE id = ?", [job_id])

    @reading
    def stored_by(self, db: Database, user_id: int, since: float) -> tuple[dict[str, int], int]:
        """Return a member's input files (sha256: bytes), as in `files_in_use`, and the bytes of their kept clips."""
        files: dict[str, int] = {}
        for row in db.query(WITH_FILES_OF, {"user_id": user_id, "since": since}):
            files |= files_of(row)
        return files, number_of(db, CLIPS_OF, {"user_id": user_id})

    @query
    def files_in_use(self, db: Database, since: float) -> set[str]:
        """List the sha256 of the input files of jobs created since that time, or not ended."""
        return {sha256 for row in db.query(WITH_FILES, [since]) for sha256 in files_of(row)}

    @query
    def restored_at(self, db: Database) -> float | None:
        """Return when this database was last put back from a backup, in UTC seconds; None when it never was."""
        return restored.restored_at(db)

    @query
    def stamp_restored(self, db: Database) -> int:
        """Fail, once for each restore and before the jobs are taken up, what could be sent again; returns how many."""
        return restored.settle(db)


def _made_before(db: Database, job: Job) -> Job | None:
    """Find the job that this interaction, or this press, has already made. Raises Refusal(AlreadyRetried)."""
    for same in read_jobs(db, "SELECT * FROM jobs WHERE interaction_id = ? ORDER BY take", [job.interaction_id]):
        return same
    if job.pressed is not None:
        for first in read_jobs(db, "SELECT * FROM jobs WHERE pressed = ?", [job.pressed]):
            raise Refusal(AlreadyRetried(first.short))
        return None
    if job.source is None:
        return None
    asked = {"user_id": job.user_id, "source": job.source, "created": job.created, "seconds": SAME_PRESS_SECONDS}
    # What was edited differently is no second press.
    return next((other for other in read_jobs(db, PRESSES, asked) if _choices(other) == _choices(job)), None)


def _choices(job: Job) -> tuple[object, ...]:
    request = replace(job.request, media=(), seed=None, last_picture=False, web_search=False)
    return request, job.parent


def read_jobs(db: Database, sql: str, params: list[Any] | dict[str, Any] | None = None) -> list[Job]:
    """Read the jobs that a statement lists."""
    return [to_job(row) for row in db.query(sql, params)]


def number_of(db: Database, sql: str, params: list[Any] | dict[str, Any]) -> int:
    """Read the one number that a statement returns."""
    return int(db.execute(sql, params).fetchone()[0])
