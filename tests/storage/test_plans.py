"""Every question that is asked while the bot runs is answered by its index, not by reading whole tables."""

import pytest

from bot.storage import (
    asset_store,
    audit_store,
    character_store,
    charges,
    draft_store,
    favourite_store,
    job_saves,
    job_store,
    opt_out_store,
    own_job_store,
    share_store,
    take_store,
    upload_store,
    usage_store,
)
from bot.storage.asset_rows import asset_row, verification_row
from bot.storage.job_rows import to_row
from tests.storage.asset_samples import asset, character, verification
from tests.storage.samples import job

pytestmark = pytest.mark.sqlite

NUMBERS = dict.fromkeys(
    ["to_created", "most", "skip", "user_id", "owner_id", "guild_id", "created", "seconds", "since", "charged_told"], 1
)
SHARED, SHARES_KEY = {"job_id": "x", "user_id": 1, "channel_id": 1}, "sqlite_autoindex_shares_1"
SINCE = {"id": 1, "pseudonym": 1, "since": 1.0}
SHARE_STATE = ("id", "was", "stage", "ended", "document")
TEXTS = dict.fromkeys(
    ["to_id", "before", "holds", "low", "high", "source", "typed", "asset_id", "name", "state_told"], "x"
)


@pytest.mark.parametrize(
    ("sql", "params", "index", "sorts"),
    [
        (job_store.FIND, ["x"], "sqlite_autoindex_jobs_1", False),
        (own_job_store.FIND_BY_PREFIX, None, "sqlite_autoindex_jobs_1", True),
        (job_store.USED_SINCE, [1.0], "jobs_submitted", False),
        (job_store.RUNS, ["x", 5, "720p", 10], "jobs_runs", False),
        (own_job_store.MINE, None, "jobs_mine", False),
        (own_job_store.COUNT_FOUND, None, "jobs_prompts", False),
        (own_job_store.FOUND, None, "jobs_prompts", False),
        (own_job_store.PLACE, None, "sqlite_autoindex_jobs_1", False),
        (own_job_store.CHUNK_ENDS, None, "jobs_mine", False),
        (own_job_store.LATEST_RUNNING, None, "jobs_unfinished", False),
        (own_job_store.LATEST_ENDED, None, "jobs_prompts", False),
        (job_store.CLIPS_OF, None, "jobs_clips_of_member", False),
        (job_store.STALE_CLIPS, [1.0], "jobs_clips", False),
        (charges.MADE_FOR_MEMBER, {"id": 1}, "jobs_unfinished", False),
        (charges.MADE_FOR_SERVER, {"id": 1}, "jobs_made_server", False),
        (charges.USED_BY_MEMBER, SINCE, "jobs_charged_member", False),
        (charges.USED_BY_SERVER, SINCE, "jobs_charged_server", False),
        (charges.USED_BY_ALL, SINCE, "jobs_charged", False),
        (job_store.PRESSES, None, "jobs_mine", False),
        (job_saves.SAVE, None, "sqlite_autoindex_jobs_1", False),
        (audit_store.LATEST, [1, 10], "audit_of_server", False),
        (job_store.FORGET_TOKENS, [1.0], "jobs_tokens", False),
        (job_store.FORGET_SHARE_TOKENS, [1.0], "shares_tokens", False),
        (share_store.REPEATED, {**SHARED, "since": 1.0}, "shares_of_job", False),
        (share_store.SAVE, dict.fromkeys((*SHARE_STATE, "process"), "x"), SHARES_KEY, False),
        (job_store.MARK_NOTIFIED, [1.0, "x"], "sqlite_autoindex_jobs_1", False),
        (job_store.MARK_TAKES, [1.0, "x"], "jobs_takes", False),
        (take_store.OF_LEAD, ["x"], "jobs_takes", False),
    ],
)
async def test_the_index_is_used(store, sql, params, index, sorts):
    (step, *rest) = await plan(store, sql, params)
    assert step.startswith("SEARCH") or "jobs_unfinished" in step
    assert f"INDEX {index} " in f"{step} "
    assert not [other for other in rest if "B-TREE" not in other]
    assert bool(rest) == sorts


@pytest.mark.parametrize(
    ("sql", "params"),
    [
        (job_store.RUNS, ["x", 5, "720p", 10]),
        (own_job_store.CHUNK_ENDS, None),
        (own_job_store.COUNT_FOUND, None),
        (job_store.CLIPS_OF, None),
        (usage_store.USED_BY_MEMBER, dict.fromkeys(("user_id", "pseudonym", "now", "since", "day", "last"), 1)),
    ],
)
async def test_no_row_is_read_where_the_index_tells_all(store, sql, params):
    step, *_ = await plan(store, sql, params)
    assert step.startswith("SEARCH jobs USING COVERING INDEX")


async def test_a_members_jobs_are_counted_without_a_look_at_them(store):
    assert await plan(store, own_job_store.COUNT_MINE, None) == [
        "SEARCH job_counts USING INTEGER PRIMARY KEY (rowid=?)"
    ]


async def test_unfinished_reads_two_small_indexes(store):
    text = " ".join(await plan(store, job_store.UNFINISHED, None))
    assert "INDEX jobs_unfinished" in text
    assert "INDEX jobs_untold" in text
    assert "SCAN jobs " not in text.replace("SCAN jobs USING INDEX", "")


async def test_files_are_found_by_their_index(store):
    text = " ".join(await plan(store, job_store.WITH_FILES, [1.0]))
    assert "SEARCH jobs USING INDEX jobs_files" in text
    assert "SCAN jobs " not in text.replace("SCAN jobs USING INDEX", "")


async def test_a_members_files_are_found_among_their_jobs(store):
    text = " ".join(await plan(store, job_store.WITH_FILES_OF, None))
    assert "SEARCH jobs USING INDEX jobs_files_of_member" in text
    assert "SEARCH jobs USING INDEX jobs_unfinished" in text
    assert text.count("SEARCH jobs") == 2


@pytest.mark.parametrize(
    ("sql", "params", "index"),
    [
        (character_store.CHARACTERS, [1], "characters_mine"),
        (character_store.CHARACTER_BY_ID, None, "sqlite_autoindex_characters_1"),
        (character_store.CHARACTER_BY_NAME, None, "characters_names"),
        (asset_store.FIND_ASSET, ["x"], "sqlite_autoindex_assets_1"),
        (asset_store.COUNT_MINE, None, "assets_names"),
        (asset_store.MINE, None, "assets_mine"),
        (asset_store.ASSET_FILES_OF, None, "assets_names"),
        (asset_store.USABLE_OWN, None, "assets_mine"),
        (asset_store.NAMED_OWN, None, "assets_names"),
        (asset_store.OTHERS_ADDED, ["x", 1], "assets_provider"),
        (character_store.COUNT_CHARACTERS, [1], "characters_names"),
        (character_store.CHARACTER_NAMED, [1, "x"], "characters_names"),
        (character_store.SHARE, [1, "x"], "sqlite_autoindex_characters_1"),
        (asset_store.COUNT_ASSETS, [1], "assets_names"),
        (asset_store.ASSET_NAMED, [1, "x"], "assets_names"),
        (
            asset_store.SAVE_ASSET,
            asset_row(asset(character())) | {"id": "x", "was": "active"},
            "sqlite_autoindex_assets_1",
        ),
        (asset_store.READDRESS_ASSET, asset_row(asset(character())), "sqlite_autoindex_assets_1"),
        (asset_store.MARK_ASSET_NOTIFIED, [1.0, "x"], "sqlite_autoindex_assets_1"),
        (asset_store.HIDE, ["x", 1], "sqlite_autoindex_assets_1"),
        (job_store.FORGET_ASSET_TOKENS, [1.0], "assets_tokens"),
        (character_store.FIND_VERIFICATION, ["x"], "sqlite_autoindex_verifications_1"),
        (
            character_store.SAVE_VERIFICATION,
            verification_row(verification()) | {"id": "x", "was": "begun"},
            "sqlite_autoindex_verifications_1",
        ),
        (character_store.CONSENTED, ["x", 1], "verifications_characters"),
        (draft_store.FIND_DRAFT, ["x"], "sqlite_autoindex_drafts_1"),
        (draft_store.DRAFTS_OF, [1, 5], "drafts_of_member"),
        (draft_store.SAVE_DRAFT, {"id": "x", "created": 1.0, "document": "{}"}, "sqlite_autoindex_drafts_1"),
        (draft_store.DELETE_DRAFT, ["x"], "sqlite_autoindex_drafts_1"),
        (draft_store.DELETE_OLD_DRAFTS, [1.0], "drafts_created"),
        (upload_store.REMEMBERED, ["x"], "PRIMARY KEY"),
        (upload_store.FORGET, ["x"], "PRIMARY KEY"),
    ],
)
async def test_the_index_of_assets_is_used(store, sql, params, index):
    step, *others = await plan(store, sql, params)
    assert step.startswith("SEARCH")
    assert index in step
    # What is hidden with its character is looked up once.
    assert not [each for each in others if "SUBQUERY" not in each and "SEARCH characters USING" not in each]


@pytest.mark.parametrize(
    ("sql", "indexes"),
    [
        (asset_store.USABLE_SHARED, ["characters_shared", "assets_of_character"]),
        (asset_store.NAMED_SHARED, ["characters_shared", "assets_of_character"]),
        (asset_store.NAMED_BY_ID, ["sqlite_autoindex_assets_1", "sqlite_autoindex_characters_1"]),
        (asset_store.NAMED_BY_PROVIDER, ["assets_provider", "sqlite_autoindex_characters_1"]),
    ],
)
async def test_what_is_shared_is_found_from_its_character(store, sql, indexes):
    steps = [step for step in await plan(store, sql, None) if "B-TREE" not in step]
    assert len(steps) == len(indexes)
    for step, index in zip(steps, indexes, strict=True):
        assert step.startswith("SEARCH")
        assert f"INDEX {index} " in step


async def test_unfinished_assets_are_in_two_small_indexes(store):
    text = " ".join(await plan(store, asset_store.UNFINISHED_ASSETS, None))
    assert "INDEX assets_unfinished" in text
    assert "INDEX assets_untold" in text


async def plan(store, sql, params):
    named = NUMBERS | TEXTS | to_row(job()) | {"id": "x", "was": "waiting"}
    rows = await store.run(lambda db: list(db.query(EXPLAIN + sql, named if params is None else params)))
    return [row["detail"] for row in rows]


EXPLAIN = "EXPLAIN QUERY PLAN "


async def test_what_goes_on_from_a_few_videos_is_found_without_a_look_at_others(store):
    text = " ".join(await plan(store, own_job_store.LATER_PARTS, {"user_id": 1, "job_ids": '["x"]'}))
    assert "SEARCH jobs USING INDEX jobs_parents" in text
    assert "SCAN jobs" not in text


async def test_favourites_are_found_by_their_member_in_the_order_of_their_stars(store):
    steps = await plan(store, favourite_store.FAVOURITES, None)
    assert steps[0].startswith("SEARCH favourites USING COVERING INDEX favourites_mine")
    assert "sqlite_autoindex_jobs_1" in steps[1]
    assert not [step for step in steps if "B-TREE" in step]
    [step] = await plan(store, opt_out_store.IS_OPTED_OUT, {"user_id": 1})
    assert "SEARCH media_opt_outs USING INTEGER PRIMARY KEY" in step
    for sql in (favourite_store.IS_STARRED, favourite_store.UNSTAR):
        [step] = await plan(store, sql, {"user_id": 1, "job_id": "x"})
        assert "SEARCH favourites USING" in step
        assert "PRIMARY KEY" in step
