"""What a member sets once: it goes into their videos, lasts, and is nobody else's business."""

import signal

from sandbox.discord import Member, Message, Use
from sandbox.discord.forms import Posted
from tests.journeys.scene import Scene, has_video, labels, says
from tests.journeys.script import on_both_stores

PAGE = "Your settings"


async def opened(scene: Scene) -> tuple[Use, Message]:
    """Let Mara open her settings."""
    use = await scene.mara.use("/settings")
    return use, await scene.says(use, PAGE)


async def sets(scene: Scene, card: Message, **values: str) -> None:
    """Let Mara choose in the selects of a page, and wait until the card shows each choice."""
    for setting, value in values.items():
        name = f"seedreel:setting:{setting}"
        await scene.mara.press(card, custom_id=name, values=[value])
        await scene.until(lambda name=name, value=value: chosen(card, name) == value, f"{setting} set to {value}")


def chosen(card: Message, name: str) -> str:
    [select] = [one for one in card.pressable() if one["custom_id"] == name]
    return next(option["value"] for option in select["options"] if option.get("default"))


@on_both_stores(bot={"TOAPIS_DIALECT": "videos"})
async def test_defaults_go_into_a_video_after_a_restart_too_and_an_option_wins(scene: Scene) -> None:
    _, card = await opened(scene)
    await sets(scene, card, model="seedance-2-fast", ratio="9:16", duration="4", resolution="480p", sound="off")
    await scene.bot.restart(signal.SIGKILL)
    video = await scene.video(await scene.mara.use("/video", prompt="a fox by habit"))
    assert "from </settings:" in video.texts()
    assert "Model, Aspect ratio, Length, Resolution, and Sound" in video.texts()
    form = await scene.mara.use("/compose", duration=5)
    await scene.video(await scene.mara.submit(form, prompt="an owl by habit"))
    await scene.video(await scene.tomas.use("/video", prompt="a hare", duration=4))
    fox, owl, hare = scene.paid()
    assert fox == {**fox, "model": "seedance-2-fast", "aspect_ratio": "9:16", "duration": 4, "resolution": "480p"}
    assert owl == {**fox, "prompt": "an owl by habit", "duration": 5, "client_business_id": owl["client_business_id"]}
    assert (hare["model"], hare["aspect_ratio"]) == ("seedance-2", "16:9")
    # What does not go with an option is left out, and the video is made.
    await sets(scene, card, model="seedance-2-5", duration="30")
    short = await scene.video(await scene.mara.use("/video", prompt="a short fox", model="seedance-2-mini"))
    assert "as it doesn't fit here: Length" in short.texts()
    assert scene.paid()[-1]["duration"] == 5


@on_both_stores()
async def test_how_an_end_is_told_is_the_members_to_choose(scene: Scene) -> None:
    _, card = await opened(scene)
    await scene.mara.press(card, label="Privacy and pings")
    await scene.says(_, "When a video is ready")
    await sets(scene, card, ping="quiet")
    await scene.video(await scene.mara.use("/video", prompt="a quiet fox", duration=4))
    await sets(scene, card, ping="direct")
    await scene.video(await scene.mara.use("/video", prompt="a told fox", duration=4))
    [told] = await scene.until(lambda: scene.mara.sees("dm"), "a direct message")
    assert says("is ready")(told)
    assert [one for one in scene.mara.pings() if one.channel_id != told.channel_id] == []
    scene.mara.user.dms_open = False
    await scene.video(await scene.mara.use("/video", prompt="a closed door", duration=4))
    await scene.pinged(scene.mara, 2)
    assert len(scene.paid()) == 3


async def raw(scene: Scene, custom_id: str) -> Message:
    """Put a button with that custom id where all see it."""
    world = scene.discord.world
    button = {"type": 2, "style": 2, "label": "Press", "custom_id": custom_id}
    form = Posted({"flags": 1 << 15, "components": [{"type": 1, "components": [button]}]})
    made = await scene.discord.messages.create(world.channel("general"), world.bot.id, form)
    return Message(world, scene.discord.cdn, made)


async def is_closed_to(scene: Scene, stranger: Member, video: Message) -> None:
    """See that who knows its id makes none of it, shares none of it and sees nothing of it."""
    again = next(one["custom_id"] for one in video.pressable() if "again" in one["custom_id"])
    forged = await stranger.press(await raw(scene, again), custom_id=again)
    await scene.says(forged, "can't find that video")
    for command in ("/share", "/status", "/delete"):
        await scene.says(await stranger.use(command, video=again.split(":")[2]), "can't find that video")
    assert [one for one in stranger.sees("videos") if not one.ephemeral] == []
    assert len(scene.paid()) == 1


@on_both_stores(bot={"TOAPIS_DIALECT": "videos"})
async def test_a_private_video_is_its_members_alone_until_they_share_it(scene: Scene) -> None:
    mara, tomas = scene.mara, scene.tomas
    general = scene.discord.world.channel("general")
    await scene.says(await mara.use("/admin log-channel", to=general.id), "posted in")
    _, card = await opened(scene)
    await mara.press(card, label="Privacy and pings")
    await scene.says(_, "Who sees your videos")
    await sets(scene, card, private="on")
    scene.provider.hold()
    use = await mara.use("/video", prompt="a secret fox", duration=4)
    assert use.reply is not None
    assert use.reply.ephemeral
    await scene.says(use, "queued")
    listed = await scene.says(await mara.use("/admin videos"), "private video")
    assert "secret" not in listed.texts()
    await scene.bot.restart(signal.SIGKILL)
    scene.provider.release()
    video = await scene.video(use)
    assert video.ephemeral
    line = await scene.seen(tomas, says(f"<@{mara.id}> made a private video"), "general")
    assert ("fox" in line.texts(), line.media()) == (False, [])
    await is_closed_to(scene, tomas, video)
    # Her own Again stays with her; the option says otherwise.
    second = await scene.video(await mara.press(video, label="Again"))
    assert second.ephemeral
    public = await scene.video(await mara.use("/video", prompt="an open fox", duration=4, private=False))
    assert not public.ephemeral
    # Shared, it is one message for all, from which others make theirs; the private one stays.
    shared = await scene.video(await mara.press(video, label="Share"))
    assert [one.id for one in tomas.sees("videos") if has_video(one)] == [public.id, shared.id]
    theirs = await scene.video(await tomas.press(shared, label="Again"))
    assert f"<@{mara.id}>" in theirs.texts()
    assert "discord.com" not in theirs.texts()
    assert has_video(video)
    assert "Share" in labels(video)


@on_both_stores(sets_clock=True)
async def test_a_private_video_whose_message_has_frozen_comes_as_a_direct_message(scene: Scene) -> None:
    scene.provider.hold()
    use = await scene.mara.use("/video", prompt="a slow secret", duration=4, private=True)
    assert use.reply is not None
    assert use.reply.ephemeral
    await scene.says(use, "queued")
    await scene.bot.stop(signal.SIGKILL)
    scene.later(15 * 60.0 + 5)
    scene.provider.release()
    await scene.bot.start()
    direct = await scene.seen(scene.mara, has_video, "dm")
    assert "a slow secret" in direct.texts()
    assert scene.tomas.sees("videos") == []
    assert list(scene.copies().values()) == [1]
    assert len(scene.paid()) == 1
