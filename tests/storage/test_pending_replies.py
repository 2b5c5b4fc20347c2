"""Replies that were opened for what is no job yet."""

from dataclasses import replace

import pytest

from bot.domain.pending_reply import PendingReply
from bot.domain.reply import Reply
from bot.storage.backups import backup, restore
from bot.storage.job_store import SqliteJobs
from bot.storage.pending_reply_store import SqlitePendingReplies
from bot.storage.unsaved_replies import unsaved_path
from tests.storage.samples import NOW, job, up_to


def pending(interaction_id: int, token_at: float = NOW) -> PendingReply:
    """One as it comes back: only what its token can do is kept."""
    reply = Reply(1, 2, None, None, f"token{interaction_id}", token_at, private=True, bot_reaches=False, limit=0)
    return PendingReply(interaction_id, reply)


async def test_it_outlives_the_bot_until_it_is_forgotten(place):
    async with place.open() as store:
        stored = SqlitePendingReplies(store)
        for number in (2, 1, 1):
            await stored.begin(pending(number))
    async with place.open() as store:
        stored = SqlitePendingReplies(store)
        assert await stored.left() == [pending(1), pending(2)]
        await stored.forget(1)
        await stored.forget(1)
        assert await stored.left() == [pending(2)]


async def test_a_job_takes_its_beginning_s_place(store, jobs):
    stored = SqlitePendingReplies(store)
    await stored.begin(pending(7))
    await stored.begin(pending(8))
    await jobs.accept(job(interaction_id=7), up_to(5))
    assert await stored.left() == [pending(8)]


async def test_what_is_a_job_already_begins_no_more(store, jobs):
    stored = SqlitePendingReplies(store)
    await jobs.accept(job(interaction_id=7), up_to(5))
    await stored.begin(pending(7))
    assert await stored.left() == []


async def test_what_was_noted_and_not_begun_outlives_a_killed_process(place, path):
    async with place.open() as store:
        stored = SqlitePendingReplies(store)
        assert all(stored.note(pending(number)) for number in (3, 1, 2))
        await stored.forget(1)
    async with place.open() as store:
        stored = SqlitePendingReplies(store)
        await SqliteJobs(store).accept(job(interaction_id=2), up_to(5))
        assert await stored.left() == [pending(3)]
        assert await stored.left() == [pending(3)]
    assert not any(unsaved_path(path).read_bytes())
    assert unsaved_path(path).stat().st_mode & 0o077 == 0


async def test_a_note_that_was_written_in_part_is_none_and_its_place_is_used_again(place, path):
    async with place.open() as store:
        SqlitePendingReplies(store).note(pending(1))
    unsaved_path(path).write_bytes(unsaved_path(path).read_bytes()[:20].ljust(1024, b"\0"))
    async with place.open() as store:
        stored = SqlitePendingReplies(store)
        assert await stored.left() == []
        assert stored.note(pending(2))
    async with place.open() as store:
        assert await SqlitePendingReplies(store).left() == [pending(2)]


async def test_a_token_that_is_too_long_to_be_noted_is_begun_all_the_same(store):
    stored, long = SqlitePendingReplies(store), replace(pending(1).reply, token="t" * 2000)
    assert not stored.note(PendingReply(1, long))
    await stored.begin(PendingReply(1, long))
    assert await stored.left() == [PendingReply(1, long)]


async def test_a_dead_token_is_erased(store, jobs):
    stored = SqlitePendingReplies(store)
    await stored.begin(pending(1, NOW - 1))
    await stored.begin(pending(2, NOW))
    assert await jobs.forget_tokens(NOW) == 1
    assert await stored.left() == [pending(2)]


@pytest.mark.sqlite
async def test_a_backup_withdraws_nothing_that_may_be_a_video_by_now(place, path, tmp_path):
    async with place.open() as store:
        await SqlitePendingReplies(store).begin(pending(1))
        SqlitePendingReplies(store).note(pending(2))
        backup(path, tmp_path / "copy")
    restore(tmp_path / "copy", path)
    async with place.open() as store:
        await SqliteJobs(store).stamp_restored()
        assert await SqlitePendingReplies(store).left() == []
