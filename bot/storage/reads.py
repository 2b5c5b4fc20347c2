"""Every question about jobs, each with the index that answers it (`migrations`)."""

from collections.abc import Iterable
from typing import Any

from sqlite_utils import Database

from bot.domain.job import SHORT, Job
from bot.domain.models import Model, Resolution
from bot.storage.folding import folded, storable
from bot.storage.rows import to_job
from bot.studio.ports import Page

# A partial index is used only where its condition stands in the question, word for word. INDEXED BY stands where
# SQLite would rather read in the order of the result, through all jobs or all of a member's.
FIND = "SELECT * FROM jobs WHERE id = ?"
# The plus keeps SQLite from walking through all of a member's jobs instead of the few ids that start like this.
FIND_MINE = """
SELECT * FROM jobs WHERE id >= :low AND id < :high AND +user_id = :user_id
ORDER BY id = :low DESC, created DESC, id DESC LIMIT 1
"""
UNFINISHED = """
SELECT * FROM jobs WHERE stage NOT IN ('delivered', 'failed', 'cancelled')
UNION ALL
SELECT * FROM jobs WHERE told IS NULL AND stage IN ('delivered', 'failed', 'cancelled')
ORDER BY created, id
"""
# What ended without ever having been rendered gives its seconds back.
USED_SINCE = """
SELECT user_id, sum(duration) AS seconds FROM jobs INDEXED BY jobs_submitted
WHERE submitted >= ? AND NOT (completed IS NULL AND stage IN ('failed', 'cancelled'))
GROUP BY user_id
"""
RUNS = """
SELECT completed - submitted AS seconds FROM jobs
WHERE model = ? AND duration = ? AND resolution IS ? AND completed IS NOT NULL AND completed > submitted
ORDER BY completed DESC LIMIT ?
"""
COUNT_MINE = "SELECT count(*) FROM jobs WHERE user_id = :user_id"
MINE = """
SELECT * FROM jobs WHERE user_id = :user_id
ORDER BY created DESC, id DESC LIMIT :most OFFSET :skip
"""
# Not LIKE: it has wildcards to be escaped, a longest pattern, and ASCII's idea of case.
COUNT_FOUND = "SELECT count(*) FROM jobs WHERE user_id = :user_id AND instr(prompt_folded, :term)"
FOUND = """
SELECT * FROM jobs WHERE user_id = :user_id AND instr(prompt_folded, :term)
ORDER BY created DESC, id DESC LIMIT :most OFFSET :skip
"""
LATEST_RUNNING = """
SELECT * FROM jobs INDEXED BY jobs_unfinished
WHERE user_id = :user_id AND stage NOT IN ('delivered', 'failed', 'cancelled') AND instr(prompt_folded, :term)
ORDER BY created DESC, id DESC LIMIT :most
"""
LATEST_ENDED = """
SELECT * FROM jobs
WHERE user_id = :user_id AND stage IN ('delivered', 'failed', 'cancelled') AND instr(prompt_folded, :term)
ORDER BY created DESC, id DESC LIMIT :most
"""
STALE_CLIPS = "SELECT * FROM jobs WHERE clip_bytes IS NOT NULL AND completed < ? ORDER BY completed"
FILES_IN_USE = """
SELECT json_extract(medium.value, '$.file.sha256') AS sha256 FROM jobs, json_each(jobs.media) AS medium
WHERE media IS NOT NULL AND created >= ?
UNION
SELECT json_extract(medium.value, '$.file.sha256') FROM jobs, json_each(jobs.media) AS medium
WHERE media IS NOT NULL AND stage NOT IN ('delivered', 'failed', 'cancelled')
"""
FILES_OF = """
SELECT json_extract(medium.value, '$.file.sha256') AS sha256, json_extract(medium.value, '$.file.size') AS size
FROM jobs, json_each(jobs.media) AS medium
WHERE user_id = :user_id AND media IS NOT NULL
AND (created >= :since OR stage NOT IN ('delivered', 'failed', 'cancelled'))
"""
CLIPS_OF = "SELECT coalesce(sum(clip_bytes), 0) FROM jobs WHERE user_id = :user_id AND clip_bytes IS NOT NULL"

_BEYOND = "\U0010ffff"


def find(db: Database, job_id: str) -> Job | None:
    """Find a job by its whole id."""
    return next(iter(_jobs(db, FIND, [storable(job_id)])), None)


def find_mine(db: Database, user_id: int, text: str) -> Job | None:
    """Find a member's job by its id or by how it starts, at least the short id; the newest of several."""
    typed = storable(text).strip().removeprefix("#").strip().lower()
    if len(typed) < SHORT:
        return None
    return next(iter(_jobs(db, FIND_MINE, {"low": typed, "high": typed + _BEYOND, "user_id": user_id})), None)


def unfinished(db: Database) -> list[Job]:
    """List what has not ended, and what has ended untold; oldest first. What is `foreign` is left alone."""
    return [job for job in _jobs(db, UNFINISHED) if not job.foreign]


def used_since(db: Database, since: float) -> dict[int, int]:
    """Sum by member the seconds of video sent since then and not given back."""
    return {row["user_id"]: row["seconds"] for row in db.query(USED_SINCE, [since])}


def runs(db: Database, model: Model, duration: int, resolution: Resolution | None, most: int) -> list[float]:
    """List how long the latest comparable jobs took, in seconds, newest first."""
    return [row["seconds"] for row in db.query(RUNS, [model.value, duration, resolution, most])]


def mine(db: Database, user_id: int, search: str, page: int, size: int) -> Page:
    """Return one page of a member's jobs; the page's number is brought into range."""
    term = _term(search)
    count, rows = (COUNT_FOUND, FOUND) if term else (COUNT_MINE, MINE)
    asked: dict[str, Any] = {"user_id": user_id} | ({"term": term} if term else {})
    total = db.execute(count, asked).fetchone()[0]
    pages = max(1, -(-total // size))
    number = min(max(1, page), pages)
    jobs = _jobs(db, rows, asked | {"most": size, "skip": (number - 1) * size})
    return Page(tuple(jobs), number, pages, total)


def latest(db: Database, user_id: int, search: str, most: int) -> list[Job]:
    """List a member's jobs: those that have not ended first, then the ended ones; each newest first."""
    asked = {"user_id": user_id, "term": _term(search)}
    running = _jobs(db, LATEST_RUNNING, asked | {"most": most})
    return running + _jobs(db, LATEST_ENDED, asked | {"most": most - len(running)})


def stale_clips(db: Database, before: float) -> list[Job]:
    """List the jobs whose clip is on the disk and was completed before that time."""
    return [job for job in _jobs(db, STALE_CLIPS, [before]) if not job.foreign]


def files_in_use(db: Database, since: float) -> set[str]:
    """List the sha256 of the input files of jobs created since then, or not ended."""
    # An asset in a request has none.
    return {row["sha256"] for row in db.query(FILES_IN_USE, [since])} - {None}


def stored_by(db: Database, user_id: int, since: float) -> tuple[dict[str, int], int]:
    """Return a member's input files (sha256: bytes) since then or in use, and the bytes of their kept clips."""
    rows = db.query(FILES_OF, {"user_id": user_id, "since": since})
    files = {row["sha256"]: row["size"] or 0 for row in rows if row["sha256"] is not None}
    return files, db.execute(CLIPS_OF, {"user_id": user_id}).fetchone()[0]


def _jobs(db: Database, sql: str, params: list[Any] | dict[str, Any] | None = None) -> list[Job]:
    return _read(db.query(sql, params))


def _read(rows: Iterable[dict[str, Any]]) -> list[Job]:
    return [to_job(row) for row in rows]


def _term(search: str) -> str:
    return folded(storable(search).replace("\x00", "").strip())
