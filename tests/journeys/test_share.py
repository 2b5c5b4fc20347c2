"""Share: an old video once more, where its owner and the bot may post; one copy a press, and nobody else's."""

import signal
from typing import Any

import pytest

from sandbox.discord import Message
from tests.journeys.gates import Gate, upload
from tests.journeys.scene import Scene, has_video, labels, short_id
from tests.journeys.script import with_script
from tests.journeys.test_menus import opts_out

CLOCKED = with_script(sets_clock=True)
ANOTHER_PRESS = 11.0


async def made(scene: Scene, prompt: str = "a fox to share") -> Message:
    """Let Mara have a video made in "videos"."""
    message = await scene.video(await scene.mara.use("/video", prompt=prompt, duration=4))
    await scene.bot.says("Telling the member that it is delivered")  # its row says so by then
    return message


async def status_of(scene: Scene, message: Message, channel: str | int = "general") -> Message:
    """Let Mara look a video up in another channel."""
    use = await scene.mara.use("/status", channel=channel, video=short_id(message))
    return await scene.says(use, "done")


def copies(scene: Scene, original: Message, channel: str | int = "general") -> list[Message]:
    """List the videos that all see in a channel, but for the first."""
    return [one for one in scene.videos(channel, scene.tomas) if one.id != original.id]


def is_the_same(scene: Scene, copy: Message, original: Message) -> None:
    """See that a copy is the clip with its owner's name and its buttons, and that nothing was paid for it or said."""
    assert copy.file() == original.file()
    assert f"shared by <@{scene.mara.id}>" in copy.texts()
    assert labels(copy) == ["Again", "Edit", "Continue"]
    assert copy.pinged == []
    assert len(scene.paid()) == 1


@CLOCKED
async def test_a_video_is_shared_where_its_button_is_pressed_once_a_press_and_after_a_restart(scene: Scene) -> None:
    original = await made(scene)
    card = await status_of(scene, original)
    assert labels(card)[:2] == ["Get the video", "Share"]
    gate = scene.gates.close(upload)
    use = await scene.mara.press(card, label="Share")
    await scene.until(lambda: gate.waiting, "the upload")
    await scene.says(await scene.mara.press(card, label="Share"), "just shared this video there")
    gate.open()
    first = await scene.video(use)
    is_the_same(scene, first, original)
    assert first.channel_id == str(scene.discord.world.channel("general").id)
    await scene.bot.restart(signal.SIGKILL)
    scene.later(ANOTHER_PRESS)
    second = await scene.video(await scene.mara.press(card, label="Share"))
    is_the_same(scene, second, original)
    assert {one.id for one in copies(scene, original)} == {first.id, second.id}
    assert len(scene.copies()) == 3
    # It is a video like any other: somebody else makes one of their own from it.
    theirs = await scene.tomas.press(second, label="Again")
    await scene.video(theirs)
    assert scene.prompts() == ["a fox to share"] * 2


async def test_the_command_posts_in_another_channel_and_covers_it(scene: Scene) -> None:
    original = await made(scene)
    [choice] = await scene.mara.complete("/share", "video")
    general = scene.discord.world.channel("general")
    use = await scene.mara.use("/share", video=choice["value"], channel_=general.id, spoiler=True)
    told = await scene.says(use, f"shared in <#{general.id}>")
    assert told.ephemeral
    [copy] = copies(scene, original)
    is_the_same(scene, copy, original)
    assert f"/{general.id}/{copy.id}" in told.texts()
    assert covered(copy)
    assert scene.uploads()[-1].route == "POST /channels/{channel_id}/messages"
    # Nobody asked for that message, and still it is its owner's.
    opts_out(scene, scene.mara)
    await scene.says(await scene.tomas.use_on("Use as reference", copy), "doesn't want others to use")
    here = await scene.video(await scene.mara.use("/share", channel="lounge", video=choice["value"]))
    is_the_same(scene, here, original)
    assert not covered(here)


def covered(message: Message) -> list[Any]:
    gallery = [one for part in message.stored.components for one in part.get("components", ()) if one.get("items")]
    return [item for one in gallery for item in one["items"] if item.get("spoiler")]


async def test_what_a_member_got_in_private_is_shared_from_there(scene: Scene) -> None:
    original = await made(scene)
    given = await scene.video(
        await scene.mara.press(await status_of(scene, original, "general"), label="Get the video")
    )
    assert labels(given)[3] == "Share"
    is_the_same(scene, await scene.video(await scene.mara.press(given, label="Share")), original)
    assert len(copies(scene, original)) == 1


async def test_nobody_shares_anothers_and_nobody_where_they_or_the_bot_may_not_post(scene: Scene) -> None:
    original = await made(scene)
    card = await status_of(scene, original)
    general = scene.discord.world.channel("general")
    refused = await scene.says(
        await scene.tomas.use("/share", video=short_id(original), channel_=general.id), "can't find that video"
    )
    assert refused.ephemeral
    assert await scene.tomas.complete("/share", "video") == []
    share = next(one["custom_id"] for one in card.pressable() if one["custom_id"].startswith("seedreel:share:"))
    scene.discord.world.guild("Film Club").owner_id = scene.tomas.user.id
    general.permissions.deny("Attach Files", member=scene.mara.user.id)
    await scene.says(await scene.mara.press(card, custom_id=share), "you're missing **attach files**")
    await scene.says(
        await scene.mara.use("/share", video=short_id(original), channel_=general.id), "you're missing **attach files**"
    )
    general.permissions.allow("Attach Files", member=scene.mara.user.id)
    general.permissions.deny("Send Messages", member=scene.discord.world.bot.id)
    await scene.says(
        await scene.mara.use("/share", video=short_id(original), channel_=general.id), "i'm missing **send messages"
    )
    assert copies(scene, original) == []
    assert len(scene.copies()) == 1
    scene.provider.hold()
    await scene.mara.use("/video", prompt="not yet", duration=4)
    await scene.paid_for(2)
    [unfinished] = await scene.mara.complete("/status", "video", video="not yet")
    await scene.says(await scene.mara.use("/share", video=unfinished["value"]), "isn't finished yet")


async def test_a_clip_past_its_days_comes_from_its_message_and_where_that_is_gone_there_is_again(scene: Scene) -> None:
    original = await made(scene)
    [clip] = (scene.bot.data / "clips").glob("*.mp4")
    clip.unlink()
    copy = await scene.video(await scene.mara.use("/share", channel="general", video=short_id(original)))
    is_the_same(scene, copy, original)
    clip.unlink()
    scene.discord.messages.delete(original.stored)
    use = await scene.mara.use("/share", channel="lounge", video=short_id(original))
    gone = await scene.follows(use, "no longer have this video's file")
    assert labels(gone) == ["Again"]
    await scene.until(lambda: scene.tomas.sees("lounge") == [], "nothing for others")
    await scene.mara.press(gone, label="Again")
    assert await scene.paid_for(2) == ["a fox to share"] * 2


@pytest.mark.parametrize("where", ["here", "in another channel"])
@pytest.mark.parametrize("after", [False, True], ids=["before Discord took it", "after Discord took it"])
async def test_killed_while_it_is_uploaded(scene: Scene, where: str, after: bool) -> None:
    original = await made(scene)
    gate = scene.gates.close(upload, after=after)
    general = scene.discord.world.channel("general")
    if where == "here":
        use = await scene.mara.use("/share", channel="general", video=short_id(original))
    else:
        use = await scene.mara.use("/share", video=short_id(original), channel_=general.id)
    await scene.until(lambda: gate.waiting, "the upload")
    await killed_at(scene, gate)
    copy = await scene.seen(scene.tomas, has_video, "general")
    is_the_same(scene, copy, original)
    if where != "here":
        await scene.says(use, "shared in")
    await scene.bot.says("Shared by its owner in channel")
    assert copies(scene, original) == [copy]
    assert len(scene.uploads()) == 2


async def killed_at(scene: Scene, gate: Gate) -> None:
    await scene.bot.stop(signal.SIGKILL)
    gate.open()
    await scene.bot.start()
