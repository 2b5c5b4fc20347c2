"""Writing a new job down: once for each press, and within the member's limit, also when all press at once."""

import asyncio
from collections import Counter

import pytest

from bot.domain.drafts import EXAMPLE
from bot.domain.errors import AlreadyRetried, Refusal
from bot.domain.limits import LimitReached, Measure, Scope
from bot.domain.stages import Stage
from tests.storage.samples import ADA, BO, NOW, job, put, request, up_to


def at_once(limit):
    return LimitReached(Scope.MEMBER, Measure.AT_ONCE, limit, 0, 1)


async def test_an_accepted_job_is_there(jobs):
    new = job()
    assert await jobs.accept(new, up_to(5)) == new
    assert await jobs.find(new.id) == new
    assert await jobs.find("0" * 20) is None


async def test_one_interaction_makes_one_job(jobs):
    first, again = job(interaction_id=7), job(interaction_id=7)
    await jobs.accept(first, up_to(5))
    assert await jobs.accept(again, up_to(5)) == first
    assert await jobs.find(again.id) is None


async def test_the_same_interaction_gets_its_job_even_when_the_limit_is_reached(jobs):
    first = job()
    await jobs.accept(first, up_to(1))
    assert await jobs.accept(job(interaction_id=first.interaction_id), up_to(1)) == first


async def test_what_is_rendered_does_not_count_as_made_at_once(store, jobs):
    await put(store, job(), Stage.READY)
    await put(store, job(), Stage.CANCELLED)
    await put(store, job(user_id=BO))
    await jobs.accept(job(), up_to(1))
    with pytest.raises(Refusal) as refusal:
        await jobs.accept(job(), up_to(1))
    assert refusal.value.problem == at_once(1)


async def test_a_refused_job_leaves_nothing(jobs):
    refused = job()
    with pytest.raises(Refusal):
        await jobs.accept(refused, up_to(0))
    assert await jobs.find(refused.id) is None
    await jobs.accept(job(), up_to(1))


async def test_twenty_at_once_and_only_the_limit_passes(jobs):
    outcomes = await asyncio.gather(*(jobs.accept(job(), up_to(5)) for _ in range(20)), return_exceptions=True)
    refusals = [outcome for outcome in outcomes if isinstance(outcome, Refusal)]
    assert len(refusals) == 15
    assert {refusal.problem for refusal in refusals} == {at_once(5)}
    assert len(await jobs.unfinished()) == 5


async def test_an_unclear_job_is_tried_again_once(jobs):
    tried, by_another = job(pressed="k" * 20), job(pressed="k" * 20, user_id=BO, created=NOW + 3600)
    await jobs.accept(tried, up_to(5))
    with pytest.raises(Refusal) as refusal:
        await jobs.accept(by_another, up_to(5))
    assert refusal.value.problem == AlreadyRetried(tried.short)
    assert await jobs.find(by_another.id) is None


async def test_ten_presses_of_try_again_at_once_make_one_job(jobs):
    presses = [job(pressed="k" * 20, source="k" * 20) for _ in range(10)]
    outcomes = await asyncio.gather(*(jobs.accept(press, up_to(50)) for press in presses), return_exceptions=True)
    assert Counter(type(outcome).__name__ for outcome in outcomes) == {"Job": 1, "Refusal": 9}


async def test_two_presses_of_again_within_ten_seconds_are_one(jobs):
    first, second = job(source="k" * 20), job(source="k" * 20, created=NOW + 9.9)
    await jobs.accept(first, up_to(1))
    assert await jobs.accept(second, up_to(1)) == first
    assert await jobs.find(second.id) is None


async def test_ten_presses_of_one_example_are_one_and_another_example_is_another(jobs):
    first = job(source=EXAMPLE)
    await jobs.accept(first, up_to(50))
    presses = [job(source=EXAMPLE, created=NOW + number) for number in range(9)]
    assert [await jobs.accept(press, up_to(50)) for press in presses] == [first] * 9
    for other in (
        job(source=EXAMPLE, request=request("a paper boat")),
        job(source=EXAMPLE, user_id=BO),
        job(source=EXAMPLE, created=NOW + 10),
        job(),
    ):
        assert await jobs.accept(other, up_to(50)) == other


@pytest.mark.parametrize(
    "other",
    [
        {"source": "k" * 20, "created": NOW + 10},
        {"source": "k" * 20, "created": NOW - 10},
        {"source": "k" * 20, "user_id": BO},
        {"source": "m" * 20},
        {"source": None},
    ],
    ids=["later", "by a clock set back", "another member", "another job", "a command"],
)
async def test_presses_that_are_not_the_same(jobs, other):
    await jobs.accept(job(source="k" * 20), up_to(5))
    second = job(**other)
    assert await jobs.accept(second, up_to(5)) == second
    assert await jobs.find(second.id) == second


async def test_a_taken_id_is_a_mistake_of_ours(jobs):
    await jobs.accept(job(id="k" * 20), up_to(5))
    with pytest.raises(ValueError, match="taken"):
        await jobs.accept(job(id="k" * 20), up_to(5))


async def test_only_a_waiting_job_is_new(jobs):
    with pytest.raises(ValueError, match="accepted as waiting"):
        await jobs.accept(job(user_id=ADA).sending(NOW), up_to(5))
