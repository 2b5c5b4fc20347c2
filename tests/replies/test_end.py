from dataclasses import replace

import aiohttp
import pytest
from PIL import Image

from bot.domain.media import MediaFormat, Medium, Role, StoredFile
from bot.domain.reply import Route
from bot.domain.stages import Reason, Stage
from bot.replies.card_writer import GAP
from bot.studio.ports import Closed, NotNow, Posted, Unclear
from bot.ui import texts
from sandbox.discord.errors import refusal
from sandbox.faults import Reset, status
from tests.languages import ENGLISH
from tests.replies.conftest import MARA, VIDEOS

TOKEN_EDIT = "PATCH /api/v10/webhooks/*"
FAILED = {"stage": Stage.FAILED, "reason": Reason.REFUSED}


@pytest.mark.parametrize("route", [Route.TOKEN, Route.BOT])
async def test_an_end_is_shown_on_the_reply(scene, route):
    job = await scene.asks(**FAILED)
    assert await scene.replies.show_end(job, route) == Posted(VIDEOS, job.reply.message_id)
    assert texts.failure(ENGLISH, job) in scene.message(job).texts()
    assert [label for label, _, _, _ in scene.message(job).buttons()] == ["Edit"]


async def test_an_end_is_told_directly_once(scene):
    job = await scene.asks(**FAILED)
    first = await scene.replies.show_end(job, Route.DIRECT)
    assert await scene.replies.show_end(job, Route.DIRECT) == first
    assert [texts.failure(ENGLISH, job) in message.texts() for message in scene.seen("dm")] == [True]


async def test_held_and_then_expired_are_two_messages(scene):
    job = await scene.asks(stage=Stage.HELD)
    await scene.replies.show_end(job, Route.DIRECT)
    await scene.replies.show_end(replace(job, stage=Stage.FAILED, reason=Reason.EXPIRED), Route.DIRECT)
    assert len(scene.seen("dm")) == 2


async def test_a_refused_end_goes_out_in_plain_words(scene):
    job = await scene.asks(**FAILED)
    scene.faults.add(TOKEN_EDIT, status(400, {"code": 50035, "message": "Invalid Form Body"}))
    assert isinstance(await scene.replies.show_end(job, Route.TOKEN), Posted)
    assert scene.message(job).texts() == texts.plain(ENGLISH, job)


async def test_a_ping_stands_beside_the_reply_and_pings_its_requester_once(scene):
    job = await scene.asks(stage=Stage.DELIVERED)
    await scene.replies.deliver(job, scene.attempt(job, Route.TOKEN), scene.clip)
    first = await scene.replies.ping(job)
    assert await scene.replies.ping(job) == first
    reply, ping = scene.seen()
    assert ping.stored.reference == int(reply.id)
    assert ping.pinged == ["Mara"]
    assert ping.content == texts.ping(ENGLISH, job)


async def test_a_ping_without_read_history_or_reply_still_comes(scene):
    job = await scene.asks(**FAILED)
    scene.faults.add("POST /api/v10/channels/*", status(400, {"code": 160002, "message": "Cannot reply"}))
    assert isinstance(await scene.replies.ping(job), Posted)
    assert scene.seen()[-1].pinged == ["Mara"]


@pytest.mark.parametrize("code", [40005, 50035, 200000])
async def test_a_ping_that_a_place_does_not_take_finds_another_way(scene, code):
    job = await scene.asks(**FAILED)
    await scene.replies.show_end(job, Route.TOKEN)
    scene.faults.add("POST /api/v10/channels/*", refusal(code), times=2)
    assert isinstance(await scene.replies.ping(job), Posted)
    assert scene.seen()[-1].content == texts.ping(ENGLISH, job)


async def test_a_private_jobs_ping_is_private(scene):
    job = await scene.asks(private=True, **FAILED)
    await scene.replies.show_end(job, Route.TOKEN)
    assert isinstance(await scene.replies.ping(job), Posted)
    assert scene.seen()[-1].ephemeral
    assert scene.discord.member("Tomas").sees("videos") == []


async def test_a_ping_finds_another_way_when_the_channel_is_closed(scene):
    job = await scene.asks(**FAILED)
    scene.discord.world.channel("videos").permissions.deny("Send Messages")
    scene.clock.advance(901)
    assert isinstance(await scene.replies.ping(job), Posted)
    assert scene.seen("dm")[-1].content == texts.ping(ENGLISH, job)


@pytest.mark.parametrize("fate", [Reset.BEFORE, Reset.AFTER])
async def test_a_follow_up_of_unclear_fate_is_told_directly_too(scene, fate):
    job = await scene.asks(private=True, **FAILED)
    await scene.replies.show_end(job, Route.TOKEN)
    scene.faults.add("POST /api/v10/webhooks/*", fate)
    told = await scene.replies.ping(job)
    [directly] = scene.seen("dm")
    assert told == Posted(directly.stored.channel_id, directly.stored.id)
    assert directly.content == texts.ping(ENGLISH, job)
    assert len(scene.seen()) == (2 if fate is Reset.AFTER else 1)


async def test_a_follow_up_of_unclear_fate_is_said_again_where_nothing_else_is_open(scene):
    job = await scene.asks(private=True, **FAILED)
    await scene.replies.show_end(job, Route.TOKEN)
    scene.discord.world.user(MARA).dms_open = False
    scene.faults.add("POST /api/v10/webhooks/*", Reset.BEFORE)
    assert isinstance(await scene.replies.ping(job), Unclear)
    assert isinstance(await scene.replies.ping(job), Posted)
    assert scene.seen()[-1].content == texts.ping(ENGLISH, job)


async def test_where_the_bot_is_not_the_token_tells(scene):
    job = await scene.asks(channel="lounge", reaches=False, **FAILED)
    await scene.replies.show_end(job, Route.TOKEN)
    assert isinstance(await scene.replies.ping(job), Posted)
    assert scene.seen("lounge")[-1].content == texts.ping(ENGLISH, job)


async def test_nobody_reached_is_closed(scene):
    job = await scene.asks(private=True, **FAILED)
    scene.discord.world.user(MARA).dms_open = False
    scene.clock.advance(901)
    assert isinstance(await scene.replies.ping(job), Closed)


@pytest.fixture
def picture(tmp_path):
    path = tmp_path / "picture.png"
    Image.new("RGB", (640, 480), "teal").save(path)
    return path


def with_files(job, picture):
    """Give a job an image and a sound; returns it and our copies of both."""
    image = StoredFile("ab" * 32, MediaFormat.PNG, picture.stat().st_size, 640, 480)
    sound = StoredFile("cd" * 32, MediaFormat.WAV, picture.stat().st_size, seconds=3.0)
    media = (Medium(Role.REFERENCE_IMAGE, image), Medium(Role.REFERENCE_AUDIO, sound))
    return replace(job, request=replace(job.request, media=media)), {image: picture, sound: picture}


async def test_files_get_urls_that_serve_them(scene, picture):
    job, files = with_files(await scene.asks(stage=Stage.WAITING), picture)
    input_url = await scene.replies.attach_inputs(job, files)
    assert [one.sha256 for one in input_url] == [stored.sha256 for stored in files]
    for one in input_url:
        assert one.url.startswith(scene.discord.url)
        assert not one.uploaded
        async with aiohttp.ClientSession() as session, session.get(one.url) as answer:
            assert await answer.read() == picture.read_bytes()
    assert sorted(scene.message(job).media()) == [f"seedreel-{job.id}-input1.png", f"seedreel-{job.id}-input2.wav"]


async def test_past_the_token_the_bot_attaches_files_where_it_knows_the_message(scene, picture):
    job, files = with_files(await scene.asks(stage=Stage.WAITING), picture)
    scene.clock.advance(901)
    unknown = replace(job, reply=job.reply.at(None))
    assert isinstance(await scene.replies.attach_inputs(unknown, files), Closed)
    assert len(await scene.replies.attach_inputs(job, files)) == 2
    assert len(scene.message(job).media()) == 2


async def test_the_files_stay_attached_while_the_card_goes_on(scene, picture):
    job, files = with_files(await scene.asks(stage=Stage.WAITING), picture)
    scene.replies.show(job)
    await scene.asleep(GAP)
    input_url = await scene.replies.attach_inputs(job, files)
    scene.clock.advance(GAP)
    await scene.edited(3)
    await scene.asleep(GAP)
    scene.replies.show(replace(job, stage=Stage.QUEUED).with_input_urls(*input_url))
    scene.clock.advance(GAP)
    await scene.edited(4)
    assert "Queued" in scene.message(job).texts()
    names = [file.name for file in scene.message(job).stored.files.values()]
    assert names == [f"seedreel-{job.id}-input1.png", f"seedreel-{job.id}-input2.wav"]


async def test_files_that_cannot_be_hosted_say_so(scene, picture):
    job, files = with_files(await scene.asks(private=True), picture)
    scene.faults.add(TOKEN_EDIT, Reset.EARLY)
    assert isinstance(await scene.replies.attach_inputs(job, files), Unclear)
    scene.faults.add(TOKEN_EDIT, status(429, {"retry_after": 1}))
    assert isinstance(await scene.replies.attach_inputs(job, files), NotNow)
    gone = dict.fromkeys(files, picture.with_name("none.png"))
    assert isinstance(await scene.replies.attach_inputs(job, gone), Closed)
    scene.clock.advance(901)
    assert isinstance(await scene.replies.attach_inputs(job, files), Closed)
