"""No credits, where many processes send: all of them stop, one probe is on its way, and its end is the end for all."""

import pytest

from bot.domain.account import Account
from bot.domain.pauses import PauseKind
from bot.domain.stages import Stage
from bot.studio.lifecycle.balance_pause import PROBE_EVERY
from tests.studio.fakes import job, until
from tests.studio.sharing import sharing
from tests.studio.test_owner import ScriptedAccount

ENDLESS = Account(float("inf"), float("inf"))


@pytest.fixture
async def scene(tmp_path):
    async with sharing(tmp_path, 3) as scene:
        yield scene


async def refused(scene, worker, one):
    """Send a job to a provider that wants credits, as the pipeline does."""
    taken = await worker.take(one.id)
    assert await worker.line.wait_for_slot(taken)
    now = scene.clock.now()
    sent = await worker.moves.move(taken.sending(now), Stage.WAITING)
    await worker.balance.refused()
    back = await worker.moves.move(sent.not_accepted(now, now), Stage.SUBMITTING)
    assert not await worker.line.wait_for_slot(back)
    await worker.let_go(one.id)


async def accepted(scene, worker, one):
    taken = await worker.take(one.id)
    assert await worker.line.wait_for_slot(taken)
    sent = await worker.moves.move(taken.sending(scene.clock.now()), Stage.WAITING)
    queued = await worker.moves.accepted(sent, f"task of {one.id}")
    await worker.balance.taken(one.id)
    return queued


async def paused(scene):
    """Have one of three jobs refused; return the one that leads, a worker, and the jobs."""
    leader, worker = await scene.process("a"), await scene.process("b")
    jobs = [await scene.accept(job(number, user_id=number)) for number in range(1, 4)]
    await leader.lead()
    scene.clock.advance(1)
    await refused(scene, worker, jobs[0])
    for one in jobs[1:]:
        taken = await worker.take(one.id)
        assert not await worker.line.wait_for_slot(taken), "their turns came before"
        await worker.let_go(one.id)
    scene.deferred.clear()
    await leader.lead()
    assert scene.deferred == []
    return leader, worker, jobs


async def test_a_refusal_that_one_hears_stops_all(scene):
    leader, worker, _ = await paused(scene)
    assert leader.balance.lasts
    assert worker.balance.lasts
    assert leader.balance.in_doubt


async def test_one_probe_is_on_its_way_whoever_leads_meanwhile(scene):
    leader, worker, jobs = await paused(scene)
    scene.clock.advance(PROBE_EVERY + 1)
    await leader.lead()
    await leader.lead()
    assert scene.deferred == [jobs[0].id]
    scene.clock.advance(PROBE_EVERY + 1)
    await scene.dies(leader)
    other = await scene.process("c")
    await other.lead()
    await leader.supervisor.look(leader.office)
    assert scene.deferred == [jobs[0].id], "its turn was granted, and it has no answer yet"
    await refused(scene, worker, jobs[0])
    scene.deferred.clear()
    await other.lead()
    assert scene.deferred == [], "the next one only after a while"
    scene.clock.advance(PROBE_EVERY + 1)
    await other.lead()
    assert len(scene.deferred) == 1


async def test_a_probe_that_is_taken_ends_the_pause_for_all(scene):
    leader, worker, jobs = await paused(scene)
    scene.clock.advance(PROBE_EVERY + 1)
    await leader.lead()
    # Nothing else goes, though its turn is granted by mistake.
    assert scene.deferred == [jobs[0].id]
    await accepted(scene, worker, jobs[0])
    scene.deferred.clear()
    await leader.lead()
    assert not leader.balance.lasts
    assert not leader.balance.in_doubt
    assert set(scene.deferred) == {jobs[1].id, jobs[2].id}


async def test_after_a_pause_one_goes_at_a_time_until_one_is_accepted(scene):
    leader, worker, _ = await paused(scene)
    await scene.tables.pauses.end(PauseKind.BALANCE, None, scene.clock.now())
    await leader.lead()
    (first,) = scene.deferred
    await leader.lead()
    assert scene.deferred == [first]
    await accepted(scene, worker, await scene.row(first))
    await leader.lead()
    assert len(scene.deferred) == 3


async def test_a_probe_whose_process_dies_before_it_is_sent_is_still_the_one(scene):
    leader, worker, jobs = await paused(scene)
    scene.clock.advance(PROBE_EVERY + 1)
    await leader.lead()
    await worker.take(jobs[0].id)
    await scene.dies(worker)
    other = await scene.process("c")
    assert await scene.tables.leases.left_alone() == [jobs[0].id]
    await accepted(scene, other, jobs[0])
    await leader.lead()
    assert not leader.balance.lasts


async def test_only_the_one_that_leads_asks_for_the_balance_and_tells_the_owner(scene):
    account = ScriptedAccount()
    account.says = ENDLESS
    leader, worker = await scene.process("a"), await scene.process("b")
    await leader.balance.start(account, 500)
    await worker.balance.refused()
    assert scene.alerts == []
    await leader.lead()
    await until(lambda: len(scene.alerts) == 1)
    # Another one leads from now on.
    await leader.balance.close()
    looks = account.looks
    other = await scene.process("c")
    await other.balance.start(account, 500)
    await until(lambda: account.looks > looks)
    await other.balance.close()


async def test_credits_that_the_one_that_leads_has_seen_end_the_pause_for_all(scene):
    account = ScriptedAccount()
    account.says = Account(0, 0)
    leader, worker = await scene.process("a"), await scene.process("b")
    await worker.balance.refused()
    await leader.balance.start(account, 500)
    await until(lambda: len(scene.alerts) == 1)
    account.says = Account(20_000, 20_000)
    while leader.balance.lasts:
        scene.clock.advance(60)
        for _ in range(50):
            await scene.store.run(lambda _: None)
    await worker.balance.look()
    assert not worker.balance.lasts
    await leader.balance.close()
