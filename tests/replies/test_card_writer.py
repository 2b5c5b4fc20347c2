from dataclasses import replace

import pytest

from bot.domain.progress import Forecast
from bot.domain.reply import Route
from bot.domain.stages import Stage
from bot.replies.card_writer import EDIT_SECONDS, GAP, GAP_PER_JOB, OLD_GAP, REDRAW_EVERY
from bot.replies.discord_api import CHANNEL_BURST, CHANNEL_EVERY
from bot.studio.ports import Posted
from sandbox.faults import Delay, Reset, status

TOKEN_EDIT = "PATCH /api/v10/webhooks/*"


def at(job, percent):
    return replace(job, percent=percent)


async def rests(scene, gap=GAP):
    """Let the gap after an edit go by."""
    await scene.asleep(gap)
    scene.clock.advance(gap)


async def test_the_first_card_comes_at_once_and_teaches_the_address(scene):
    job = await scene.asks()
    scene.replies.show(replace(job, reply=replace(job.reply, message_id=None)))
    await scene.asleep(GAP)
    assert scene.learnt == [(job.id, job.reply.message_id)]
    assert "Rendering" in scene.message(job).texts()


async def test_the_latest_wins_and_comes_after_the_gap(scene):
    job = await scene.asks()
    scene.replies.show(at(job, 1))
    await scene.asleep(GAP)
    for percent in range(2, 60):
        scene.replies.show(at(job, percent))
    scene.clock.advance(GAP - 0.5)
    await scene.asleep(GAP)
    assert scene.edits() == 1
    scene.clock.advance(0.5)
    await scene.edited(2)
    assert "59%" in scene.message(job).texts()


async def test_the_same_card_is_not_written_twice(scene):
    job = await scene.asks()
    scene.replies.show(job)
    await rests(scene)
    looks = scene.port_clock.begun
    for number in range(5):
        await scene.discord.ledger.until(lambda at=number: looks.count(REDRAW_EVERY) > at, what="a look")
        scene.replies.show(replace(job, task_id=f"{number} is not seen"))
        scene.clock.advance(REDRAW_EVERY)
    await scene.discord.ledger.until(lambda: looks.count(REDRAW_EVERY) > 5, what="the last look")
    assert (scene.edits(), len(scene.discord.ledger.of("rest", "PATCH /"))) == (1, 1)


async def test_a_card_that_changes_by_itself_is_written_without_being_woken(scene):
    job = await scene.asks(stage=Stage.WAITING)
    scene.forecasts[job.id] = Forecast(place=2)
    scene.replies.show(job)
    await rests(scene)
    await scene.asleep(REDRAW_EVERY)
    scene.forecasts[job.id] = Forecast(place=1)
    scene.clock.advance(REDRAW_EVERY)
    await scene.edited(2)
    assert "You're next" in scene.message(job).texts()


async def test_a_crowd_in_one_channel_slows_everybody_down(scene):
    jobs = [await scene.asks() for _ in range(4)]
    elsewhere = await scene.asks(channel="dm")
    for job in [*jobs, elsewhere]:
        scene.replies.show(job)
    await scene.asleep(12.0, 12.0, 12.0, 12.0, GAP)


async def test_who_has_left_a_channel_slows_nobody_down_there(scene):
    jobs = [await scene.asks() for _ in range(4)]
    for job in jobs:
        scene.replies.show(job)
    await scene.asleep(12.0, 12.0, 12.0, 12.0)
    there = await scene.asks(channel="dm")
    scene.replies.show(replace(at(jobs[3], 10), reply=there.reply))
    await scene.replies.stop_updates(jobs[2].id)
    scene.clock.advance(12.0)
    await scene.asleep(REDRAW_EVERY, REDRAW_EVERY, GAP)
    for job in jobs[:2]:
        scene.replies.show(at(job, 50))
    await scene.asleep(6.0, 6.0, GAP)


async def test_first_edits_keep_the_channels_rate_limit_too(scene):
    jobs = [await scene.asks() for _ in range(CHANNEL_BURST + 3)]
    elsewhere = await scene.asks(channel="dm")
    for job in [*jobs, elsewhere]:
        scene.replies.show(job)
    gap = GAP_PER_JOB * len(jobs)
    waits = [CHANNEL_EVERY, 2 * CHANNEL_EVERY, 3 * CHANNEL_EVERY]
    await scene.asleep(GAP, *[gap] * CHANNEL_BURST, *waits)
    assert scene.edits() == CHANNEL_BURST + 1
    scene.clock.advance(CHANNEL_EVERY + 0.5)
    await scene.edited(CHANNEL_BURST + 2)


async def test_a_clip_does_not_wait_for_a_turn_and_takes_one(scene):
    job = await scene.asks()
    for _ in range(2 * CHANNEL_BURST):
        assert isinstance(await scene.replies.deliver(job, scene.attempt(job, Route.TOKEN), scene.clip), Posted)
    assert scene.port_clock.asleep == []
    # Ten edits of three seconds each lie ahead, less what the uploads took.
    assert scene.api.reserve(Route.TOKEN, job.reply.channel_id) > CHANNEL_EVERY
    assert scene.api.reserve(Route.TOKEN, 7) == 0


async def test_a_card_that_a_filter_blocks_goes_on_without_its_prompt(scene):
    job = await scene.asks()
    scene.discord.world.guild("Film Club").filters = {job.request.prompt.lower(): 200000}
    scene.replies.show(at(job, 10))
    await scene.asleep(GAP)
    assert "10%" in scene.message(job).texts()
    assert job.request.prompt not in scene.message(job).texts()
    assert len(scene.discord.ledger.of("rest", "PATCH /webhooks/")) == 2
    scene.replies.show(at(job, 20))
    scene.clock.advance(GAP)
    await scene.edited(2)
    assert len(scene.discord.ledger.of("rest", "PATCH /webhooks/")) == 3


async def test_an_old_job_is_quiet(scene):
    job = await scene.asks()
    scene.replies.show(replace(job, created=scene.clock.now() - 1900))
    await scene.asleep(OLD_GAP)


@pytest.mark.parametrize("named", [True, False], ids=["a message known from the start", "one named by the first edit"])
async def test_past_the_token_the_bot_writes_and_the_token_is_left_alone(scene, named):
    job = await scene.asks()
    told = job if named else replace(job, reply=replace(job.reply, message_id=None))
    scene.replies.show(told)
    await rests(scene)
    await scene.asleep(REDRAW_EVERY)
    scene.clock.advance(14 * 60)
    scene.replies.show(at(told, 80))
    await scene.edited(2)
    assert "80%" in scene.message(job).texts()
    await scene.discord.ledger.until(lambda: scene.discord.ledger.of("rest", "PATCH /channels/"), what="the answer")
    assert len(scene.discord.ledger.of("rest", "PATCH /webhooks/")) == 1


async def test_a_token_that_dies_early_hands_over_to_the_bot(scene):
    job = await scene.asks()
    dead = status(401, {"code": 50027, "message": "Invalid Webhook Token"})
    struck = scene.faults.add(TOKEN_EDIT, dead, times=None)
    scene.replies.show(job)
    await scene.asleep(GAP)
    assert "Rendering" in scene.message(job).texts()
    assert struck.fired == 1


async def test_a_private_card_offers_to_be_brought_before_it_freezes_and_then_rests(scene):
    job = await scene.asks(private=True)
    scene.replies.show(job)
    await rests(scene)
    await scene.asleep(REDRAW_EVERY)
    scene.clock.advance(13 * 60)
    await scene.asleep(GAP)
    assert "Move it here" in [label for label, _, _, _ in scene.message(job).buttons()]
    scene.replies.show(at(job, 99))
    scene.clock.advance(90)
    await scene.ended()
    assert scene.edits() == 2
    assert scene.discord.ledger.of("rest", "PATCH /channels/") == []


async def test_a_new_token_lets_a_private_card_go_on(scene):
    job = await scene.asks(private=True)
    scene.replies.show(job)
    await rests(scene)
    await scene.asleep(REDRAW_EVERY)
    scene.clock.advance(16 * 60)
    await scene.asleep()
    fresh = await scene.asks(private=True)
    scene.replies.show(replace(at(job, 70), reply=fresh.reply))
    await scene.asleep(GAP)
    assert "70%" in scene.message(fresh).texts()


async def test_errors_end_nothing(scene):
    job = await scene.asks()
    scene.faults.add(TOKEN_EDIT, Reset.EARLY)
    scene.replies.show(job)
    await rests(scene, EDIT_SECONDS)
    await scene.asleep(REDRAW_EVERY)
    scene.replies.show(at(job, 10))
    await scene.asleep(GAP)
    assert "10%" in scene.message(job).texts()


@pytest.mark.parametrize(("http", "code"), [(400, 50035), (413, 40005)])
async def test_a_refused_card_waits_for_the_next_one(scene, http, code):
    job = await scene.asks()
    struck = scene.faults.add(TOKEN_EDIT, status(http, {"code": code, "message": "Invalid Form Body"}))
    scene.replies.show(job)
    await rests(scene)
    await scene.asleep(REDRAW_EVERY)
    scene.clock.advance(REDRAW_EVERY)
    await scene.asleep(REDRAW_EVERY)
    assert struck.seen == 1
    scene.replies.show(at(job, 10))
    await scene.asleep(GAP)
    assert "10%" in scene.message(job).texts()


async def test_a_429_is_rested_out(scene):
    job = await scene.asks()
    scene.faults.add(TOKEN_EDIT, status(429, {"retry_after": 1}, {"Retry-After": "240"}))
    scene.replies.show(job)
    await scene.asleep(240.0)


async def test_a_deleted_message_is_let_be(scene):
    job = await scene.asks()
    scene.message(job).stored.deleted = True
    scene.replies.show(job)
    await scene.discord.ledger.until(lambda: scene.discord.ledger.of("rest", "PATCH /webhooks/"), what="the edit")
    await scene.replies.stop_updates(job.id)
    assert len(scene.discord.ledger.of("rest", "PATCH /")) == 1


async def test_a_message_out_of_reach_is_tried_once_for_each_address(scene):
    job = await scene.asks()
    scene.message(job).stored.deleted = True
    tries = scene.discord.ledger
    scene.replies.show(at(job, 1))
    await tries.until(lambda: tries.of("rest", "PATCH /"), what="the edit")
    for percent in range(2, 12):
        await scene.ended()
        scene.replies.show(at(job, percent))
    assert len(tries.of("rest", "PATCH /")) == 1
    fresh = await scene.asks()
    scene.replies.show(replace(at(job, 70), reply=fresh.reply))
    await scene.asleep(GAP)
    assert "70%" in scene.message(fresh).texts()


async def test_where_the_bot_may_not_edit_either_it_tries_once(scene):
    job = await scene.asks()
    scene.clock.advance(901)
    refused = scene.faults.add("PATCH /api/v10/channels/*", status(403, {"code": 50001}), times=None)
    scene.replies.show(job)
    await scene.discord.ledger.until(lambda: refused.fired, what="the edit")
    await scene.ended()
    assert refused.fired == 1


async def test_an_address_that_comes_while_a_deleted_message_is_edited_is_written_to_next(scene):
    job, fresh = await scene.asks(), await scene.asks()
    scene.message(job).stored.deleted = True
    late = scene.faults.add(TOKEN_EDIT, Delay(0.3))
    scene.replies.show(job)
    await scene.discord.ledger.until(lambda: late.fired, what="the slow edit")
    scene.replies.show(replace(at(job, 70), reply=fresh.reply))
    await scene.asleep(GAP)
    assert "70%" in scene.message(fresh).texts()
