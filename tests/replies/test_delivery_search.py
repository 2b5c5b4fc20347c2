from dataclasses import replace

import pytest

from bot.domain.reply import Form, Rung
from bot.replies.sender import UPLOAD_MOST
from bot.studio.ports import CannotLook, Closed, NotThere, Posted
from sandbox.discord import Upload
from sandbox.faults import Reset, status
from tests.replies.conftest import FOOTAGE, VIDEOS

LINK = "https://files.example/v.mp4"


def blind_for_good(seen) -> bool:
    return isinstance(seen, CannotLook) and seen.for_good


@pytest.mark.parametrize("form", [Form.FILE, Form.PLAIN, Form.LINK])
@pytest.mark.parametrize("rung", [Rung.TOKEN, Rung.BOT, Rung.CHANNEL, Rung.DIRECT])
async def test_a_drop_is_found_where_it_went_and_not_before(scene, rung, form):
    job = await scene.asks(clip_url=f"{LINK}?signed=1")
    drop = scene.drop(job, rung, form)
    await scene.replies.end(job, Rung.TOKEN)
    assert await scene.replies.look(job, drop) == NotThere()
    posted = await scene.replies.drop(job, drop, scene.clip)
    assert await scene.replies.look(replace(job, clip_url=f"{LINK}?signed=2"), drop) == posted


@pytest.mark.parametrize("rung", [Rung.TOKEN, Rung.CHANNEL])
async def test_a_long_link_goes_out_and_is_found(scene, rung):
    signed = f"{LINK}?sign=" + "s" * 600
    job = await scene.asks(clip_url=signed)
    drop = scene.drop(job, rung, Form.LINK)
    posted = await scene.replies.drop(job, drop, None)
    assert isinstance(posted, Posted)
    assert await scene.replies.look(job, drop) == posted


async def test_a_link_that_no_card_can_show_is_no_way(scene):
    job = await scene.asks(clip_url=f"{LINK}?sign=" + "s" * 3000)
    assert isinstance(await scene.replies.drop(job, scene.drop(job, Rung.TOKEN, Form.LINK), None), Closed)


@pytest.mark.parametrize("rung", [Rung.CHANNEL, Rung.DIRECT])
async def test_who_does_not_know_that_a_link_went_out_finds_it(scene, rung):
    """A restored backup does not know in which form a later life has brought the video."""
    job = await scene.asks(clip_url=f"{LINK}?signed=1")
    posted = await scene.replies.drop(job, scene.drop(job, rung, Form.LINK), None)
    assert await scene.replies.look(job, scene.drop(job, rung)) == posted


async def test_the_link_on_a_card_that_still_waits_for_the_file_is_no_delivery(scene):
    job = await scene.asks(clip_url=f"{LINK}?signed=1")
    await scene.replies.drop(job, scene.drop(job, Rung.TOKEN, Form.LINK), None)
    for address in (job.reply, replace(job.reply, message_id=None)):
        unsure = replace(job, reply=address)
        assert await scene.replies.look(unsure, scene.drop(unsure, Rung.CHANNEL)) == NotThere()


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


async def test_nobody_sees_a_private_reply_whose_token_is_dead(scene, forgotten):
    job = await scene.asks(private=True)
    scene.clock.advance(901)
    assert blind_for_good(await scene.replies.look(job, scene.drop(job, Rung.TOKEN)))
    before = len(scene.discord.ledger.of("rest", "GET"))
    assert blind_for_good(await scene.replies.look(forgotten(job), scene.drop(job, Rung.TOKEN)))
    assert len(scene.discord.ledger.of("rest", "GET")) == before


async def test_a_token_that_dies_early_leaves_the_look_to_the_bot(scene):
    job = await scene.asks()
    posted = await scene.replies.drop(job, scene.drop(job, Rung.TOKEN), scene.clip)
    dead = status(401, {"code": 50027, "message": "Invalid Webhook Token"})
    scene.faults.add("GET /api/v10/webhooks/*", dead, times=None)
    assert await scene.replies.look(job, scene.drop(job, Rung.TOKEN)) == posted


async def test_a_deleted_message_holds_nothing(scene):
    job = await scene.asks()
    scene.message(job).stored.deleted = True
    assert await scene.replies.look(job, scene.drop(job, Rung.TOKEN)) == NotThere()


async def test_a_message_that_nobody_ever_knew_is_never_seen(scene):
    job = await scene.asks()
    unknown = replace(job, reply=job.reply.at(None))
    drop = replace(scene.drop(job, Rung.BOT), message_id=None)
    assert blind_for_good(await scene.replies.look(unknown, drop))


async def test_a_permission_taken_away_blinds(scene):
    job = await scene.asks()
    scene.discord.world.channel("videos").permissions.deny("View Channel")
    assert blind_for_good(await scene.replies.look(job, scene.drop(job, Rung.CHANNEL)))


@pytest.mark.parametrize("there", [False, True])
async def test_where_the_history_may_not_be_read_its_silence_says_nothing(scene, there):
    job = await scene.asks()
    drop = scene.drop(job, Rung.CHANNEL)
    if there:
        await scene.replies.drop(job, drop, scene.clip)
    scene.discord.world.channel("videos").permissions.deny("Read Message History")
    assert blind_for_good(await scene.replies.look(job, drop))


@pytest.mark.parametrize("gone", [False, True])
async def test_nothing_is_there_where_nothing_was_said_since(scene, gone):
    job = await scene.asks()
    scene.clock.advance(300)
    scene.message(job).stored.deleted = gone
    assert await scene.replies.look(job, scene.drop(job, Rung.CHANNEL)) == NotThere()


async def test_an_error_is_no_answer(scene):
    job = await scene.asks()
    scene.faults.add("GET /api/v10/*", Reset.BEFORE, times=None)
    for rung in (Rung.TOKEN, Rung.BOT, Rung.CHANNEL):
        seen = await scene.replies.look(job, scene.drop(job, rung))
        assert isinstance(seen, CannotLook)
        assert not seen.for_good


async def test_a_429_blinds_for_a_while_only(scene):
    job = await scene.asks()
    scene.faults.add("GET /api/v10/*", status(429, {"retry_after": 1}), times=None)
    seen = await scene.replies.look(job, scene.drop(job, Rung.BOT))
    assert isinstance(seen, CannotLook)
    assert not seen.for_good


async def test_a_young_token_that_discord_does_not_know_yet_blinds_for_a_while_only(scene):
    job = await scene.asks(private=True)
    unknown = replace(job, reply=replace(job.reply, token="no-such-token"))
    seen = await scene.replies.look(unknown, scene.drop(job, Rung.TOKEN))
    assert isinstance(seen, CannotLook)
    assert not seen.for_good


@pytest.mark.parametrize("ahead", [-7200.0, -120.0, 120.0, 7200.0])
@pytest.mark.parametrize("rung", [Rung.CHANNEL, Rung.DIRECT])
async def test_a_clock_that_goes_wrong_hides_nothing(scene, rung, ahead):
    job = await scene.asks()
    scene.clock.advance(300)
    drop = scene.drop(job, rung)
    job = replace(job, created=job.created + ahead)
    drop = replace(drop, at=drop.at + ahead)
    posted = await scene.replies.drop(job, drop, scene.clip)
    assert await scene.replies.look(job, drop) == posted


async def test_what_was_said_long_after_is_not_read(scene):
    job = await scene.asks()
    drop = scene.drop(job, Rung.CHANNEL)
    scene.clock.advance(UPLOAD_MOST + 1000)
    for number in range(250):
        await scene.discord.member("Tomas").say(f"words {number}")
    assert await scene.replies.look(job, drop) == NotThere()
    assert len(scene.discord.ledger.of("rest", "GET /channels/")) == 1


async def test_mistyped_json_is_no_answer(scene):
    job = await scene.asks()
    scene.faults.add("GET /api/v10/*", status(200, ["not", "a message"]), times=None)
    assert isinstance(await scene.replies.look(job, scene.drop(job, Rung.BOT)), CannotLook)


@pytest.mark.parametrize(
    ("rung", "member", "channel"), [(Rung.CHANNEL, "Tomas", "videos"), (Rung.DIRECT, "Mara", "dm")]
)
async def test_a_file_of_the_clips_name_that_a_member_posts_is_no_delivery(scene, rung, member, channel):
    job = await scene.asks()
    drop = scene.drop(job, rung)
    await scene.discord.member(member).say("look", Upload(job.clip_name, FOOTAGE), channel=channel)
    assert await scene.replies.look(job, drop) == NotThere()
    posted = await scene.replies.drop(job, drop, scene.clip)
    assert await scene.replies.look(job, drop) == posted


async def test_another_jobs_clip_is_not_ours(scene):
    first, second = await scene.asks(), await scene.asks()
    await scene.replies.drop(first, scene.drop(first, Rung.CHANNEL), scene.clip)
    assert await scene.replies.look(second, scene.drop(second, Rung.CHANNEL)) == NotThere()


async def test_a_long_stretch_is_looked_through_where_nobody_knows_when_it_came(scene):
    job = await scene.asks()
    drop = scene.drop(job, Rung.CHANNEL)
    scene.clock.advance(7200)
    posted = await scene.replies.drop(job, drop, scene.clip)
    assert await scene.replies.look(job, drop) == NotThere()
    assert await scene.replies.look(job, drop, drop.at + 7200) == posted
