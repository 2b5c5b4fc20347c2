"""Presses on jobs that other processes drive: everything is in the row, and nothing is kept here."""

import asyncio
from dataclasses import replace

import pytest

from bot.domain.caller import Caller
from bot.domain.errors import ClipNotPosted, Refusal, TooLateToCancel
from bot.domain.stages import Reason, Stage
from bot.storage import SqliteLeases
from bot.storage.database import not_deferred
from bot.studio.ports import Posted
from bot.studio.running.actions import JobActions
from tests.studio.conftest import Studio
from tests.studio.fakes import START, job, reply

OWNER = Caller(1001)


class Sender:
    """Sends a clip as a gateway does, and notes of which job."""

    def __init__(self) -> None:
        self.sent = []
        self.during = None

    async def send_privately(self, job):
        self.sent.append(job)
        if self.during is not None:
            await self.during()
        return Posted(1, 2)


@pytest.fixture
async def leases(studio: Studio) -> SqliteLeases:
    leases = SqliteLeases(studio.store, not_deferred)
    for name in ("gateway", "worker"):
        await leases.register(name, name, "here")
    return leases


@pytest.fixture
def sender() -> Sender:
    return Sender()


@pytest.fixture
def actions(studio: Studio, leases: SqliteLeases, sender: Sender) -> JobActions:
    """What a gateway does with jobs, of which it drives none."""
    running = replace(studio.running, deliverer=sender)
    return studio.assembly.through_rows(running, leases, lambda: "gateway").actions


async def test_a_waiting_job_is_cancelled_in_its_row(studio: Studio, actions: JobActions) -> None:
    waiting = await studio.stored(job(stage=Stage.WAITING))
    await actions.cancel(OWNER, waiting.id)
    row = await studio.row(waiting)
    assert (row.stage, row.reason) == (Stage.CANCELLED, Reason.OWNER)
    assert studio.runner.live() == 0
    assert studio.replies.ledger == []


async def test_a_submit_of_another_process_is_waited_for_and_may_come_to_nothing(
    studio: Studio, actions: JobActions
) -> None:
    sent = await studio.stored(job(stage=Stage.SUBMITTING))
    cancelling = asyncio.create_task(actions.cancel(OWNER, sent.id))
    await asyncio.sleep(0)
    assert await studio.jobs.save(sent.not_accepted(START, START), Stage.SUBMITTING)
    assert (await cancelling).job.stage is Stage.CANCELLED


async def test_a_submit_that_is_not_over_is_too_late_to_cancel(studio: Studio, actions: JobActions) -> None:
    sent = await studio.stored(job(stage=Stage.SUBMITTING))
    with pytest.raises(Refusal) as refused:
        await actions.cancel(OWNER, sent.id)
    assert refused.value.problem == TooLateToCancel(Stage.SUBMITTING)
    assert 5.0 <= sum(studio.clock.slept) <= 8.0


async def test_a_new_address_is_in_the_row_and_nowhere_else(studio: Studio, actions: JobActions) -> None:
    running = await studio.stored(job(stage=Stage.RENDERING, task_id="t", submitted=START))
    pressed = replace(running.reply, token="new", token_at=START + 60)
    await actions.renew(OWNER, running.id, pressed)
    assert (await studio.row(running)).reply.token == "new"
    assert studio.replies.ledger == [], "the card has its writer where the job is driven"
    # Whatever is written there later is what the next press finds.
    await studio.jobs.save_address(running.id, replace(pressed, token="newest"))
    found = await studio.jobs.find(running.id)
    assert studio.job_moves.addressed(found).reply.token == "newest"


async def test_a_job_that_is_held_is_its_own_while_its_clip_is_sent(
    studio: Studio, actions: JobActions, leases: SqliteLeases, sender: Sender
) -> None:
    held = await studio.stored(job(stage=Stage.HELD, clip_url="http://clip", clip_dies=START + 1e6))
    tries = []

    async def another_tries():
        tries.append(await leases.hold(held.id, "worker"))

    sender.during = another_tries
    await actions.send_privately(OWNER, held.id, reply())
    assert (tries, [sent.fence for sent in sender.sent]) == ([None], [held.fence + 1])
    assert await leases.hold(held.id, "worker") is not None


async def test_a_job_that_another_process_works_on_is_not_sent(
    studio: Studio, actions: JobActions, leases: SqliteLeases, sender: Sender
) -> None:
    held = await studio.stored(job(stage=Stage.HELD, clip_url="http://clip", clip_dies=START + 1e6))
    await leases.hold(held.id, "worker")
    with pytest.raises(Refusal) as refused:
        await actions.send_privately(OWNER, held.id, reply())
    assert (refused.value.problem, sender.sent) == (ClipNotPosted(), [])


async def test_a_second_press_while_the_clip_is_sent_takes_nothing_away_from_the_first(
    studio: Studio, actions: JobActions, leases: SqliteLeases, sender: Sender
) -> None:
    held = await studio.stored(job(stage=Stage.HELD, clip_url="http://clip", clip_dies=START + 1e6))
    tries = []

    async def again():
        sender.during = None
        with pytest.raises(Refusal) as refused:
            await actions.send_privately(OWNER, held.id, reply())
        tries.append((refused.value.problem, await leases.hold(held.id, "worker")))

    sender.during = again
    await actions.send_privately(OWNER, held.id, reply())
    assert tries == [(ClipNotPosted(), None)]
    assert [sent.fence for sent in sender.sent] == [held.fence + 1]
