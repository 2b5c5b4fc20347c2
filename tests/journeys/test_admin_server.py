"""What a server's managers see of its videos, what its log tells, and what is covered there."""

import signal

from sandbox.discord import Message, Use
from sandbox.discord.components import GALLERY, walk
from tests.journeys.scene import Scene, says
from tests.journeys.script import ONE_SLOT, with_script

LOG = "general"


async def answered(scene: Scene, use: Use, *words: str) -> Message:
    """Wait for the answer, which only the caller sees."""
    message = await scene.says(use, *words)
    assert message.ephemeral
    return message


@with_script(**ONE_SLOT)
async def test_a_manager_sees_what_is_made_and_cancels_what_waits(scene: Scene) -> None:
    mara, tomas = scene.mara, scene.tomas
    running = await tomas.use("/video", prompt="a running fox", duration=4)
    await scene.paid_for(1)
    waiting = await tomas.use("/video", prompt="a waiting owl", duration=4)
    await scene.says(waiting, "next")
    listing = await mara.use("/admin videos")
    shown = await answered(scene, listing, "a running fox", "a waiting owl", f"<@{tomas.user.id}>", "2 videos")
    press = await mara.press(shown, label="Cancel")
    await scene.says(press, "1 video")
    await scene.says(waiting, "A manager of this server cancelled this", "this cost nothing")
    gone = await mara.press(shown, custom_id=next(one for _, one, *_ in shown.buttons() if one))
    await gone.answered()
    await answered(scene, await mara.use("/admin audit"), "cancelled", f"<@{tomas.user.id}>", f"<@{mara.user.id}>")
    olive = scene.discord.member("Olive")
    await answered(scene, await olive.use("/admin videos", channel="dm", server="all"), "everywhere", "a running fox")
    await scene.video(running)
    assert scene.prompts() == ["a running fox"]
    assert len(scene.posts()) == 1


@with_script(bot={"MEMBER_SECONDS_A_DAY": "8"})
async def test_the_log_tells_what_was_made_refused_and_changed_and_pings_nobody(scene: Scene) -> None:
    mara, tomas, world = scene.mara, scene.tomas, scene.discord.world
    place = world.channel(LOG)
    place.permissions.deny("Attach Files", member=world.bot.id)
    await answered(scene, await mara.use("/admin log-channel", to=place.id), "permissions", "Attach Files")
    place.permissions.allow("Attach Files", member=world.bot.id)
    place.permissions.deny("View Channel", member=world.bot.id)
    await answered(scene, await mara.use("/admin log-channel", to=place.id), "permissions", "View Channel")
    place.permissions.allow("View Channel", member=world.bot.id)
    await answered(scene, await mara.use("/admin log-channel", to=place.id), f"posted in <#{place.id}>")
    await scene.seen(mara, says(f"<@{mara.user.id}>", "turned the log on in"), LOG)
    video = await scene.video(await tomas.use("/video", prompt="a red fox", duration=4))
    made = await scene.seen(mara, says(f"<@{tomas.user.id}> made a video", "a red fox", "4 seconds", video.id), LOG)
    assert len(made.media()) == 1
    card = await answered(scene, await tomas.use("/status", video=video_id(video)), "a red fox")
    await scene.video(await tomas.press(card, label="Again"))
    private = await scene.seen(mara, says(f"<@{tomas.user.id}> made a private video"), LOG)
    assert "fox" not in private.texts()
    assert "discord.com" not in private.texts()
    assert private.media() == []
    await scene.follows(await tomas.use("/video", prompt="a blue owl", duration=4), "0 seconds left of 8 seconds")
    await scene.seen(mara, says(f"<@{tomas.user.id}> was refused a video", "a blue owl", "0 seconds left"), LOG)
    await mara.use("/admin limits set", measure="seconds-a-day", limit=6, member=tomas.id)
    await scene.seen(mara, says(f"<@{mara.user.id}>", f"<@{tomas.user.id}>", "6 seconds"), LOG)
    lines = [one for one in mara.sees(LOG) if one.author == "Seedreel"]
    assert len(lines) == 5
    assert not [one for one in lines if one.pinged or one.mentions]
    # A log whose channel is gone holds nothing up, and its managers read it once.
    world.delete_channel(LOG)
    await scene.follows(await tomas.use("/video", prompt="a blue owl", duration=4), "0 seconds left")
    await scene.bot.says("takes no messages")
    await scene.follows(await mara.use("/admin spoilers"), f"can't post in <#{place.id}> anymore")
    again = await answered(scene, await mara.use("/admin log-channel"), "The log is off")
    assert "anymore" not in again.texts()


@with_script()
async def test_videos_are_covered_as_managers_set_it_and_held_where_discord_covers_neither_form(scene: Scene) -> None:
    mara, tomas, world = scene.mara, scene.tomas, scene.discord.world
    world.channel("general").age_restricted = True
    await answered(scene, await mara.use("/admin spoilers", when="outside"), "Outside age-restricted channels")
    await scene.video(await tomas.use("/video", channel="general", prompt="for adults", duration=4))
    assert covered(scene) == [False]
    # What is set counts for what was asked for before, also after a restart.
    scene.provider.hold()
    use = await tomas.use("/video", prompt="a fox", duration=4)
    await scene.says(use, "queued")
    await scene.bot.restart(signal.SIGKILL)
    scene.provider.release()
    await scene.video(use)
    assert covered(scene) == [False, True]
    world.refused_spoilers.add("gallery")
    await scene.video(await tomas.use("/video", prompt="an owl", duration=4))
    [sent] = scene.uploads()[2].detail["body"]["attachments"]
    assert (sent["is_spoiler"], sent["filename"].startswith("seedreel-")) == (True, True)
    world.refused_spoilers.add("attachment")
    held = await scene.says(await tomas.use("/video", prompt="a cat", duration=4), "Discord didn't let me post it here")
    assert len(scene.uploads()) == 3
    given = await scene.video(await tomas.press(held, label="Get the video"))
    assert given.ephemeral
    assert covered(scene)[3:] == [False]
    assert set(scene.copies().values()) == {1}


def covered(scene: Scene) -> list[bool]:
    """List, of each upload of a video that Discord took, whether its gallery covers it."""
    galleries = (
        [one for one in walk(entry.detail["body"]["components"]) if one["type"] == GALLERY] for entry in scene.uploads()
    )
    return [any(item["spoiler"] for one in found for item in one["items"]) for found in galleries]


def video_id(message: Message) -> str:
    """Return the id of the job whose video a message holds."""
    return next(name for name in message.media() if name.endswith(".mp4"))[len("seedreel-") : -len(".mp4")]
