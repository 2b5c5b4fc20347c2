"""Every question that is asked while the bot runs is answered by its index, not by reading all jobs."""

import pytest

from bot.storage import reads, writes
from bot.storage.rows import state_row
from tests.storage.samples import job

NUMBERS = dict.fromkeys(["most", "skip", "user_id", "created", "seconds"], 1)
TEXTS = dict.fromkeys(["term", "low", "high", "source"], "x")


@pytest.mark.parametrize(
    ("sql", "params", "index", "sorts"),
    [
        (reads.FIND, ["x"], "sqlite_autoindex_jobs_1", False),
        (reads.FIND_MINE, None, "sqlite_autoindex_jobs_1", True),
        (reads.USED_SINCE, [1.0], "jobs_submitted", True),
        (reads.RUNS, ["x", 5, 10], "jobs_runs", False),
        (reads.COUNT_MINE, None, "jobs_mine", False),
        (reads.MINE, None, "jobs_mine", False),
        (reads.COUNT_FOUND, None, "jobs_mine", False),
        (reads.FOUND, None, "jobs_mine", False),
        (reads.LATEST_RUNNING, None, "jobs_unfinished", True),
        (reads.LATEST_ENDED, None, "jobs_mine", False),
        (reads.STALE_CLIPS, [1.0], "jobs_clips", False),
        (writes.WAITING_OF_MEMBER, [1], "jobs_unfinished", False),
        (writes.SAME_PRESS, None, "jobs_mine", False),
        (writes.SAVE, None, "sqlite_autoindex_jobs_1", False),
        (writes.FORGET_TOKENS, [1.0], "jobs_tokens", False),
        (writes.MARK_TOLD, [1.0, "x"], "sqlite_autoindex_jobs_1", False),
    ],
)
async def test_the_index_is_used(store, sql, params, index, sorts):
    (step, *rest) = await plan(store, sql, params)
    assert step.startswith("SEARCH") or "jobs_unfinished" in step
    assert f"INDEX {index} " in f"{step} "
    assert not [other for other in rest if "B-TREE" not in other]
    assert bool(rest) == sorts


async def test_unfinished_reads_two_small_indexes(store):
    text = " ".join(await plan(store, reads.UNFINISHED, None))
    assert "INDEX jobs_unfinished" in text
    assert "INDEX jobs_untold" in text
    assert "SCAN jobs " not in text.replace("SCAN jobs USING INDEX", "")


async def test_files_are_found_by_their_index(store):
    text = " ".join(await plan(store, reads.FILES_IN_USE, [1.0]))
    assert "SEARCH jobs USING INDEX jobs_files" in text
    assert "SCAN jobs " not in text.replace("SCAN jobs USING INDEX", "")


async def plan(store, sql, params):
    named = NUMBERS | TEXTS | state_row(job()) | {"id": "x", "was": "waiting"}
    rows = await store.run(lambda db: list(db.query(EXPLAIN + sql, named if params is None else params)))
    return [row["detail"] for row in rows]


EXPLAIN = "EXPLAIN QUERY PLAN "
