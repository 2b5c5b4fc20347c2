"""A job that has settled: its card is edited no more, and its clip comes last."""

import asyncio
from dataclasses import replace

import pytest

from bot.domain.progress import Forecast
from bot.domain.reply import Route
from bot.domain.stages import Stage
from bot.replies.card_writer import GAP, GAP_PER_JOB
from bot.studio.ports import Posted
from sandbox.faults import Delay
from tests.replies.test_card_writer import TOKEN_EDIT, at


@pytest.mark.parametrize("stage", [Stage.DELIVERED, Stage.FAILED, Stage.CANCELLED, Stage.HELD])
async def test_an_ended_job_is_not_shown_after_a_restart_either(scene, stage):
    job = await scene.asks()
    assert isinstance(await scene.replies.deliver(job, scene.attempt(job, Route.TOKEN), scene.clip), Posted)
    async with scene.restarted() as replies:
        replies.show(replace(job, stage=stage))
        assert not scene.writers()
    assert scene.message(job).media() == [job.clip_name]
    assert scene.edits() == 1


async def test_a_settled_job_is_written_no_more(scene):
    job = await scene.asks()
    scene.replies.show(job)
    await scene.asleep(GAP)
    scene.replies.show(at(job, 50))
    await scene.replies.stop_updates(job.id)
    await scene.asleep()
    scene.replies.show(at(job, 60))
    await scene.replies.close()
    assert scene.edits() == 1


async def test_a_card_that_is_still_being_drawn_when_its_job_settles_is_not_written(scene):
    drawing, may_go_on = asyncio.Event(), asyncio.Event()

    async def slow_forecast(_):
        drawing.set()
        await may_go_on.wait()
        return Forecast()

    job = await scene.asks()
    async with scene.restarted(slow_forecast) as replies:
        replies.show(job)
        await drawing.wait()
        settling = asyncio.create_task(replies.stop_updates(job.id))
        await asyncio.sleep(0)
        may_go_on.set()
        await settling
    assert scene.edits() == 0


async def test_settling_waits_for_the_edit_under_way_and_the_clip_comes_last(scene):
    job = await scene.asks()
    late = scene.faults.add(TOKEN_EDIT, Delay(0.3))
    scene.replies.show(job)
    await scene.discord.ledger.until(lambda: late.fired, what="the slow edit")
    assert isinstance(await scene.replies.deliver(job, scene.attempt(job, Route.TOKEN), scene.clip), Posted)
    written = [entry.detail["files"] for entry in scene.discord.ledger.of("message", "edited")]
    assert written == [[], [job.clip_name]]


@pytest.mark.parametrize("number", [1, 2])
async def test_a_share_of_a_take_has_a_card_of_its_own_and_leaves_that_of_all_as_it_is(scene, number):
    lead, at_share = await scene.asks(), await scene.asks()
    lead = replace(lead, lead_id=lead.id, takes=2)
    scene.replies.show(lead)
    await scene.asleep(GAP)
    take = lead if number == 1 else replace(lead, id="t" * 20, take=2)
    shared = replace(take, share="s" * 20, stage=Stage.READY, reply=at_share.reply)
    scene.replies.show(shared)
    await scene.asleep(GAP, 2 * GAP_PER_JOB)
    assert scene.edits() == 2
    await scene.replies.stop_updates(shared.card_id)
    await scene.asleep(GAP)
    assert [task.get_name() for task in scene.writers()] == [f"card of {lead.short}"]
    await scene.replies.close()


async def test_closing_stops_every_writer(scene):
    jobs = [await scene.asks() for _ in range(3)]
    for job in jobs:
        scene.replies.show(job)
    await scene.asleep(9.0, 9.0, 9.0)
    await scene.replies.close()
    await scene.asleep()
