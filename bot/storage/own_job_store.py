"""What a member looks up of their own jobs: pages, searches, suggestions; never more of them than is quickly read.

A search reads the member's own prompts, newest first, in slices between which other reads have their turn. It stops at
its limits, tells where, and goes on from there when it is asked to.
"""

import json
import math
import time
from collections.abc import Iterator, Sequence
from typing import Any, Final

from bot.domain.job import SHORT, Job
from bot.storage.database import Database, Statement
from bot.storage.folding import holding, search_term, storable
from bot.storage.job_rows import to_job
from bot.storage.job_store import number_of, read_jobs
from bot.storage.queries import Queries, QueryRunner, reading
from bot.studio.ports.pages import JobPage, Place

SEARCHED: Final = 14_000
"""Jobs that one search looks at."""
SUGGESTED: Final = 4000
"""Of a member's newest jobs so many are looked at while something is typed."""
_SEARCH_SECONDS: Final = 2.0
_SLICE_SECONDS: Final = 0.003
# Looked at by one statement, a part of a slice: a quarter of a millisecond, or some more with long prompts.
_CHUNK: Final = 1000

FIND_BY_PREFIX = "SELECT * FROM jobs WHERE id >= :low AND id < :high ORDER BY id = :low DESC, created DESC, id DESC"
# Two indexes begin alike: named is the narrow one for what is counted and passed over, the other for what is searched.
COUNT_MINE = "SELECT coalesce(sum(jobs), 0) FROM job_counts WHERE user_id = :user_id"
MINE = """
SELECT * FROM jobs INDEXED BY jobs_mine WHERE user_id = :user_id ORDER BY created DESC, id DESC LIMIT :most OFFSET :skip
"""
PLACE = "SELECT id, created FROM jobs WHERE id = :before AND user_id = :user_id"
# The last of so many jobs after a place, and the one after it, if there is one.
CHUNK_ENDS = """
SELECT id, created FROM jobs INDEXED BY jobs_mine WHERE user_id = :user_id AND (created, id) < (:created, :id)
ORDER BY created DESC, id DESC LIMIT 2 OFFSET :skip
"""
COUNT_FOUND = """
SELECT count(*) FROM jobs INDEXED BY jobs_prompts
WHERE user_id = :user_id AND (created, id) < (:created, :id) AND (created, id) >= (:to_created, :to_id)
    AND prompt_folded LIKE :holds ESCAPE '!'
"""
FOUND = """
SELECT * FROM jobs INDEXED BY jobs_prompts
WHERE user_id = :user_id AND (created, id) < (:created, :id) AND (created, id) >= (:to_created, :to_id)
    AND prompt_folded LIKE :holds ESCAPE '!'
ORDER BY created DESC, id DESC LIMIT :most OFFSET :skip
"""
LATEST_RUNNING = """
SELECT * FROM jobs INDEXED BY jobs_unfinished
WHERE user_id = :user_id AND ended = 0 AND prompt_folded LIKE :holds ESCAPE '!'
ORDER BY created DESC, id DESC LIMIT :most
"""
LATEST_ENDED = """
SELECT * FROM jobs INDEXED BY jobs_prompts
WHERE user_id = :user_id AND (created, id) >= (:to_created, :to_id) AND ended = 1
    AND prompt_folded LIKE :holds ESCAPE '!'
ORDER BY created DESC, id DESC LIMIT :most
"""
# What goes on from each of these jobs, and from what goes on from it, among a member's own: how far off it is, and
# whether it is shown. What was deleted has no prompt any more, but what goes on from it has.
LATER_PARTS = Statement(
    sqlite="""
WITH RECURSIVE after (first, id, steps, is_shown) AS (
    SELECT value, value, 0, 1 FROM json_each(:job_ids)
    UNION ALL
    SELECT after.first, jobs.id, after.steps + 1, CASE WHEN jobs.prompt_folded = '' THEN 0 ELSE 1 END
    FROM after JOIN jobs INDEXED BY jobs_parents ON jobs.parent = after.id
    WHERE jobs.user_id = :user_id AND jobs.stage NOT IN ('failed', 'cancelled')
)
SELECT first, max(steps) AS steps FROM after WHERE is_shown = 1 GROUP BY first
""",
    postgres="""
WITH RECURSIVE after (first, id, steps, is_shown) AS (
    SELECT value COLLATE "C", value COLLATE "C", 0, 1 FROM json_array_elements_text(CAST(:job_ids AS json))
    UNION ALL
    SELECT after.first, jobs.id, after.steps + 1, CASE WHEN jobs.prompt_folded = '' THEN 0 ELSE 1 END
    FROM after JOIN jobs ON jobs.parent = after.id
    WHERE jobs.user_id = :user_id AND jobs.stage NOT IN ('failed', 'cancelled')
)
SELECT first, max(steps) AS steps FROM after WHERE is_shown = 1 GROUP BY first
""",
)

_NEWEST: Final = {"created": math.inf, "id": ""}
_OLDEST: Final = {"to_created": -math.inf, "to_id": ""}


class SqliteOwnJobs(Queries):
    """A member's own jobs in an open store. Times are UTC seconds.

    `search_seconds`: what one search takes at the most, the reads of others among them; `slice_seconds`: what these
    wait for it. A search passes either by one statement at the most, over a thousand rows.
    """

    def __init__(
        self, store: QueryRunner, search_seconds: float = _SEARCH_SECONDS, slice_seconds: float = _SLICE_SECONDS
    ) -> None:
        super().__init__(store)
        self._search_seconds = search_seconds
        self._slice_seconds = slice_seconds

    @reading
    def find_mine(self, db: Database, user_id: int, text: str) -> Job | None:
        """Find a member's own job by its id or its start (six characters or more), with or without #.

        The newest where several start so.
        """
        return next((to_job(row) for row in find_by_start(db, text) if row["user_id"] == user_id), None)

    async def mine(self, user_id: int, search: str, page: int, size: int, before: str = "") -> JobPage:
        """Return one page (from 1; clamped) of a member's jobs whose prompts contain `search`, in any script.

        A search looks at SEARCHED jobs at the most; `before` is the id of the job after which it begins.
        """
        term = search_term(search)
        if not term:
            return await self._page(user_id, page, size)
        run = _Search({"user_id": user_id, "holds": holding(term), "before": storable(before)}, page, size)
        ends_at = time.monotonic() + self._search_seconds
        while not run.is_over:
            await self.store.read(run.look_on, self._slice_seconds, ends_at)
        return run.page

    @reading
    def latest(self, db: Database, user_id: int, search: str, maximum: int) -> Sequence[Job]:
        """List a member's latest jobs: those that have not ended first, then the ended ones; each newest first.

        The ended ones are those among their newest SUGGESTED jobs.
        """
        asked = {"user_id": user_id, "holds": holding(search_term(search))}
        running = read_jobs(db, LATEST_RUNNING, asked | {"most": maximum})
        last, _ = _ends(db, {"user_id": user_id} | _NEWEST, SUGGESTED)
        return running + read_jobs(db, LATEST_ENDED, asked | _down_to(last) | {"most": maximum - len(running)})

    @reading
    def later_parts(self, db: Database, user_id: int, job_ids: Sequence[str]) -> dict[str, int]:
        """Tell of jobs how many parts come after each, one from another, among what their member has made by now."""
        asked = {"user_id": user_id, "job_ids": json.dumps([storable(job_id) for job_id in job_ids])}
        return {row["first"]: int(row["steps"]) for row in db.query(LATER_PARTS, asked)}

    @reading
    def _page(self, db: Database, user_id: int, page: int, size: int) -> JobPage:
        return page_of(db, COUNT_MINE, MINE, {"user_id": user_id}, page, size)


class _Search:
    """One search, as far as it has come."""

    def __init__(self, asked: dict[str, Any], page: int, size: int) -> None:
        self._asked = asked
        self._number, self._size = max(1, page), size
        self._before: Place | None = None
        self._at: Place | None = None
        self._looked_at = self._total = 0
        self._jobs: list[Job] = []
        self._is_at_end = self.is_over = False

    @property
    def page(self) -> JobPage:
        """Return the page, or the last one, of what was found."""
        searched_to = None if self._is_at_end else self._at
        return JobPage(tuple(self._jobs), self._number, self._pages, self._total, self._before, searched_to)

    def look_on(self, db: Database, slice_seconds: float, ends_at: float) -> None:
        """Look at the next jobs, until a slice of time or the search is over."""
        slice_ends_at = time.monotonic() + slice_seconds
        if not self._looked_at:
            self._begin(db)
        while not self.is_over:
            self._look_at_chunk(db)
            if (now := time.monotonic()) >= slice_ends_at:
                self.is_over |= now >= ends_at
                break
        if self.is_over and self._number > self._pages:
            self._number = self._pages
            whole = self._asked | _after(self._before) | _down_to(None if self._is_at_end else self._at)
            self._jobs = self._read(db, whole, (self._number - 1) * self._size)

    @property
    def _pages(self) -> int:
        return max(1, -(-self._total // self._size))

    def _begin(self, db: Database) -> None:
        for row in db.query(PLACE, self._asked):
            self._before = self._at = Place(row["id"], row["created"])

    def _look_at_chunk(self, db: Database) -> None:
        asked = self._asked | _after(self._at)
        last, self._is_at_end = _ends(db, asked, _CHUNK)
        asked |= _down_to(last)
        found = number_of(db, COUNT_FOUND, asked)
        skip = (self._number - 1) * self._size + len(self._jobs) - self._total
        if skip < found and len(self._jobs) < self._size:
            self._jobs += self._read(db, asked, skip)
        self._total += found
        self._looked_at += _CHUNK
        self._at = last or self._at
        self.is_over = self._is_at_end or self._looked_at >= SEARCHED

    def _read(self, db: Database, asked: dict[str, Any], skip: int) -> list[Job]:
        return read_jobs(db, FOUND, asked | {"most": self._size - len(self._jobs), "skip": skip})


def find_by_start(db: Database, text: str) -> Iterator[dict[str, Any]]:
    """Read the rows whose ids begin so (six characters or more), with or without #; the newest first."""
    user_input = storable(text).strip().removeprefix("#").strip().lower()
    if len(user_input) >= SHORT:
        yield from db.query(FIND_BY_PREFIX, {"low": user_input, "high": user_input + "\U0010ffff"})


def page_of(db: Database, count: str, rows: str, asked: dict[str, Any], page: int, size: int) -> JobPage:
    """Read one page (from 1; clamped) of the jobs that `rows` lists and `count` counts."""
    total = number_of(db, count, asked)
    pages = max(1, -(-total // size))
    number = min(max(1, page), pages)
    jobs = read_jobs(db, rows, asked | {"most": size, "skip": (number - 1) * size})
    return JobPage(tuple(jobs), number, pages, total)


def _ends(db: Database, asked: dict[str, Any], number: int) -> tuple[Place | None, bool]:
    """Find the last of so many jobs, None where there are fewer, and tell whether there are no older ones."""
    rows = list(db.query(CHUNK_ENDS, asked | {"skip": number - 1}))
    return Place(rows[0]["id"], rows[0]["created"]) if rows else None, len(rows) < 2


def _after(place: Place | None) -> dict[str, Any]:
    return _NEWEST if place is None else {"created": place.created, "id": place.job_id}


def _down_to(place: Place | None) -> dict[str, Any]:
    return _OLDEST if place is None else {"to_created": place.created, "to_id": place.job_id}
