"""A connection that is lost after the commit: the call is made again, and what it says is as if nothing had been."""

from dataclasses import replace

import psycopg
import pytest

from bot.domain.assets import AssetStage, VerificationStage
from bot.domain.errors import Refusal
from bot.domain.limits import LimitReached
from bot.domain.shares import Share
from bot.domain.stages import Reason, Stage
from bot.storage import Tables
from bot.storage.postgres import PostgresStore
from tests.storage.asset_samples import AssetTables, asset, character, verification
from tests.storage.samples import ADA, NOW, job, put, up_to
from tests.storage.test_drafts import DRAFT


@pytest.fixture
async def store(database_url, path):
    async with PostgresStore(database_url, path) as store:
        yield store


def share():
    of = job()
    return Share("s" * 20, of.id, ADA, 7, of.reply.channel_id, NOW, of.reply)


async def lost_once(store, method, *args):
    """Call a method of a table; its connection is lost once it has committed, and before it returns."""
    calls = []

    def body(db):
        done = method.__func__.__wrapped__(method.__self__, db, *args)
        calls.append(db.connection.info.backend_pid)
        if len(calls) == 1:
            with psycopg.connect(store.url, autocommit=True) as other:
                other.execute("SELECT pg_terminate_backend(%s)", calls)
            db.execute("SELECT 1")
        return done

    done = await store.run(body)
    assert len(set(calls)) == 2
    return done


async def test_an_accepted_job_is_the_one_job_and_the_limit_counts_it_once(store):
    jobs, new = Tables(store).jobs, job()
    assert await lost_once(store, jobs.accept, new, up_to(2)) == new
    await jobs.accept(job(), up_to(2))
    with pytest.raises(Refusal) as refused:
        await jobs.accept(job(), up_to(2))
    assert isinstance(refused.value.problem, LimitReached)


async def test_a_move_was_this_ones_and_not_anothers(store):
    jobs = Tables(store).jobs
    waiting = await put(store, job())
    sent = waiting.sending(NOW)
    assert await lost_once(store, jobs.save, sent, Stage.WAITING) is not None
    assert await jobs.find(waiting.id) == sent
    assert await jobs.save(waiting.cancelled(Reason.OWNER, NOW), Stage.WAITING) is None


async def test_a_ping_is_written_down_by_who_sends_it(store):
    jobs = Tables(store).jobs
    ended = await put(store, job(), Stage.CANCELLED)
    assert await lost_once(store, jobs.mark_notified, ended.id, NOW)
    assert not await jobs.mark_notified(ended.id, NOW + 1)


async def test_what_is_added_is_there_once(store):
    tables, assets = Tables(store), AssetTables(store)
    whose, asked = character(), verification()
    of_it = asset(whose)
    await lost_once(store, assets.add_character, whose)
    await lost_once(store, assets.add, of_it)
    await lost_once(store, assets.begin, asked)
    await lost_once(store, tables.drafts.add, DRAFT, 5)
    assert await assets.characters(ADA) == [whose]
    assert await assets.find(of_it.id) == of_it
    assert await assets.verification(asked.id) == asked
    assert await tables.drafts.find(DRAFT.id) is not None


async def test_a_process_is_on_the_list_once(store):
    leases = Tables(store).leases
    await lost_once(store, leases.register, "a", "worker", "host:1")
    assert [each.id for each in await leases.living()] == ["a"]


async def test_a_share_that_a_process_has_taken_is_its_own_to_post(store):
    gateway, leader = Tables(store, lambda: "gateway").shares, Tables(store, lambda: "leader")
    await leader.leases.register("leader", "worker", "host:1")
    left = await gateway.add(share())
    taken = await lost_once(store, leader.shares.take_left)
    assert [each.id for each in taken] == [left.id]
    assert await leader.shares.save(replace(taken[0], stage=Stage.FAILED), left.stage)


async def test_a_share_of_a_lease_that_is_over_is_not_moved_any_more(store):
    ids = ["before"]
    shares = Tables(store, lambda: ids[-1]).shares
    mine = await shares.add(share())
    ids.append("after")
    assert not await shares.save(replace(mine, stage=Stage.FAILED), mine.stage)


async def test_an_asset_that_was_moved_is_followed_on_by_who_moved_it(store):
    assets, whose = AssetTables(store), character()
    await assets.add_character(whose)
    await assets.add(uploading := asset(whose, stage=AssetStage.UPLOADING, asset_id=None))
    registered = replace(uploading, stage=AssetStage.PROCESSING, asset_id="a-1")
    assert await lost_once(store, assets.save, registered, uploading.stage)
    assert not await assets.save(replace(registered, asset_id="a-2"), uploading.stage)


async def test_a_verification_that_was_moved_is_gone_on_with_by_who_moved_it(store):
    assets, asked = AssetTables(store), verification(stage=VerificationStage.AGREED, task_id=None)
    await assets.begin(asked)
    started = replace(asked, stage=VerificationStage.STARTED, task_id="v-1")
    assert await lost_once(store, assets.save_verification, started, asked.stage)
    assert not await assets.save_verification(replace(started, task_id="v-2"), asked.stage)
