"""What Discord itself does to a delivery: refusals, filters, permissions, what comes twice and what is deleted."""

import signal

from aiohttp import web

from sandbox.discord.errors import refusal
from sandbox.faults import status
from tests.journeys.pictures import png
from tests.journeys.scene import Scene, has_video, says
from tests.journeys.script import TIME_SCALE, paced, quick, with_script
from tests.journeys.test_bring_it_here import BEFORE_IT_FREEZES, FROZEN, SCALE
from tests.journeys.test_routes import came_directly, finish, rendering

FOLLOW_UP = "POST /api/v10/webhooks/*"


def fetched_picture(request: web.Request) -> bool:
    """Tell whether this fetches a file that a member has attached."""
    return request.method == "GET" and "/ephemeral-attachments/" in request.path


def uploads_to(scene: Scene, route: str) -> int:
    """Count the requests that brought a file to a route, taken or not."""
    return sum(bool(entry.detail.get("files")) for entry in scene.ledger.of("rest", route))


@with_script(discord=paced(edits_take_files=False))
async def test_where_no_edit_takes_a_file_a_private_clip_follows_its_reply_and_leaves_once(scene: Scene) -> None:
    scene.discord.world.channel("lounge").permissions.deny("Use External Apps")
    use = await scene.mara.use("/video", channel="lounge", prompt="a fox that follows", duration=4)
    followed = await scene.seen(scene.mara, has_video, "lounge")
    assert use.reply is not None
    assert (followed.ephemeral, followed.id != use.reply.id) == (True, True)
    assert followed.file() == scene.provider.tasks[scene.task()].footage.result().read_bytes()
    lost = scene.faults.add(FOLLOW_UP, status(502, applied=True))
    other = await scene.mara.use("/video", channel="lounge", prompt="a fox that is lost", duration=4)
    held = await scene.says(other, "I can't tell whether it arrived", "/status")
    assert held.ephemeral
    assert lost.fired == 1
    await scene.bot.restart(signal.SIGKILL)
    choices = await scene.mara.complete("/status", "video")
    [choice] = [one for one in choices if "lost" in one["name"]]
    card = await scene.says(await scene.mara.use("/status", channel="lounge", video=choice["value"]), "kept for you")
    assert card.ephemeral
    # It did arrive: there is one of each, and neither came directly too.
    assert list(scene.copies().values()) == [1, 1]
    assert [one for one in scene.mara.sees("dm") if has_video(one)] == []
    assert [one for one in scene.tomas.sees("lounge") if has_video(one)] == []


@with_script(discord=paced(edits_take_files=False))
async def test_a_public_follow_up_of_unclear_fate_is_looked_for(scene: Scene) -> None:
    scene.discord.world.channel("videos").permissions.deny("Attach Files", member=scene.discord.world.bot.id)
    lost = scene.faults.add(FOLLOW_UP, status(502, applied=True))
    await scene.mara.use("/video", prompt="a fox that is found", duration=4)
    message = await scene.seen(scene.mara, has_video)
    await scene.bot.says(f"Delivered in message {message.id}")
    assert lost.fired == 1
    assert list(scene.copies().values()) == [1]
    # Without Attach Files the bot's own post is refused, and is not even tried.
    assert uploads_to(scene, "POST /channels") == 0


@with_script(
    provider=quick(time_scale=SCALE),
    discord=paced(SCALE, edits_need_attach_files=True),
    bot={"TIME_SCALE": f"{SCALE:g}"},
    sets_clock=True,
)
async def test_without_attach_files_a_late_video_comes_directly_and_the_card_says_so_before(scene: Scene) -> None:
    scene.discord.world.channel("videos").permissions.deny("Attach Files", member=scene.discord.world.bot.id)
    use = await rendering(scene)
    await scene.says(use, "your video may come as a direct message, because I'm missing **Attach Files** here")
    scene.later(BEFORE_IT_FREEZES)
    await scene.says(use, "Attach Files", "direct message", "Move it here")
    scene.later(FROZEN - BEFORE_IT_FREEZES)
    finish(scene)
    await came_directly(scene)
    assert uploads_to(scene, "POST /channels/{channel_id}/messages") == 1  # the direct message itself


async def test_a_filter_takes_the_prompt_and_never_the_video(scene: Scene) -> None:
    scene.discord.world.guild("Film Club").filters = {"forbidden": 200000}
    use = await scene.mara.use("/video", prompt="a forbidden fox", duration=4)
    reply = await scene.video(use)
    assert "forbidden" not in reply.texts()
    assert says("seedance-2", "4 s")(reply)
    assert [one for one in scene.mara.sees("dm") if has_video(one)] == []
    assert list(scene.copies().values()) == [1]


async def test_cloudflares_block_closes_no_way_and_is_waited_for_by_everybody(scene: Scene) -> None:
    scene.provider.hold()
    first = await scene.mara.use("/video", prompt="a fox", duration=4)
    other = await scene.tomas.use("/video", channel="general", prompt="another fox", duration=4)
    await scene.paid_for(2)
    blocked = scene.faults.add("PATCH /api/v10/webhooks/*", refusal(40333))
    finish(scene)
    await scene.until(lambda: blocked.fired, "the block")
    for use in (first, other):
        assert (await scene.video(use)).id == use.reply.id
    assert list(scene.copies().values()) == [1, 1]
    [struck] = [entry.at for entry in scene.ledger.of("fault")]
    # 180 s of the bot's; the other's upload may have been on its way already.
    soon = [entry for entry in scene.ledger.of("rest", "PATCH") if struck < entry.at < struck + 170.0 / TIME_SCALE]
    assert len(soon) <= 1


async def test_what_comes_twice_is_answered_once_and_told_after_a_crash(scene: Scene) -> None:
    gate = scene.gates.close(fetched_picture)
    use = await scene.mara.use("/video", prompt="a fox", image=png(), duration=4)
    await gate.reached()
    use.replay()
    await scene.bot.says("it came twice")
    assert use.reply is not None
    assert use.reply.loading
    await scene.bot.restart(signal.SIGKILL)
    await scene.says(use, "Nothing was sent", "try again")
    gate.open()
    assert scene.paid() == []


@with_script(discord=paced(followups_need_original=True))
async def test_where_the_loading_message_was_deleted_the_answer_comes_directly(scene: Scene) -> None:
    gate = scene.gates.close(fetched_picture)
    broken = png()
    use = await scene.mara.use("/video", prompt="a fox", image=type(broken)("fox.png", broken.data[:90]), duration=4)
    await gate.reached()
    assert use.reply is not None
    scene.discord.messages.delete(use.reply.stored)
    gate.open()
    told = await scene.seen(scene.mara, lambda one: "image" in one.texts(), "dm")
    assert not has_video(told)
    assert scene.mara.sees("videos") == []
    assert scene.paid() == []
