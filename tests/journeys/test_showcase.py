"""Show it off: a finished public video once in its server's showcase, with a thread; its owner's to do alone."""

import signal

import pytest

from sandbox.discord import Member, Message, Use
from sandbox.discord.model import Channel
from tests.journeys.gates import Gate
from tests.journeys.scene import Scene, has_video, labels, opens, says, short_id
from tests.journeys.script import on_both_stores
from tests.journeys.test_settings import raw

BUTTON = "Show it off"


def place(scene: Scene) -> Channel:
    return scene.discord.world.channel("general")


async def opened(scene: Scene) -> None:
    """Let a manager open the showcase."""
    await scene.says(await scene.mara.use("/admin showcase-channel", to=place(scene).id), "show their videos off in")


async def made(scene: Scene) -> Message:
    """Let Tomas, who manages nothing, have a video made in "videos"."""
    message = await scene.video(await scene.tomas.use("/video", prompt="a fox to show", duration=4))
    await scene.bot.says(f"[#{short_id(message)}] Telling the member that it is delivered")  # its row says so by then
    return message


async def shows(member: Member, message: Message) -> Use:
    """Press the button, or choose it where it stands under More."""
    return await (member.press(message, label=BUTTON) if BUTTON in labels(message) else opens(member, message, BUTTON))


def threads(scene: Scene) -> list[str]:
    return [one.name for one in scene.discord.world.channels.values() if one.parent_id == place(scene).id]


def shown(scene: Scene) -> list[Message]:
    return [one for one in scene.mara.sees("general") if has_video(one)]


async def closes(scene: Scene) -> None:
    """Let the channel take nothing any more, and then be no showcase."""
    mara, tomas, bot = scene.mara, scene.tomas, scene.discord.world.bot.id
    place(scene).permissions.deny("Send Messages", member=bot)
    third = await made(scene)
    await scene.says(await shows(tomas, third), "couldn't post it in")
    await scene.says(await mara.use("/admin showcase-channel", off=True), "no showcase channel")
    await scene.says(await shows(tomas, third), "no showcase channel")
    await scene.says(await mara.use("/admin audit"), "set the showcase channel to", "turned the showcase off")
    assert len(shown(scene)) == 2


@on_both_stores()
async def test_a_video_is_shown_once_with_credit_and_a_thread_by_its_owner_alone(scene: Scene) -> None:
    mara, tomas, world = scene.mara, scene.tomas, scene.discord.world
    before = await made(scene)
    assert "show-off" not in str(before.pressable())
    bot = world.bot.id
    place(scene).permissions.deny("Create Public Threads", member=bot)
    await scene.says(await mara.use("/admin showcase-channel", to=place(scene).id), "need", "Create Public Threads")
    place(scene).permissions.allow("Create Public Threads", member=bot)
    await opened(scene)
    message = await made(scene)
    await scene.says(await shows(mara, message), "only the person who asked for this video")
    assert shown(scene) == []
    await scene.bot.restart(signal.SIGKILL)
    use = await shows(tomas, message)
    told = await scene.says(use, f"shared in <#{place(scene).id}>")
    assert told.ephemeral
    [copy] = shown(scene)
    assert copy.file() == message.file()
    assert f"shared by <@{tomas.id}>" in copy.texts()
    assert copy.pinged == []
    assert labels(copy)[:2] == ["Again", "Edit"]
    assert "show-off" not in str(copy.pressable())
    assert threads(scene) == ["a fox to show"]
    again = await scene.says(await shows(tomas, message), "already in")
    assert f"/{place(scene).id}/{copy.id}" in again.texts()
    # The older one, from /status elsewhere: without the thread, where that is forbidden by now.
    place(scene).permissions.deny("Create Public Threads", member=bot)
    card = await scene.says(await tomas.use("/status", channel="dm", video=short_id(before)), "done")
    use = await shows(tomas, card)
    await scene.says(use, "shared in", "couldn't open a thread")
    assert len(shown(scene)) == 2
    assert len(threads(scene)) == 1
    assert len(scene.paid()) == 2
    await closes(scene)


@on_both_stores()
async def test_what_is_private_is_not_shown_off(scene: Scene) -> None:
    await opened(scene)
    private = await scene.video(await scene.mara.use("/video", prompt="a secret fox", duration=4, private=True))
    assert "show-off" not in str(private.pressable())
    await scene.bot.says("Telling the member that it is delivered")
    again = next(one["custom_id"] for one in private.pressable() if "again" in one["custom_id"])
    forged = again.replace("again", "show-off")
    await scene.says(await scene.mara.press(await raw(scene, forged), custom_id=forged), "everyone in a server can see")
    assert shown(scene) == []


@pytest.mark.parametrize("after", [False, True], ids=["before Discord opened it", "after Discord opened it"])
async def test_killed_while_the_thread_is_opened(scene: Scene, after: bool) -> None:
    await opened(scene)
    message = await made(scene)
    gate: Gate = scene.gates.close(lambda request: request.path.endswith("/threads"), after=after)
    use = await shows(scene.tomas, message)
    await scene.until(lambda: gate.waiting, "the thread")
    await scene.bot.stop(signal.SIGKILL)
    gate.open()
    await scene.bot.start()
    await scene.says(use, "shared in")
    assert len(shown(scene)) == 1
    assert threads(scene) == ["a fox to show"]
    assert says("couldn't open")(use.reply) is False
