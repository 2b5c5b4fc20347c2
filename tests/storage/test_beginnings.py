"""Replies that were opened for what is no job yet."""

from bot.domain.beginning import Beginning
from bot.domain.reply import Reply
from bot.storage.backups import backup, restore
from bot.storage.beginnings import SqliteBeginnings
from bot.storage.jobs import SqliteJobs
from bot.storage.thread import Store
from tests.storage.samples import NOW, job


def beginning(interaction_id: int, token_at: float = NOW) -> Beginning:
    """One as it comes back: only what its token can do is kept."""
    reply = Reply(1, 2, None, None, f"token{interaction_id}", token_at, private=True, bot_reaches=False, limit=0)
    return Beginning(interaction_id, reply)


async def test_it_outlives_the_bot_until_it_is_forgotten(path):
    async with Store(path) as store:
        kept = SqliteBeginnings(store)
        for number in (2, 1, 1):
            await kept.begin(beginning(number))
    async with Store(path) as store:
        kept = SqliteBeginnings(store)
        assert await kept.left() == [beginning(1), beginning(2)]
        await kept.forget(1)
        await kept.forget(1)
        assert await kept.left() == [beginning(2)]


async def test_a_job_takes_its_beginning_s_place(store, jobs):
    kept = SqliteBeginnings(store)
    await kept.begin(beginning(7))
    await kept.begin(beginning(8))
    await jobs.accept(job(interaction_id=7), 5)
    assert await kept.left() == [beginning(8)]


async def test_what_is_a_job_already_begins_no_more(store, jobs):
    kept = SqliteBeginnings(store)
    await jobs.accept(job(interaction_id=7), 5)
    await kept.begin(beginning(7))
    assert await kept.left() == []


async def test_a_dead_token_is_erased(store, jobs):
    kept = SqliteBeginnings(store)
    await kept.begin(beginning(1, NOW - 1))
    await kept.begin(beginning(2, NOW))
    assert await jobs.forget_tokens(NOW) == 1
    assert await kept.left() == [beginning(2)]


async def test_a_backup_withdraws_nothing_that_may_be_a_video_by_now(path, tmp_path):
    async with Store(path) as store:
        await SqliteBeginnings(store).begin(beginning(1))
        backup(path, tmp_path / "copy")
    restore(tmp_path / "copy", path)
    async with Store(path) as store:
        await SqliteJobs(store).stamp_restored()
        assert await SqliteBeginnings(store).left() == []
