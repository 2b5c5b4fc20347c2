"""Wishes that are no job yet when the bot ends."""

import asyncio
from dataclasses import replace

import pytest

from bot.domain.beginning import Beginning
from bot.domain.errors import Duplicate
from bot.studio.begun import Begun
from bot.studio.ports import Closed, NotNow, Unclear
from tests.studio.beginnings import ListedBeginnings, ScriptedWithdrawals
from tests.studio.fakes import START, JumpingClock, reply, until

ONE, TWO = Beginning(100, reply()), Beginning(101, reply())


@pytest.fixture
def kept() -> ListedBeginnings:
    return ListedBeginnings()


@pytest.fixture
def said() -> ScriptedWithdrawals:
    return ScriptedWithdrawals()


@pytest.fixture
def begun(kept: ListedBeginnings, said: ScriptedWithdrawals) -> Begun:
    return Begun(kept, said, JumpingClock())


async def test_it_is_kept_for_as_long_as_the_wish_is_being_answered(begun: Begun, kept: ListedBeginnings) -> None:
    async with begun.kept(ONE, lambda: True):
        assert list(kept.kept) == [100]
    assert kept.kept == {}


async def test_an_answer_that_was_cut_off_is_no_answer(begun: Begun, kept: ListedBeginnings) -> None:
    async def answer() -> None:
        async with begun.kept(ONE, lambda: True):
            await asyncio.Event().wait()

    task = asyncio.create_task(answer())
    await until(lambda: kept.kept)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert list(kept.kept) == [100]


async def test_who_was_told_nothing_is_told_later_that_the_wish_was_not_taken_on(
    begun: Begun, kept: ListedBeginnings, said: ScriptedWithdrawals
) -> None:
    said.outcomes = [Unclear("reset")]
    async with begun.kept(ONE, lambda: False):
        pass
    await until(lambda: not kept.kept)
    assert said.said == [ONE.reply] * 2


async def test_a_wish_that_has_become_a_job_is_not_withdrawn(
    begun: Begun, kept: ListedBeginnings, said: ScriptedWithdrawals
) -> None:
    async with begun.kept(ONE, lambda: False):
        await kept.forget(ONE.interaction_id)
    await begun.close()
    assert said.said == []


async def test_a_full_disk_keeps_nobody_from_an_answer(begun: Begun, kept: ListedBeginnings) -> None:
    kept.full = True
    answered = []
    async with begun.kept(ONE, lambda: True):
        answered.append(ONE)
    assert answered


async def test_whoever_was_left_waiting_is_told_at_the_next_start(
    begun: Begun, kept: ListedBeginnings, said: ScriptedWithdrawals
) -> None:
    kept.kept = {100: ONE, 101: TWO}
    said.outcomes = [NotNow(1, "429"), Unclear("reset"), Closed("gone")]
    assert await begun.make_good() == 2
    await until(lambda: not kept.kept)
    # One was closed at once or after two tries, the other was told in the end.
    assert len(said.said) == 4
    await begun.close()


async def test_a_token_that_seems_dead_is_tried_once_and_forgotten(
    begun: Begun, kept: ListedBeginnings, said: ScriptedWithdrawals
) -> None:
    kept.kept = {100: Beginning(100, replace(reply(), token_at=START - 15 * 60))}
    said.outcomes = [Unclear("reset")]
    await begun.make_good()
    await until(lambda: not kept.kept)
    assert len(said.said) == 1


async def test_what_could_not_be_said_is_left_for_the_next_life(
    begun: Begun, kept: ListedBeginnings, said: ScriptedWithdrawals
) -> None:
    kept.kept = {100: ONE}
    said.outcomes = [Unclear("down")] * 10_000
    await begun.make_good()
    await until(lambda: len(said.said) > 1)
    await begun.close()
    assert list(kept.kept) == [100]


async def test_what_comes_twice_is_answered_once_and_kept_for_its_first_answer(
    begun: Begun, kept: ListedBeginnings
) -> None:
    async with begun.kept(ONE, lambda: True):
        with pytest.raises(Duplicate):
            async with begun.kept(ONE, lambda: True):
                raise AssertionError("answered twice")
        assert list(kept.kept) == [100]
    assert kept.kept == {}
    with pytest.raises(Duplicate):
        async with begun.kept(ONE, lambda: True):
            raise AssertionError("answered twice")
    assert kept.kept == {}
