from dataclasses import replace

import pytest

from bot.domain.origin import Origin
from bot.domain.reply import PublicMessage, Route, ShrunkClip, Variant
from bot.replies.sender import upload_seconds
from bot.studio.ports import CardRefused, Closed, NotNow, Posted, TooLarge, Unclear
from sandbox.discord.components import FILE, GALLERY, walk
from sandbox.faults import Reset, status
from tests.replies.conftest import FOOTAGE, MARA, VIDEOS

TOMAS = 1002

TOKEN_EDIT = "PATCH /api/v10/webhooks/*"
LINK = "https://files.example/v.mp4"


@pytest.mark.parametrize("route", [Route.TOKEN, Route.BOT])
async def test_the_reply_itself_comes_to_hold_the_clip(scene, route):
    job = await scene.asks()
    if route is Route.BOT:
        assert isinstance(
            await scene.replies.deliver(job, scene.attempt(job, Route.TOKEN, Variant.PLAIN), scene.clip), Posted
        )
    assert await scene.replies.deliver(job, scene.attempt(job, route), scene.clip) == Posted(
        VIDEOS, job.reply.message_id
    )
    assert [message.id for message in scene.seen()] == [str(job.reply.message_id)]
    assert scene.message(job).media() == [job.clip_name]
    assert scene.message(job).file() == FOOTAGE
    assert not scene.message(job).loading


@pytest.mark.parametrize("known_by", ["the attempt", "the reply"])
async def test_the_bot_edits_the_message_whichever_of_attempt_and_reply_knows_it(scene, known_by):
    job = await scene.asks()
    attempt = replace(scene.attempt(job, Route.BOT), message_id=None)
    if known_by == "the attempt":
        attempt = replace(attempt, message_id=job.reply.message_id)
        job = replace(job, reply=job.reply.at(None))
    posted = await scene.replies.deliver(job, attempt, scene.clip)
    assert posted == Posted(VIDEOS, int(scene.seen()[-1].id))
    assert len(scene.seen()) == 1


@pytest.mark.parametrize("route", [Route.TOKEN, Route.BOT, Route.CHANNEL, Route.FOLLOW_UP, Route.DIRECT])
async def test_the_owner_of_the_video_that_it_comes_from_is_named_and_never_pinged(scene, route):
    job = await scene.asks(origin=Origin(TOMAS, PublicMessage(2001, VIDEOS, 55)))
    await scene.replies.deliver(job, scene.attempt(job, route), scene.clip)
    holding = [one for place in ("videos", "dm") for one in scene.seen(place) if one.media() == [job.clip_name]]
    assert ["<@1002>" in one.texts() for one in holding] == [True]
    bot_s = [entry.detail for entry in scene.discord.ledger.of("message") if entry.detail["who"] != "Mara"]
    assert not [one for one in bot_s if "Tomas" in one["pinged"]]
    assert scene.discord.member("Tomas").pings() == []
    assert [one.mentions for one in holding] in ([[]], [["Mara"]])


@pytest.mark.parametrize(("hides", "alt"), [(False, "a fox in the snow"), (True, "A video")])
async def test_the_plain_form_describes_its_file_too(scene, hides, alt):
    job = await scene.asks()
    attempt = replace(scene.attempt(job, Route.TOKEN, Variant.PLAIN), hides_prompt=hides)
    assert isinstance(await scene.replies.deliver(job, attempt, scene.clip), Posted)
    [file] = scene.message(job).stored.files.values()
    assert (file.name, file.description) == (job.clip_name, alt)


@pytest.mark.parametrize("route", [Route.TOKEN, Route.BOT, Route.CHANNEL, Route.FOLLOW_UP])
async def test_a_covered_clip_keeps_its_name_in_either_form(scene, route):
    job = await scene.asks()
    for variant in (Variant.FILE, Variant.PLAIN):
        attempt = replace(scene.attempt(job, route, variant), nonce=job.nonce(variant[0]), spoiler=True)
        assert isinstance(await scene.replies.deliver(job, attempt, scene.clip), Posted)
    sent = [entry.detail["body"] for entry in scene.discord.ledger.of("rest") if entry.detail.get("files")]
    [card, plain] = [body.get("data", body) for body in sent]
    [gallery] = [one for one in walk(card["components"]) if one["type"] == GALLERY]
    assert [item["spoiler"] for item in gallery["items"]] == [True]
    assert [one.get("is_spoiler") for one in card["attachments"]] == [None]
    [file] = [one for one in plain["components"] if one["type"] == FILE]
    assert file["spoiler"]
    assert [(one["filename"], one["is_spoiler"]) for one in plain["attachments"]] == [(job.clip_name, True)]


async def test_a_new_message_in_the_channel_mentions_the_requester_alone(scene):
    job = await scene.asks()
    job = replace(job, request=replace(job.request, prompt="@everyone <@1002>"))
    outcome = await scene.replies.deliver(job, scene.attempt(job, Route.CHANNEL), scene.clip)
    made = scene.seen()[-1]
    assert outcome == Posted(VIDEOS, int(made.id))
    assert made.pinged == ["Mara"]
    assert made.file() == FOOTAGE


async def test_the_same_message_repeated_is_one(scene):
    job = await scene.asks()
    attempt = scene.attempt(job, Route.CHANNEL)
    first = await scene.replies.deliver(job, attempt, scene.clip)
    assert await scene.replies.deliver(job, attempt, scene.clip) == first
    assert len(scene.seen()) == 2


async def test_a_direct_message_brings_the_clip(scene):
    job = await scene.asks(private=True)
    outcome = await scene.replies.deliver(job, scene.attempt(job, Route.DIRECT), scene.clip)
    made = scene.seen("dm")[-1]
    assert outcome == Posted(int(made.channel_id), int(made.id))
    assert made.file() == FOOTAGE


async def test_what_was_asked_for_comes_into_the_private_reply(scene):
    job = await scene.asks(private=True)
    assert isinstance(await scene.replies.deliver(job, scene.attempt(job, Route.ASKED), scene.clip), Posted)
    assert scene.message(job).ephemeral
    assert scene.message(job).file() == FOOTAGE


async def test_a_link_goes_out_without_a_file(scene):
    job = await scene.asks(clip_url=LINK, clip_bytes=14 * 1024 * 1024)
    await scene.replies.deliver(job, scene.attempt(job, Route.TOKEN, Variant.LINK), None)
    assert scene.message(job).media() == []
    assert [url for _, _, _, url in scene.message(job).buttons() if url] == [LINK]


async def test_the_plain_form_is_one_text_and_one_file(scene):
    job = await scene.asks()
    await scene.replies.deliver(job, scene.attempt(job, Route.CHANNEL, Variant.PLAIN), scene.clip)
    made = scene.seen()[-1]
    assert made.file() == FOOTAGE
    assert made.pinged == ["Mara"]
    assert [part["type"] for part in made.raw()["components"]] == [10, 13]


@pytest.mark.parametrize("variant", [Variant.FILE, Variant.PLAIN])
async def test_a_clip_made_to_fit_bears_the_clips_name_and_says_so(scene, variant):
    job = await scene.asks(clip_bytes=14 * 1024 * 1024)
    shrunk = ShrunkClip(len(FOOTAGE), 960, 540)
    attempt = replace(scene.attempt(job, Route.TOKEN, variant), limit=10 * 1024 * 1024, shrunk=shrunk)
    posted = await scene.replies.deliver(job, attempt, scene.clip)
    assert scene.message(job).media() == [job.clip_name]
    assert "instead of 14 MB (960 × 540)" in scene.message(job).texts()
    assert await scene.replies.find_delivery(job, attempt) == posted


async def test_a_file_above_the_limit_is_too_large(scene):
    scene.discord.world.guild("Film Club").size_limit = 100
    job = await scene.asks()
    assert await scene.replies.deliver(job, scene.attempt(job, Route.TOKEN), scene.clip) == TooLarge()


async def test_a_dead_token_is_closed(scene):
    job = await scene.asks()
    scene.clock.advance(901)
    outcome = await scene.replies.deliver(job, scene.attempt(job, Route.TOKEN), scene.clip)
    assert isinstance(outcome, Closed)
    assert not outcome.message_gone


async def test_a_deleted_message_is_said_to_be_gone(scene):
    job = await scene.asks()
    scene.message(job).stored.deleted = True
    for route in (Route.TOKEN, Route.BOT):
        outcome = await scene.replies.deliver(job, scene.attempt(job, route), scene.clip)
        assert isinstance(outcome, Closed)
        assert outcome.message_gone


@pytest.mark.parametrize("spoil", ["kicked", "forbidden", "deleted", "archived"])
async def test_a_channel_that_takes_nothing_is_closed(scene, spoil):
    job = await scene.asks()
    world = scene.discord.world
    match spoil:
        case "kicked":
            world.guild("Film Club").remove_bot()
        case "forbidden":
            world.channel("videos").permissions.deny("Send Messages")
        case "deleted":
            world.delete_channel("videos")
        case "archived":
            thread = world.add_thread("videos", "old")
            thread.archived = thread.locked = True
            job = replace(job, reply=replace(job.reply, channel_id=thread.id))
    outcome = await scene.replies.deliver(job, scene.attempt(job, Route.CHANNEL), scene.clip)
    assert isinstance(outcome, Closed), outcome


async def test_closed_direct_messages_are_closed(scene):
    job = await scene.asks()
    scene.discord.world.user(MARA).dms_open = False
    assert isinstance(await scene.replies.deliver(job, scene.attempt(job, Route.DIRECT), scene.clip), Closed)


@pytest.mark.parametrize("reset", Reset)
async def test_a_reset_is_unclear_and_the_next_attempt_sends_the_whole_file(scene, reset):
    job = await scene.asks()
    scene.faults.add(TOKEN_EDIT, reset)
    assert isinstance(await scene.replies.deliver(job, scene.attempt(job, Route.TOKEN), scene.clip), Unclear)
    assert isinstance(await scene.replies.deliver(job, scene.attempt(job, Route.TOKEN), scene.clip), Posted)
    assert scene.message(job).file() == FOOTAGE
    assert len(scene.seen()) == 1


async def test_a_refused_card_can_still_go_plain(scene):
    job = await scene.asks()
    scene.faults.add(TOKEN_EDIT, status(400, {"code": 50035, "message": "Invalid Form Body"}))
    assert isinstance(await scene.replies.deliver(job, scene.attempt(job, Route.TOKEN), scene.clip), CardRefused)
    assert isinstance(
        await scene.replies.deliver(job, scene.attempt(job, Route.TOKEN, Variant.PLAIN), scene.clip), Posted
    )


async def test_a_429_without_via_is_waited_for(scene):
    job = await scene.asks()
    scene.faults.add(TOKEN_EDIT, status(429, {"retry_after": 1}))
    outcome = await scene.replies.deliver(job, scene.attempt(job, Route.TOKEN), scene.clip)
    assert isinstance(outcome, NotNow)
    assert outcome.after >= 120


async def test_html_in_place_of_json_is_unclear(scene):
    job = await scene.asks()
    scene.faults.add(TOKEN_EDIT, status(200, "<html>"))
    assert isinstance(await scene.replies.deliver(job, scene.attempt(job, Route.TOKEN), scene.clip), Unclear)


async def test_what_cannot_be_sent_is_closed_and_nothing_leaves(scene, forgotten):
    job = await scene.asks()
    before = len(scene.discord.ledger.entries)
    for told, attempt, clip in (
        (job, scene.attempt(job, Route.TOKEN), None),
        (job, scene.attempt(job, Route.TOKEN), scene.clip.with_name("gone.mp4")),
        (job, scene.attempt(job, Route.TOKEN, Variant.LINK), None),
        (forgotten(job), scene.attempt(job, Route.TOKEN), scene.clip),
    ):
        assert isinstance(await scene.replies.deliver(told, attempt, clip), Closed)
    assert len(scene.discord.ledger.entries) == before


def test_an_upload_has_a_minute_and_more_with_its_size_and_an_end():
    assert upload_seconds(0) == 60
    assert upload_seconds(10 * 1024 * 1024) == 100
    assert upload_seconds(2**40) == 600
