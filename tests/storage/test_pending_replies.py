"""Replies that were opened for what is no job yet."""

from bot.domain.pending_reply import PendingReply
from bot.domain.reply import Reply
from bot.storage.backups import backup, restore
from bot.storage.job_store import SqliteJobs
from bot.storage.pending_reply_store import SqlitePendingReplies
from bot.storage.thread import Store
from tests.storage.samples import NOW, job, up_to


def pending(interaction_id: int, token_at: float = NOW) -> PendingReply:
    """One as it comes back: only what its token can do is kept."""
    reply = Reply(1, 2, None, None, f"token{interaction_id}", token_at, private=True, bot_reaches=False, limit=0)
    return PendingReply(interaction_id, reply)


async def test_it_outlives_the_bot_until_it_is_forgotten(path):
    async with Store(path) as store:
        stored = SqlitePendingReplies(store)
        for number in (2, 1, 1):
            await stored.begin(pending(number))
    async with Store(path) as store:
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


async def test_a_dead_token_is_erased(store, jobs):
    stored = SqlitePendingReplies(store)
    await stored.begin(pending(1, NOW - 1))
    await stored.begin(pending(2, NOW))
    assert await jobs.forget_tokens(NOW) == 1
    assert await stored.left() == [pending(2)]


async def test_a_backup_withdraws_nothing_that_may_be_a_video_by_now(path, tmp_path):
    async with Store(path) as store:
        await SqlitePendingReplies(store).begin(pending(1))
        backup(path, tmp_path / "copy")
    restore(tmp_path / "copy", path)
    async with Store(path) as store:
        await SqliteJobs(store).stamp_restored()
        assert await SqlitePendingReplies(store).left() == []
