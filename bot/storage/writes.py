"""Everything that changes a job's row. Each function is one transaction."""

import sqlite3
from typing import Any

from sqlite_utils import Database

from bot.domain.errors import AlreadyTried, Refusal, TaskTaken, TooManyWaiting
from bot.domain.job import Job
from bot.domain.reply import Reply
from bot.domain.stages import Stage, allowed
from bot.storage import asset_writes, beginnings
from bot.storage.rows import reply_row, state_row, to_job, to_row
from bot.storage.thread import immediate

# Two presses of Again that are this close, in seconds, are one.
SAME_PRESS_SECONDS = 10.0

SAVE = """
UPDATE jobs SET
    stage = :stage, changed = :changed, hosted = :hosted, not_before = :not_before, submitted = :submitted,
    dialect = :dialect, task_id = :task_id, percent = :percent, completed = :completed,
    clip_url = :clip_url, clip_dies = :clip_dies, clip_bytes = :clip_bytes, "drop" = :drop, reason = :reason,
    said = :said, code = :code, last_picture_url = :last_picture_url, incomplete = :incomplete
WHERE id = :id AND stage = :was
"""

READDRESS = """
UPDATE jobs SET
    application_id = :application_id, channel_id = :channel_id, guild_id = :guild_id, message_id = :message_id,
    token = :token, token_at = :token_at, private = :private, bot_reaches = :bot_reaches, file_limit = :file_limit,
    attach_files = :attach_files, send_messages = :send_messages
WHERE id = :id
"""

FORGET_TOKENS = "UPDATE jobs SET token = NULL WHERE token IS NOT NULL AND token_at < ?"
MARK_TOLD = "UPDATE jobs SET told = ? WHERE id = ? AND told IS NULL"

WAITING_OF_MEMBER = """
SELECT count(*) FROM jobs
WHERE user_id = ? AND stage = 'waiting' AND stage NOT IN ('delivered', 'failed', 'cancelled')
"""

SAME_PRESS = """
SELECT * FROM jobs
WHERE user_id = :user_id AND source = :source AND created > :created - :seconds AND created < :created + :seconds
    AND prompt = :prompt AND model = :model AND duration = :duration AND ratio = :ratio AND resolution IS :resolution
    AND sound IS :sound
ORDER BY created, id LIMIT 1
"""


def accept(db: Database, job: Job, waiting_most: int) -> Job:
    """Write a new job down, or find the one that this press has already made; see the port."""
    if job.stage is not Stage.WAITING:
        raise ValueError(f"A job is accepted as waiting, not as {job.stage}.")
    with immediate(db):
        if (before := _made_before(db, job)) is not None:
            return before
        waiting = db.execute(WAITING_OF_MEMBER, [job.user_id]).fetchone()[0]
        if waiting >= waiting_most:
            raise Refusal(TooManyWaiting(waiting_most))
        if _one(db, "SELECT * FROM jobs WHERE id = ?", [job.id]) is not None:
            raise ValueError(f"The id {job.id} is taken.")
        db.table("jobs").insert(to_row(job))
        beginnings.forget(db, job.interaction_id)
    return job


def save(db: Database, job: Job, was: Stage) -> bool:
    """Move a job's row from `was` to what the job is now, if it still stands there; see the port."""
    if not allowed(was, job.stage):
        raise ValueError(f"No job goes from {was} to {job.stage}.")
    try:
        return _changes(db, SAVE, state_row(job) | {"id": job.id, "was": was.value}) == 1
    except sqlite3.IntegrityError as error:
        if "jobs.task_id" not in str(error):
            raise
        raise TaskTaken(f"another job has task {job.task_id}") from error


def readdress(db: Database, job_id: str, reply: Reply) -> None:
    """Write where the reply is now."""
    _changes(db, READDRESS, reply_row(reply) | {"id": job_id})


def forget_tokens(db: Database, before: float) -> int:
    """Erase the interaction tokens made before that time, whoever waits on them; returns how many."""
    of_jobs = _changes(db, FORGET_TOKENS, [before])
    return of_jobs + beginnings.forget_dead(db, before) + asset_writes.forget_tokens(db, before)


def mark_told(db: Database, job_id: str, at: float) -> bool:
    """Write down that the requester was told; False when that was written before."""
    return _changes(db, MARK_TOLD, [at, job_id]) == 1


def forget_clip(db: Database, job_id: str) -> None:
    """Write down that the clip is no longer on the disk."""
    _changes(db, "UPDATE jobs SET clip_bytes = NULL WHERE id = ?", [job_id])


def _made_before(db: Database, job: Job) -> Job | None:
    if (same := _one(db, "SELECT * FROM jobs WHERE interaction_id = ?", [job.interaction_id])) is not None:
        return same
    if job.pressed is not None:
        if (first := _one(db, "SELECT * FROM jobs WHERE pressed = ?", [job.pressed])) is not None:
            raise Refusal(AlreadyTried(first.short))
        return None
    if job.source is None:
        return None
    # What was edited differently is no second press.
    return _one(db, SAME_PRESS, to_row(job) | {"seconds": SAME_PRESS_SECONDS})


def _one(db: Database, sql: str, params: list[Any] | dict[str, Any]) -> Job | None:
    row = next(iter(db.query(sql, params)), None)
    return None if row is None else to_job(row)


def _changes(db: Database, sql: str, params: list[Any] | dict[str, Any]) -> int:
    return db.execute(sql, params).rowcount
