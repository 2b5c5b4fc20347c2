"""Every question that is asked while the bot runs is answered by its index, not by reading whole tables."""

import pytest

from bot.storage import asset_reads, asset_writes, reads, uploads, verifications, writes
from bot.storage.asset_rows import address_row, asset_state_row, verification_state_row
from bot.storage.rows import state_row, to_row
from tests.storage.asset_samples import asset, character, verification
from tests.storage.samples import job

NUMBERS = dict.fromkeys(["most", "skip", "user_id", "owner_id", "guild_id", "created", "seconds", "since"], 1)
TEXTS = dict.fromkeys(["term", "low", "high", "source", "typed", "asset_id", "name"], "x")


@pytest.mark.parametrize(
    ("sql", "params", "index", "sorts"),
    [
        (reads.FIND, ["x"], "sqlite_autoindex_jobs_1", False),
        (reads.FIND_MINE, None, "sqlite_autoindex_jobs_1", True),
        (reads.USED_SINCE, [1.0], "jobs_submitted", True),
        (reads.RUNS, ["x", 5, "720p", 10], "jobs_runs", False),
        (reads.COUNT_MINE, None, "jobs_mine", False),
        (reads.MINE, None, "jobs_mine", False),
        (reads.COUNT_FOUND, None, "jobs_mine", False),
        (reads.FOUND, None, "jobs_mine", False),
        (reads.LATEST_RUNNING, None, "jobs_unfinished", True),
        (reads.LATEST_ENDED, None, "jobs_mine", False),
        (reads.CLIPS_OF, None, "jobs_mine", False),
        (reads.STALE_CLIPS, [1.0], "jobs_clips", False),
        (writes.WAITING_OF_MEMBER, [1], "jobs_unfinished", False),
        (writes.SAME_PRESS, to_row(job()) | {"seconds": 10.0}, "jobs_mine", False),
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


async def test_a_members_files_are_found_among_their_jobs(store):
    text = " ".join(await plan(store, reads.FILES_OF, None))
    assert "SEARCH jobs USING INDEX jobs_mine" in text


@pytest.mark.parametrize(
    ("sql", "params", "index"),
    [
        (asset_reads.CHARACTERS, [1], "characters_mine"),
        (asset_reads.CHARACTER_BY_ID, None, "sqlite_autoindex_characters_1"),
        (asset_reads.CHARACTER_BY_NAME, None, "characters_names"),
        (asset_reads.FIND, ["x"], "sqlite_autoindex_assets_1"),
        (asset_reads.COUNT_MINE, None, "assets_names"),
        (asset_reads.MINE, None, "assets_mine"),
        (asset_reads.FILES_OF, None, "assets_names"),
        (asset_reads.USABLE_OWN, None, "assets_mine"),
        (asset_reads.NAMED_OWN, None, "assets_names"),
        (asset_reads.OTHERS_ADDED, ["x", 1], "assets_provider"),
        (asset_writes.COUNT_CHARACTERS, [1], "characters_names"),
        (asset_writes.CHARACTER_NAMED, [1, "x"], "characters_names"),
        (asset_writes.SHARE, [1, "x"], "sqlite_autoindex_characters_1"),
        (asset_writes.COUNT_ASSETS, [1], "assets_names"),
        (asset_writes.ASSET_NAMED, [1, "x"], "assets_names"),
        (
            asset_writes.SAVE,
            asset_state_row(asset(character())) | {"id": "x", "was": "active"},
            "sqlite_autoindex_assets_1",
        ),
        (asset_writes.READDRESS, address_row(None) | {"id": "x"}, "sqlite_autoindex_assets_1"),
        (asset_writes.MARK_TOLD, [1.0, "x"], "sqlite_autoindex_assets_1"),
        (asset_writes.HIDE, ["x", 1], "sqlite_autoindex_assets_1"),
        (asset_writes.FORGET_TOKENS, [1.0], "assets_tokens"),
        (verifications.FIND, ["x"], "sqlite_autoindex_verifications_1"),
        (
            verifications.SAVE,
            verification_state_row(verification()) | {"id": "x", "was": "begun"},
            "sqlite_autoindex_verifications_1",
        ),
        (verifications.CONSENTED, ["x", 1], "verifications_characters"),
        (uploads.REMEMBERED, ["x"], "PRIMARY KEY"),
        (uploads.FORGET, ["x"], "PRIMARY KEY"),
    ],
)
async def test_the_index_of_assets_is_used(store, sql, params, index):
    (step,) = await plan(store, sql, params)
    assert step.startswith("SEARCH")
    assert index in step


@pytest.mark.parametrize(
    ("sql", "indexes"),
    [
        (asset_reads.USABLE_SHARED, ["characters_shared", "assets_of_character"]),
        (asset_reads.NAMED_SHARED, ["characters_shared", "assets_of_character"]),
        (asset_reads.NAMED_BY_ID, ["sqlite_autoindex_assets_1", "sqlite_autoindex_characters_1"]),
        (asset_reads.NAMED_BY_PROVIDER, ["assets_provider", "sqlite_autoindex_characters_1"]),
    ],
)
async def test_what_is_shared_is_found_from_its_character(store, sql, indexes):
    steps = [step for step in await plan(store, sql, None) if "B-TREE" not in step]
    assert len(steps) == len(indexes)
    for step, index in zip(steps, indexes, strict=True):
        assert step.startswith("SEARCH")
        assert f"INDEX {index} " in step


async def test_unfinished_assets_are_in_two_small_indexes(store):
    text = " ".join(await plan(store, asset_reads.UNFINISHED, None))
    assert "INDEX assets_unfinished" in text
    assert "INDEX assets_untold" in text


async def plan(store, sql, params):
    named = NUMBERS | TEXTS | state_row(job()) | {"id": "x", "was": "waiting"}
    rows = await store.run(lambda db: list(db.query(EXPLAIN + sql, named if params is None else params)))
    return [row["detail"] for row in rows]


EXPLAIN = "EXPLAIN QUERY PLAN "
