"""Takes in the store: accepted, moved, told of and kept as one, or not at all."""

from dataclasses import replace
from itertools import pairwise

import pytest

from bot.domain.errors import Refusal
from bot.domain.limits import LimitReached, Limits, Measure, OwnerLimits, Scope
from bot.domain.spending import Payer
from bot.domain.stages import Stage
from bot.domain.takes import numbered
from bot.storage.take_store import SqliteTakes
from tests.storage.samples import NOW, job, reply, steps_to, up_to


def three(**fields):
    return numbered([job(interaction_id=7, **fields) for _ in range(3)])


@pytest.fixture
def takes(store):
    return SqliteTakes(store)


async def accepted(jobs, by=None, **fields):
    lead, *others = three(**fields)
    return await jobs.accept(lead, by or up_to(9), None, others)


async def brought(jobs, takes, lead, stage):
    for take in await takes.of(lead.id):
        path = steps_to(take, stage)
        for was, after in pairwise(path):
            assert await jobs.save(after, was.stage)
    return await takes.of(lead.id)


async def test_one_interaction_makes_its_takes_once(jobs, takes):
    lead = await accepted(jobs)
    again, *others = three()
    assert await jobs.accept(again, up_to(9), None, others) == lead
    found = await takes.of(lead.id)
    assert [(each.take, each.takes, each.lead_id) for each in found] == [(n, 3, lead.id) for n in (1, 2, 3)]
    assert await jobs.find(again.id) is None


@pytest.mark.parametrize(
    ("limits", "problem"),
    [
        (Limits(at_once=2), LimitReached(Scope.MEMBER, Measure.AT_ONCE, 2, 2, 3)),
        (Limits(day=14), LimitReached(Scope.MEMBER, Measure.DAY, 14, 14, 15)),
    ],
)
async def test_all_are_reserved_at_once_or_none(jobs, takes, limits, problem):
    with pytest.raises(Refusal) as refusal:
        await accepted(jobs, Payer(limits=OwnerLimits(member=limits)))
    assert replace(refusal.value.problem, free_at=None) == problem
    assert await jobs.unfinished() == []
    await accepted(jobs, Payer(limits=OwnerLimits(member=Limits(at_once=3, day=15))))


async def test_all_are_moved_or_none(jobs, takes):
    lead = await accepted(jobs)
    first, second, third = await brought(jobs, takes, lead, Stage.READY)
    under_way = [replace(each, stage=Stage.DELIVERING, changed=NOW + 80) for each in (first, second, third)]
    # One of them stands elsewhere.
    assert await jobs.save(third.held(NOW + 70), Stage.READY)
    assert await takes.move(first, under_way, Stage.READY) is None
    assert [each.stage for each in await takes.of(lead.id)] == [Stage.READY, Stage.READY, Stage.HELD]
    assert await takes.move(first, under_way[:2], Stage.READY) == first.reply
    # The answer was lost: it is written already.
    assert await takes.move(first, under_way[:2], Stage.READY) == first.reply
    assert [each.stage for each in await takes.of(lead.id)] == [Stage.DELIVERING, Stage.DELIVERING, Stage.HELD]


async def test_whoever_drives_the_others_the_driver_of_the_lead_moves_all(store, jobs, takes):
    lead = await accepted(jobs)
    first, *others = await brought(jobs, takes, lead, Stage.READY)
    under_way = [replace(each, stage=Stage.DELIVERING) for each in (first, *others)]
    await store.run(lambda db: db.execute("UPDATE jobs SET fence = 5 WHERE take = 2"))
    assert await takes.move(first, under_way, Stage.READY) is not None
    await store.run(lambda db: db.execute("UPDATE jobs SET fence = 5 WHERE take = 1"))
    gone = [each.delivered(4, NOW) for each in under_way]
    assert await takes.move(first, gone, Stage.DELIVERING) is None
    taken = replace(first, fence=5)
    assert await takes.move(taken, gone, Stage.DELIVERING) is not None


async def test_an_address_and_that_all_was_told_are_those_of_all(jobs, takes):
    lead, alone = await accepted(jobs), await jobs.accept(job(interaction_id=8), up_to(9))
    _, second, _ = await takes.of(lead.id)
    there = reply(message_id=99, token="newer", token_at=NOW + 5)
    await jobs.save_address(second.id, there)
    assert {each.reply for each in await takes.of(lead.id)} == {there}
    assert await jobs.mark_notified(second.id, NOW + 9)
    assert not await jobs.mark_notified(lead.id, NOW + 10)
    assert {each.notified_at for each in await takes.of(lead.id)} == {NOW + 9}
    assert await jobs.find(alone.id) == alone


async def test_what_the_message_is_left_to_is_written_down(jobs, takes):
    lead = await accepted(jobs)
    await brought(jobs, takes, lead, Stage.DELIVERED)
    assert await takes.choose(lead.id, 2) == 0
    kept = await takes.of(lead.id)
    assert [each.out_of_message for each in kept] == [True, False, True]
    assert await takes.choose(lead.id, 0, was=3) == 2
    assert await takes.of(lead.id) == kept
    assert await takes.choose(lead.id, 0, was=2) == 2
    assert not any(each.out_of_message for each in await takes.of(lead.id))
