"""Every question that is asked while the bot runs is answered by its index, not by reading whole tables."""

import pytest

from bot.storage import assets, characters, jobs, uploads
from bot.storage.asset_rows import asset_row, verification_row
from bot.storage.job_rows import to_row
from tests.storage.asset_samples import asset, character, verification
from tests.storage.samples import job

NUMBERS = dict.fromkeys(["most", "skip", "user_id", "owner_id", "guild_id", "created", "seconds", "since"], 1)
TEXTS = dict.fromkeys(["holds", "low", "high", "source", "typed", "asset_id", "name"], "x")


@pytest.mark.parametrize(
    ("sql", "params", "index", "sorts"),
    [
        (jobs.FIND, ["x"], "sqlite_autoindex_jobs_1", False),
        (jobs.FIND_BEGINNING, None, "sqlite_autoindex_jobs_1", True),
        (jobs.USED_SINCE, [1.0], "jobs_submitted", False),
        (jobs.RUNS, ["x", 5, "720p", 10], "jobs_runs", False),
        (jobs.COUNT_MINE, None, "jobs_mine", False),
        (jobs.MINE, None, "jobs_mine", False),
        (jobs.COUNT_FOUND, None, "jobs_mine", False),
        (jobs.FOUND, None, "jobs_mine", False),
        (jobs.LATEST_RUNNING, None, "jobs_unfinished", False),
        (jobs.LATEST_ENDED, None, "jobs_mine", False),
        (jobs.CLIPS_OF, None, "jobs_mine", False),
        (jobs.STALE_CLIPS, [1.0], "jobs_clips", False),
        (jobs.WAITING_OF_MEMBER, [1], "jobs_unfinished", False),
        (jobs.PRESSES, None, "jobs_mine", False),
        (jobs.SAVE, None, "sqlite_autoindex_jobs_1", False),
        (jobs.FORGET_TOKENS, [1.0], "jobs_tokens", False),
        (jobs.MARK_TOLD, [1.0, "x"], "sqlite_autoindex_jobs_1", False),
    ],
)
async def test_the_index_is_used(store, sql, params, index, sorts):
    (step, *rest) = await plan(store, sql, params)
    assert step.startswith("SEARCH") or "jobs_unfinished" in step
    assert f"INDEX {index} " in f"{step} "
    assert not [other for other in rest if "B-TREE" not in other]
    assert bool(rest) == sorts


async def test_unfinished_reads_two_small_indexes(store):
    text = " ".join(await plan(store, jobs.UNFINISHED, None))
    assert "INDEX jobs_unfinished" in text
    assert "INDEX jobs_untold" in text
    assert "SCAN jobs " not in text.replace("SCAN jobs USING INDEX", "")


async def test_files_are_found_by_their_index(store):
    text = " ".join(await plan(store, jobs.WITH_FILES, [1.0]))
    assert "SEARCH jobs USING INDEX jobs_files" in text
    assert "SCAN jobs " not in text.replace("SCAN jobs USING INDEX", "")


async def test_a_members_files_are_found_among_their_jobs(store):
    text = " ".join(await plan(store, jobs.WITH_FILES_OF, None))
    assert "SEARCH jobs USING INDEX jobs_mine" in text


@pytest.mark.parametrize(
    ("sql", "params", "index"),
    [
        (characters.CHARACTERS, [1], "characters_mine"),
        (characters.CHARACTER_BY_ID, None, "sqlite_autoindex_characters_1"),
        (characters.CHARACTER_BY_NAME, None, "characters_names"),
        (assets.FIND_ASSET, ["x"], "sqlite_autoindex_assets_1"),
        (assets.COUNT_MINE, None, "assets_names"),
        (assets.MINE, None, "assets_mine"),
        (assets.ASSET_FILES_OF, None, "assets_names"),
        (assets.USABLE_OWN, None, "assets_mine"),
        (assets.NAMED_OWN, None, "assets_names"),
        (assets.OTHERS_ADDED, ["x", 1], "assets_provider"),
        (characters.COUNT_CHARACTERS, [1], "characters_names"),
        (characters.CHARACTER_NAMED, [1, "x"], "characters_names"),
        (characters.SHARE, [1, "x"], "sqlite_autoindex_characters_1"),
        (assets.COUNT_ASSETS, [1], "assets_names"),
        (assets.ASSET_NAMED, [1, "x"], "assets_names"),
        (
            assets.SAVE_ASSET,
            asset_row(asset(character())) | {"id": "x", "was": "active"},
            "sqlite_autoindex_assets_1",
        ),
        (assets.READDRESS_ASSET, asset_row(asset(character())), "sqlite_autoindex_assets_1"),
        (assets.MARK_ASSET_TOLD, [1.0, "x"], "sqlite_autoindex_assets_1"),
        (assets.HIDE, ["x", 1], "sqlite_autoindex_assets_1"),
        (jobs.FORGET_ASSET_TOKENS, [1.0], "assets_tokens"),
        (characters.FIND_VERIFICATION, ["x"], "sqlite_autoindex_verifications_1"),
        (
            characters.SAVE_VERIFICATION,
            verification_row(verification()) | {"id": "x", "was": "begun"},
            "sqlite_autoindex_verifications_1",
        ),
        (characters.CONSENTED, ["x", 1], "verifications_characters"),
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
        (assets.USABLE_SHARED, ["characters_shared", "assets_of_character"]),
        (assets.NAMED_SHARED, ["characters_shared", "assets_of_character"]),
        (assets.NAMED_BY_ID, ["sqlite_autoindex_assets_1", "sqlite_autoindex_characters_1"]),
        (assets.NAMED_BY_PROVIDER, ["assets_provider", "sqlite_autoindex_characters_1"]),
    ],
)
async def test_what_is_shared_is_found_from_its_character(store, sql, indexes):
    steps = [step for step in await plan(store, sql, None) if "B-TREE" not in step]
    assert len(steps) == len(indexes)
    for step, index in zip(steps, indexes, strict=True):
        assert step.startswith("SEARCH")
        assert f"INDEX {index} " in step


async def test_unfinished_assets_are_in_two_small_indexes(store):
    text = " ".join(await plan(store, assets.UNFINISHED_ASSETS, None))
    assert "INDEX assets_unfinished" in text
    assert "INDEX assets_untold" in text


async def plan(store, sql, params):
    named = NUMBERS | TEXTS | to_row(job()) | {"id": "x", "was": "waiting"}
    rows = await store.run(lambda db: list(db.query(EXPLAIN + sql, named if params is None else params)))
    return [row["detail"] for row in rows]


EXPLAIN = "EXPLAIN QUERY PLAN "
