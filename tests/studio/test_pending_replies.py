"""Requests that are no job yet when the bot ends."""

import asyncio
import threading
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.discord_limits import TOKEN_USE_SECONDS
from bot.domain.errors import Duplicate
from bot.domain.pending_reply import PendingReply
from bot.storage import SqlitePendingReplies, Store
from bot.studio.intake.pending_replies import PendingReplies
from bot.studio.ports import Closed, NotNow, Unclear
from tests.studio.fakes import START, JumpingClock, reply, until
from tests.studio.full_store import set_full
from tests.studio.pending_reply_fakes import ScriptedApologies

ONE, TWO = PendingReply(100, reply()), PendingReply(101, reply())


@pytest.fixture
def stored(store: Store) -> SqlitePendingReplies:
    return SqlitePendingReplies(store)


async def left(stored: SqlitePendingReplies) -> list[int]:
    return [each.interaction_id for each in await stored.left()]


async def until_left(stored: SqlitePendingReplies, *interaction_ids: int) -> None:
    async with asyncio.timeout(60):
        while await left(stored) != list(interaction_ids):
            pass


@pytest.fixture
def apologies() -> ScriptedApologies:
    return ScriptedApologies()


@pytest.fixture
def clock() -> JumpingClock:
    return JumpingClock()


@pytest.fixture
async def pending_replies(
    stored: SqlitePendingReplies, apologies: ScriptedApologies, clock: JumpingClock
) -> AsyncIterator[PendingReplies]:
    pending_replies = PendingReplies(stored, apologies, clock, TOKEN_USE_SECONDS)
    yield pending_replies
    await pending_replies.close()


async def test_it_is_kept_for_as_long_as_the_request_is_being_answered(
    pending_replies: PendingReplies, stored: SqlitePendingReplies
) -> None:
    async with pending_replies.record(ONE, lambda: True):
        await until_left(stored, 100)
    assert await left(stored) == []


async def test_the_answer_does_not_wait_for_the_store_and_a_killed_process_leaves_a_note(
    pending_replies: PendingReplies, store: Store, apologies: ScriptedApologies, clock: JumpingClock
) -> None:
    freed = threading.Event()
    stuck = asyncio.create_task(store.run(lambda _: freed.wait(60)))
    async with pending_replies.record(ONE, lambda: True):
        # What a process would leave that is killed here.
        note = store.path.with_name(f"{store.path.name}.unsaved").read_bytes()
        assert not stuck.done()
        freed.set()
        await until_left(SqlitePendingReplies(store), 100)
    async with Store(store.path.with_name("next.db")) as next_store:
        next_store.path.with_name("next.db.unsaved").write_bytes(note)
        following = PendingReplies(SqlitePendingReplies(next_store), apologies, clock, TOKEN_USE_SECONDS)
        assert await following.recover() == 1
        await until(lambda: apologies.sent)
        await following.close()
    assert [reply.token for reply in apologies.sent] == [ONE.reply.token]
    assert not any(store.path.with_name(f"{store.path.name}.unsaved").read_bytes())


async def test_where_it_cannot_be_noted_the_answer_waits_until_it_is_saved(
    pending_replies: PendingReplies, stored: SqlitePendingReplies, store: Store
) -> None:
    store.path.with_name(f"{store.path.name}.unsaved").mkdir()
    async with pending_replies.record(ONE, lambda: True):
        assert await left(stored) == [100]
    assert await left(stored) == []


async def test_an_answer_that_was_cut_off_is_no_answer(
    pending_replies: PendingReplies, stored: SqlitePendingReplies
) -> None:
    async def answer() -> None:
        async with pending_replies.record(ONE, lambda: True):
            await asyncio.Event().wait()

    task = asyncio.create_task(answer())
    await until_left(stored, 100)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await left(stored) == [100]


async def test_who_was_told_nothing_is_told_later_that_the_request_was_not_accepted(
    pending_replies: PendingReplies, stored: SqlitePendingReplies, apologies: ScriptedApologies
) -> None:
    apologies.outcomes = [Unclear("reset")]
    async with pending_replies.record(ONE, lambda: False):
        pass
    await until_left(stored)
    assert apologies.sent == [ONE.reply] * 2


async def test_a_request_that_has_become_a_job_is_not_withdrawn(
    pending_replies: PendingReplies, stored: SqlitePendingReplies, apologies: ScriptedApologies
) -> None:
    async with pending_replies.record(ONE, lambda: False):
        await until_left(stored, 100)
        await stored.forget(ONE.interaction_id)
    assert await left(stored) == []
    assert apologies.sent == []


async def test_a_full_disk_keeps_nobody_from_an_answer(pending_replies: PendingReplies, store: Store) -> None:
    await set_full(store)
    answered = []
    async with pending_replies.record(ONE, lambda: True):
        answered.append(ONE)
    assert answered


async def test_whoever_was_left_waiting_is_told_at_the_next_start(
    pending_replies: PendingReplies, stored: SqlitePendingReplies, apologies: ScriptedApologies
) -> None:
    await stored.begin(ONE)
    await stored.begin(TWO)
    apologies.outcomes = [NotNow(1, "429"), Unclear("reset"), Closed("gone")]
    assert await pending_replies.recover() == 2
    await until_left(stored)
    # One was closed at once or after two tries, the other was told in the end.
    assert len(apologies.sent) == 4
    await pending_replies.close()


async def test_a_token_that_seems_dead_is_tried_once_and_forgotten(
    pending_replies: PendingReplies, stored: SqlitePendingReplies, apologies: ScriptedApologies
) -> None:
    await stored.begin(PendingReply(100, replace(reply(), token_at=START - 15 * 60)))
    apologies.outcomes = [Unclear("reset")]
    await pending_replies.recover()
    await until_left(stored)
    assert len(apologies.sent) == 1


async def test_what_could_not_be_said_is_left_for_the_next_life(
    pending_replies: PendingReplies, stored: SqlitePendingReplies, apologies: ScriptedApologies
) -> None:
    await stored.begin(ONE)
    apologies.outcomes = [Unclear("down")] * 10_000
    await pending_replies.recover()
    await until(lambda: len(apologies.sent) > 1)
    await pending_replies.close()
    assert await left(stored) == [100]


async def test_an_apology_that_breaks_is_sent_again_after_growing_pauses(
    pending_replies: PendingReplies, stored: SqlitePendingReplies, apologies: ScriptedApologies, clock: JumpingClock
) -> None:
    apologies.outcomes = [RuntimeError("a fault of ours")] * 3
    async with pending_replies.record(ONE, lambda: False):
        pass
    await until_left(stored)
    assert len(apologies.sent) == 4
    assert all(first <= pause <= 2 * first for first, pause in zip((30, 60, 120), clock.slept, strict=True)), (
        clock.slept
    )


async def test_what_comes_twice_is_answered_once_and_kept_for_its_first_answer(
    pending_replies: PendingReplies, stored: SqlitePendingReplies
) -> None:
    async with pending_replies.record(ONE, lambda: True):
        with pytest.raises(Duplicate):
            async with pending_replies.record(ONE, lambda: True):
                raise AssertionError("answered twice")
        await until_left(stored, 100)
    assert await left(stored) == []
    with pytest.raises(Duplicate):
        async with pending_replies.record(ONE, lambda: True):
            raise AssertionError("answered twice")
    assert await left(stored) == []
