from dataclasses import replace

import pytest

from bot.domain.reply import Form, Rung
from bot.studio.ports import CannotLook, NotThere, Posted
from sandbox.faults import Reset, status
from tests.replies.conftest import VIDEOS

LINK = "https://files.example/v.mp4"


@pytest.mark.parametrize("form", [Form.FILE, Form.PLAIN, Form.LINK])
@pytest.mark.parametrize("rung", [Rung.TOKEN, Rung.BOT, Rung.CHANNEL, Rung.DIRECT])
async def test_a_drop_is_found_where_it_went_and_not_before(scene, rung, form):
    job = await scene.asks(clip_url=f"{LINK}?signed=1")
    drop = scene.drop(job, rung, form)
    await scene.replies.end(job, Rung.TOKEN)
    assert await scene.replies.look(job, drop) == NotThere()
    posted = await scene.replies.drop(job, drop, scene.clip)
    assert await scene.replies.look(replace(job, clip_url=f"{LINK}?signed=2"), drop) == posted


async def test_what_was_applied_without_an_answer_is_found(scene):
    job = await scene.asks()
    drop = scene.drop(job, Rung.CHANNEL)
    scene.faults.add("POST /api/v10/channels/*", Reset.AFTER)
    await scene.replies.drop(job, drop, scene.clip)
    found = await scene.replies.look(job, drop)
    assert found == Posted(VIDEOS, int(scene.seen()[-1].id))


async def test_the_reply_is_looked_at_as_the_bot_once_its_token_is_dead(scene):
    job = await scene.asks()
    posted = await scene.replies.drop(job, scene.drop(job, Rung.TOKEN), scene.clip)
    scene.clock.advance(901)
    assert await scene.replies.look(job, scene.drop(job, Rung.TOKEN)) == posted


async def test_nobody_sees_a_private_reply_whose_token_is_dead(scene):
    job = await scene.asks(private=True)
    scene.clock.advance(901)
    assert isinstance(await scene.replies.look(job, scene.drop(job, Rung.TOKEN)), CannotLook)


async def test_a_deleted_message_holds_nothing(scene):
    job = await scene.asks()
    scene.message(job).stored.deleted = True
    assert await scene.replies.look(job, scene.drop(job, Rung.TOKEN)) == NotThere()


async def test_a_permission_taken_away_blinds(scene):
    job = await scene.asks()
    scene.discord.world.channel("videos").permissions.deny("View Channel")
    assert isinstance(await scene.replies.look(job, scene.drop(job, Rung.CHANNEL)), CannotLook)


async def test_an_error_is_no_answer(scene):
    job = await scene.asks()
    scene.faults.add("GET /api/v10/*", Reset.BEFORE, times=None)
    for rung in (Rung.TOKEN, Rung.BOT, Rung.CHANNEL):
        assert isinstance(await scene.replies.look(job, scene.drop(job, rung)), CannotLook)


async def test_mistyped_json_is_no_answer(scene):
    job = await scene.asks()
    scene.faults.add("GET /api/v10/*", status(200, ["not", "a message"]), times=None)
    assert isinstance(await scene.replies.look(job, scene.drop(job, Rung.BOT)), CannotLook)


async def test_another_jobs_clip_is_not_ours(scene):
    first, second = await scene.asks(), await scene.asks()
    await scene.replies.drop(first, scene.drop(first, Rung.CHANNEL), scene.clip)
    assert await scene.replies.look(second, scene.drop(second, Rung.CHANNEL)) == NotThere()
