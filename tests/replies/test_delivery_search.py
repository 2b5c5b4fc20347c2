from dataclasses import replace

import pytest

from bot.domain.reply import Route, Variant
from bot.replies.sender import MAX_UPLOAD
from bot.studio.ports import CannotSearch, Closed, NotThere, Posted
from sandbox.discord import Upload
from sandbox.faults import Reset, status
from tests.replies.conftest import FOOTAGE, VIDEOS

LINK = "https://files.example/v.mp4"


def blind_for_good(seen) -> bool:
    return isinstance(seen, CannotSearch) and seen.for_good


@pytest.mark.parametrize("variant", [Variant.FILE, Variant.PLAIN, Variant.LINK])
@pytest.mark.parametrize("route", [Route.TOKEN, Route.BOT, Route.CHANNEL, Route.DIRECT])
async def test_a_drop_is_found_where_it_went_and_not_before(scene, route, variant):
    job = await scene.asks(clip_url=f"{LINK}?signed=1")
    attempt = scene.attempt(job, route, variant)
    await scene.replies.show_end(job, Route.TOKEN)
    assert await scene.replies.find_delivery(job, attempt) == NotThere()
    posted = await scene.replies.deliver(job, attempt, scene.clip)
    assert await scene.replies.find_delivery(replace(job, clip_url=f"{LINK}?signed=2"), attempt) == posted


@pytest.mark.parametrize("route", [Route.TOKEN, Route.CHANNEL])
async def test_a_long_link_goes_out_and_is_found(scene, route):
    signed = f"{LINK}?sign=" + "s" * 600
    job = await scene.asks(clip_url=signed)
    attempt = scene.attempt(job, route, Variant.LINK)
    posted = await scene.replies.deliver(job, attempt, None)
    assert isinstance(posted, Posted)
    assert await scene.replies.find_delivery(job, attempt) == posted


async def test_a_link_that_no_card_can_show_is_no_way(scene):
    job = await scene.asks(clip_url=f"{LINK}?sign=" + "s" * 3000)
    assert isinstance(await scene.replies.deliver(job, scene.attempt(job, Route.TOKEN, Variant.LINK), None), Closed)


@pytest.mark.parametrize("route", [Route.CHANNEL, Route.DIRECT])
async def test_who_does_not_know_that_a_link_went_out_finds_it(scene, route):
    """A restored backup does not know in which form a later life has brought the video."""
    job = await scene.asks(clip_url=f"{LINK}?signed=1")
    posted = await scene.replies.deliver(job, scene.attempt(job, route, Variant.LINK), None)
    assert await scene.replies.find_delivery(job, scene.attempt(job, route)) == posted


async def test_the_link_on_a_card_that_still_waits_for_the_file_is_no_delivery(scene):
    job = await scene.asks(clip_url=f"{LINK}?signed=1")
    await scene.replies.deliver(job, scene.attempt(job, Route.TOKEN, Variant.LINK), None)
    for address in (job.reply, replace(job.reply, message_id=None)):
        unsure = replace(job, reply=address)
        assert await scene.replies.find_delivery(unsure, scene.attempt(unsure, Route.CHANNEL)) == NotThere()


async def test_what_was_applied_without_an_answer_is_found(scene):
    job = await scene.asks()
    attempt = scene.attempt(job, Route.CHANNEL)
    scene.faults.add("POST /api/v10/channels/*", Reset.AFTER)
    await scene.replies.deliver(job, attempt, scene.clip)
    found = await scene.replies.find_delivery(job, attempt)
    assert found == Posted(VIDEOS, int(scene.seen()[-1].id))


async def test_the_reply_is_looked_at_as_the_bot_once_its_token_is_dead(scene):
    job = await scene.asks()
    posted = await scene.replies.deliver(job, scene.attempt(job, Route.TOKEN), scene.clip)
    scene.clock.advance(901)
    assert await scene.replies.find_delivery(job, scene.attempt(job, Route.TOKEN)) == posted


async def test_nobody_sees_a_private_reply_whose_token_is_dead(scene, forgotten):
    job = await scene.asks(private=True)
    scene.clock.advance(901)
    assert blind_for_good(await scene.replies.find_delivery(job, scene.attempt(job, Route.TOKEN)))
    before = len(scene.discord.ledger.of("rest", "GET"))
    assert blind_for_good(await scene.replies.find_delivery(forgotten(job), scene.attempt(job, Route.TOKEN)))
    assert len(scene.discord.ledger.of("rest", "GET")) == before


async def test_a_token_that_dies_early_leaves_the_look_to_the_bot(scene):
    job = await scene.asks()
    posted = await scene.replies.deliver(job, scene.attempt(job, Route.TOKEN), scene.clip)
    dead = status(401, {"code": 50027, "message": "Invalid Webhook Token"})
    scene.faults.add("GET /api/v10/webhooks/*", dead, times=None)
    assert await scene.replies.find_delivery(job, scene.attempt(job, Route.TOKEN)) == posted


async def test_a_deleted_message_holds_nothing(scene):
    job = await scene.asks()
    scene.message(job).stored.deleted = True
    assert await scene.replies.find_delivery(job, scene.attempt(job, Route.TOKEN)) == NotThere()


async def test_a_message_that_nobody_ever_knew_is_never_seen(scene):
    job = await scene.asks()
    unknown = replace(job, reply=job.reply.at(None))
    attempt = replace(scene.attempt(job, Route.BOT), message_id=None)
    assert blind_for_good(await scene.replies.find_delivery(unknown, attempt))


async def test_a_permission_taken_away_blinds(scene):
    job = await scene.asks()
    scene.discord.world.channel("videos").permissions.deny("View Channel")
    assert blind_for_good(await scene.replies.find_delivery(job, scene.attempt(job, Route.CHANNEL)))


@pytest.mark.parametrize("there", [False, True])
async def test_where_the_history_may_not_be_read_its_silence_says_nothing(scene, there):
    job = await scene.asks()
    attempt = scene.attempt(job, Route.CHANNEL)
    if there:
        await scene.replies.deliver(job, attempt, scene.clip)
    scene.discord.world.channel("videos").permissions.deny("Read Message History")
    assert blind_for_good(await scene.replies.find_delivery(job, attempt))


@pytest.mark.parametrize("gone", [False, True])
async def test_nothing_is_there_where_nothing_was_said_since(scene, gone):
    job = await scene.asks()
    scene.clock.advance(300)
    scene.message(job).stored.deleted = gone
    assert await scene.replies.find_delivery(job, scene.attempt(job, Route.CHANNEL)) == NotThere()


async def test_an_error_is_no_answer(scene):
    job = await scene.asks()
    scene.faults.add("GET /api/v10/*", Reset.BEFORE, times=None)
    for route in (Route.TOKEN, Route.BOT, Route.CHANNEL):
        seen = await scene.replies.find_delivery(job, scene.attempt(job, route))
        assert isinstance(seen, CannotSearch)
        assert not seen.for_good


async def test_a_429_blinds_for_a_while_only(scene):
    job = await scene.asks()
    scene.faults.add("GET /api/v10/*", status(429, {"retry_after": 1}), times=None)
    seen = await scene.replies.find_delivery(job, scene.attempt(job, Route.BOT))
    assert isinstance(seen, CannotSearch)
    assert not seen.for_good


async def test_a_young_token_that_discord_does_not_know_yet_blinds_for_a_while_only(scene):
    job = await scene.asks(private=True)
    unknown = replace(job, reply=replace(job.reply, token="no-such-token"))
    seen = await scene.replies.find_delivery(unknown, scene.attempt(job, Route.TOKEN))
    assert isinstance(seen, CannotSearch)
    assert not seen.for_good


@pytest.mark.parametrize("ahead", [-7200.0, -120.0, 120.0, 7200.0])
@pytest.mark.parametrize("route", [Route.CHANNEL, Route.DIRECT])
async def test_a_clock_that_goes_wrong_hides_nothing(scene, route, ahead):
    job = await scene.asks()
    scene.clock.advance(300)
    attempt = scene.attempt(job, route)
    job = replace(job, created=job.created + ahead)
    attempt = replace(attempt, at=attempt.at + ahead)
    posted = await scene.replies.deliver(job, attempt, scene.clip)
    assert await scene.replies.find_delivery(job, attempt) == posted


async def test_what_was_said_long_after_is_not_read(scene):
    job = await scene.asks()
    attempt = scene.attempt(job, Route.CHANNEL)
    scene.clock.advance(MAX_UPLOAD + 1000)
    for number in range(250):
        await scene.discord.member("Tomas").say(f"words {number}")
    assert await scene.replies.find_delivery(job, attempt) == NotThere()
    assert len(scene.discord.ledger.of("rest", "GET /channels/")) == 1


async def test_mistyped_json_is_no_answer(scene):
    job = await scene.asks()
    scene.faults.add("GET /api/v10/*", status(200, ["not", "a message"]), times=None)
    assert isinstance(await scene.replies.find_delivery(job, scene.attempt(job, Route.BOT)), CannotSearch)


@pytest.mark.parametrize(
    ("route", "member", "channel"), [(Route.CHANNEL, "Tomas", "videos"), (Route.DIRECT, "Mara", "dm")]
)
async def test_a_file_of_the_clips_name_that_a_member_posts_is_no_delivery(scene, route, member, channel):
    job = await scene.asks()
    attempt = scene.attempt(job, route)
    await scene.discord.member(member).say("look", Upload(job.clip_name, FOOTAGE), channel=channel)
    assert await scene.replies.find_delivery(job, attempt) == NotThere()
    posted = await scene.replies.deliver(job, attempt, scene.clip)
    assert await scene.replies.find_delivery(job, attempt) == posted


async def test_another_jobs_clip_is_not_ours(scene):
    first, second = await scene.asks(), await scene.asks()
    await scene.replies.deliver(first, scene.attempt(first, Route.CHANNEL), scene.clip)
    assert await scene.replies.find_delivery(second, scene.attempt(second, Route.CHANNEL)) == NotThere()


async def test_a_long_stretch_is_looked_through_where_nobody_knows_when_it_came(scene):
    job = await scene.asks()
    attempt = scene.attempt(job, Route.CHANNEL)
    scene.clock.advance(7200)
    posted = await scene.replies.deliver(job, attempt, scene.clip)
    assert await scene.replies.find_delivery(job, attempt) == NotThere()
    assert await scene.replies.find_delivery(job, attempt, attempt.at + 7200) == posted
