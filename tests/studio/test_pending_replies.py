"""Requests that are no job yet when the bot ends."""

import asyncio
from dataclasses import replace

import pytest

from bot.domain.errors import Duplicate
from bot.domain.pending_reply import PendingReply
from bot.studio.intake.pending_replies import PendingReplies
from bot.studio.ports import Closed, NotNow, Unclear
from tests.studio.fakes import START, JumpingClock, reply, until
from tests.studio.pending_reply_fakes import ListedPendingReplies, ScriptedApologies

ONE, TWO = PendingReply(100, reply()), PendingReply(101, reply())


@pytest.fixture
def stored() -> ListedPendingReplies:
    return ListedPendingReplies()


@pytest.fixture
def apologies() -> ScriptedApologies:
    return ScriptedApologies()


@pytest.fixture
def pending_replies(stored: ListedPendingReplies, apologies: ScriptedApologies) -> PendingReplies:
    return PendingReplies(stored, apologies, JumpingClock())


async def test_it_is_kept_for_as_long_as_the_request_is_being_answered(
    pending_replies: PendingReplies, stored: ListedPendingReplies
) -> None:
    async with pending_replies.record(ONE, lambda: True):
        assert list(stored.stored) == [100]
    assert stored.stored == {}


async def test_an_answer_that_was_cut_off_is_no_answer(
    pending_replies: PendingReplies, stored: ListedPendingReplies
) -> None:
    async def answer() -> None:
        async with pending_replies.record(ONE, lambda: True):
            await asyncio.Event().wait()

    task = asyncio.create_task(answer())
    await until(lambda: stored.stored)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert list(stored.stored) == [100]


async def test_who_was_told_nothing_is_told_later_that_the_request_was_not_accepted(
    pending_replies: PendingReplies, stored: ListedPendingReplies, apologies: ScriptedApologies
) -> None:
    apologies.outcomes = [Unclear("reset")]
    async with pending_replies.record(ONE, lambda: False):
        pass
    await until(lambda: not stored.stored)
    assert apologies.sent == [ONE.reply] * 2


async def test_a_request_that_has_become_a_job_is_not_withdrawn(
    pending_replies: PendingReplies, stored: ListedPendingReplies, apologies: ScriptedApologies
) -> None:
    async with pending_replies.record(ONE, lambda: False):
        await stored.forget(ONE.interaction_id)
    await pending_replies.close()
    assert apologies.sent == []


async def test_a_full_disk_keeps_nobody_from_an_answer(
    pending_replies: PendingReplies, stored: ListedPendingReplies
) -> None:
    stored.full = True
    answered = []
    async with pending_replies.record(ONE, lambda: True):
        answered.append(ONE)
    assert answered


async def test_whoever_was_left_waiting_is_told_at_the_next_start(
    pending_replies: PendingReplies, stored: ListedPendingReplies, apologies: ScriptedApologies
) -> None:
    stored.stored = {100: ONE, 101: TWO}
    apologies.outcomes = [NotNow(1, "429"), Unclear("reset"), Closed("gone")]
    assert await pending_replies.recover() == 2
    await until(lambda: not stored.stored)
    # One was closed at once or after two tries, the other was told in the end.
    assert len(apologies.sent) == 4
    await pending_replies.close()


async def test_a_token_that_seems_dead_is_tried_once_and_forgotten(
    pending_replies: PendingReplies, stored: ListedPendingReplies, apologies: ScriptedApologies
) -> None:
    stored.stored = {100: PendingReply(100, replace(reply(), token_at=START - 15 * 60))}
    apologies.outcomes = [Unclear("reset")]
    await pending_replies.recover()
    await until(lambda: not stored.stored)
    assert len(apologies.sent) == 1


async def test_what_could_not_be_said_is_left_for_the_next_life(
    pending_replies: PendingReplies, stored: ListedPendingReplies, apologies: ScriptedApologies
) -> None:
    stored.stored = {100: ONE}
    apologies.outcomes = [Unclear("down")] * 10_000
    await pending_replies.recover()
    await until(lambda: len(apologies.sent) > 1)
    await pending_replies.close()
    assert list(stored.stored) == [100]


async def test_what_comes_twice_is_answered_once_and_kept_for_its_first_answer(
    pending_replies: PendingReplies, stored: ListedPendingReplies
) -> None:
    async with pending_replies.record(ONE, lambda: True):
        with pytest.raises(Duplicate):
            async with pending_replies.record(ONE, lambda: True):
                raise AssertionError("answered twice")
        assert list(stored.stored) == [100]
    assert stored.stored == {}
    with pytest.raises(Duplicate):
        async with pending_replies.record(ONE, lambda: True):
            raise AssertionError("answered twice")
    assert stored.stored == {}
