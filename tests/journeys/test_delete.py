"""Delete: a video with its messages, files and prompt, by its owner or who manages the messages; what counts stays."""

import signal

from sandbox.discord import Message
from tests.journeys.gates import upload
from tests.journeys.scene import Scene, labels, says, short_id
from tests.journeys.script import ONE_SLOT, with_script


async def made(scene: Scene, prompt: str = "a secret fox") -> Message:
    """Let Mara have a video made in "videos"."""
    message = await scene.video(await scene.mara.use("/video", prompt=prompt, duration=4))
    await scene.bot.says("Telling the member that it is delivered")  # its row says so by then
    return message


async def test_its_owner_deletes_a_video_with_its_copies_after_a_restart_and_it_goes_on_counting(scene: Scene) -> None:
    original = await made(scene)
    await scene.video(await scene.mara.use("/share", channel="general", video=short_id(original)))
    before = (await scene.says(await scene.mara.use("/usage"), "4 seconds")).texts()
    status = await scene.says(await scene.mara.use("/status", video=short_id(original)), "done")
    [select] = [one for one in status.pressable() if "options" in one]
    asked = await scene.mara.press(status, custom_id=select["custom_id"], values=["delete"])
    question = await scene.follows(asked, "delete video")
    assert labels(question) == ["Yes, delete it"]
    assert len(scene.copies()) == 2
    await scene.bot.restart(signal.SIGKILL)
    pressed = await scene.mara.press(question, label="Yes, delete it")
    await scene.follows(pressed, "deleted: the video")
    assert scene.copies() == {}
    assert original.deleted
    for folder in ("clips", "posters"):
        assert [one for one in (scene.bot.data / folder).rglob("*") if one.is_file()] == []
    again = await scene.mara.press(question, label="Yes, delete it")
    await scene.follows(again, "can't find that video")
    listed = await scene.says(await scene.mara.use("/history"), "1 video", "deleted")
    assert not says("secret fox")(listed)
    assert await scene.mara.complete("/share", "video") == []
    await scene.says(await scene.mara.use("/history", search="secret"), "no videos match")
    after = (await scene.says(await scene.mara.use("/usage"), "4 seconds")).texts()
    assert [line for line in after.splitlines() if "4 seconds" in line] == [
        line for line in before.splitlines() if "4 seconds" in line
    ]
    assert len(scene.paid()) == 1


async def test_a_message_that_is_gone_already_is_no_obstacle(scene: Scene) -> None:
    original = await made(scene)
    scene.discord.messages.delete(original.stored)
    card = await scene.says(await scene.mara.use("/delete", video=short_id(original)), "delete video")
    pressed = await scene.mara.press(card, label="Yes, delete it")
    said = await scene.follows(pressed, "deleted: the video")
    assert not says("can't reach")(said)


async def test_a_private_message_whose_token_is_over_is_told_of(scene: Scene) -> None:
    scene.discord.world.channel("lounge").permissions.deny("Use External Apps")
    reply = await scene.video(await scene.mara.use("/video", channel="lounge", prompt="a private fox", duration=4))
    await scene.bot.says("Telling the member that it is delivered")
    scene.clock.advance(900.0)
    await scene.bot.restart(signal.SIGKILL)
    card = await scene.says(await scene.mara.use("/delete", video=short_id(reply)), "delete video")
    pressed = await scene.mara.press(card, label="Yes, delete it")
    await scene.follows(pressed, "deleted: the video", "can't reach one of its messages")


async def test_a_stranger_deletes_nothing_and_a_manager_is_written_down_without_the_prompt(scene: Scene) -> None:
    original = await made(scene)
    guild = scene.discord.world.guild("Film Club")
    refused = await scene.says(await scene.tomas.use("/delete", video=short_id(original)), "can't find that video")
    assert refused.ephemeral
    assert len(scene.copies()) == 1
    # Who may delete messages in another channel alone deletes none here.
    scene.discord.world.channel("general").permissions.allow("Manage Messages", member=scene.tomas.user.id)
    there = await scene.tomas.use("/delete", channel="general", video=short_id(original))
    await scene.says(there, "can't find that video")
    guild.owner_id = scene.tomas.user.id
    use = await scene.tomas.use("/delete", video=short_id(original))
    card = await scene.says(use, "delete video")
    assert not says("fox")(card)
    await scene.follows(await scene.tomas.press(card, label="Yes, delete it"), "deleted: the video")
    assert scene.copies() == {}
    audit = await scene.says(await scene.tomas.use("/admin audit"), "deleted <@1001>'s video")
    assert not says("fox")(audit)


@with_script(**ONE_SLOT)
async def test_what_runs_or_waits_is_not_deleted_and_it_is_said_what_can_be_done(scene: Scene) -> None:
    scene.provider.hold()
    running = await scene.mara.use("/video", prompt="running fox", duration=4)
    await scene.says(running, "queued")
    waiting = await scene.mara.use("/video", prompt="waiting fox", duration=4)
    card = await scene.says(waiting, "waiting")
    assert running.reply is not None
    await scene.says(await scene.mara.use("/delete", video=short_id(running.reply)), "can't be stopped")
    await scene.says(await scene.mara.use("/delete", video=short_id(card)), "press **cancel** first")
    scene.provider.release()
    await scene.video(running)
    await scene.video(waiting)


async def test_what_is_just_being_shared_is_deleted_once_that_is_there_and_with_it(scene: Scene) -> None:
    original = await made(scene)
    question = await scene.says(await scene.mara.use("/delete", video=short_id(original)), "delete video")
    gate = scene.gates.close(upload)
    use = await scene.mara.use("/share", channel="general", video=short_id(original))
    await scene.until(lambda: gate.waiting, "the upload")
    refused = await scene.mara.press(question, label="Yes, delete it")
    await scene.follows(refused, "couldn't delete all of this video just now")
    assert not original.deleted
    gate.open()
    await scene.video(use)
    await scene.bot.says("Shared by its owner in channel")  # its row says so by then
    await scene.follows(await scene.mara.press(question, label="Yes, delete it"), "deleted: the video")
    assert scene.copies() == {}
