"""What comes after a finished video: it is extended, changed, continued from its last frame, or finished."""

import asyncio
import signal
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from sandbox.discord import Message, Upload, Use
from sandbox.discord.forms import Posted
from tests.journeys.bodies import named, remember, roles
from tests.journeys.scene import Scene, has_video, labels, short_id
from tests.journeys.script import quick, with_script
from tests.sandbox_toapis.client import frame
from tests.sandbox_toapis.test_footage_of_media import difference

NEWEST = {"model": "seedance-2-5", "duration": 4, "resolution": "480p"}
VIDEOS = {"TOAPIS_DIALECT": "videos"}
# Large enough for a first frame, whose sides have 300 pixels at the least.
LARGE = quick(size_scale=0.5)
MORE = "seedreel:more:"


async def opens(scene: Scene, message: Message, action: str, member: str = "Mara") -> Use:
    """Let a member choose what stands under "More…"."""
    [select] = [one for one in message.pressable() if one["custom_id"].startswith(MORE)]
    return await scene.discord.member(member).press(message, custom_id=select["custom_id"], values=[action])


def holds_video(use: Use) -> bool:
    return use.reply is not None and has_video(use.reply)


def sent(scene: Scene, number: int, clip: Message) -> dict[str, Any]:
    """Return a body that was paid for, with "clip" in the place of that message's file."""
    remember(Upload("clip", clip.file()))
    return named(scene, scene.paid()[number])


async def goes_on_with(scene: Scene, second: Message) -> None:
    """Let another member extend it: their video, from a file that only the message still has."""
    for clip in (scene.bot.data / "clips").glob("*.mp4"):
        clip.unlink()
    opened = await scene.tomas.press(second, label="Extend")
    third = await scene.video(await scene.tomas.submit(opened, prompt="it lands", added=["1"]))
    assert f"for <@{scene.tomas.id}> · Part 3 · Continues <@{scene.mara.id}>'s video" in third.texts()
    assert sent(scene, 2, second)["duration"] == 9
    assert sent(scene, 2, second)["video_with_roles"] == roles(reference_video="uploaded clip")
    await scene.says(await scene.tomas.use("/history"), "1 video", "it lands", "part 3 of 3")
    # Of the others' videos nothing is told.
    await scene.says(await scene.mara.use("/history"), "part 1 of 2", "part 2 of 2")
    await scene.says(await scene.mara.use("/status"), "part 1 of 2", "part 2 of 2")


@with_script(bot=VIDEOS)
async def test_a_video_is_extended_by_its_owner_and_by_another_and_holds_what_was_before(
    scene: Scene, tmp_path: Path
) -> None:
    first = await scene.video(await scene.mara.use("/video", prompt="a fox", **NEWEST))
    assert labels(first) == ["Again", "Edit", "Extend", "Change"]
    opened = await scene.mara.press(first, label="Extend")
    [prompt, added] = [row["component"] for row in opened.modal["components"]]
    assert (prompt["type"], len(added["options"]), added["options"][-1]["value"]) == (4, 25, "26")
    # The form outlives the bot that opened it; sent twice, it is one video.
    await scene.bot.restart(signal.SIGKILL)
    forms = opened, await scene.mara.press(first, label="Extend")
    uses = await asyncio.gather(*(scene.mara.submit(form, prompt="it jumps", added=["4"]) for form in forms))
    kept = await scene.until(lambda: next((use for use in uses if holds_video(use)), None), "a video")
    await scene.follows(next(use for use in uses if use is not kept), "already started this one")
    second = await scene.video(kept)
    body = sent(scene, 1, first)
    assert body.pop("client_business_id")
    assert body == {
        "model": "seedance-2-5",
        "prompt": "it jumps",
        "duration": 8,
        "video_operation": "extend",
        "aspect_ratio": "adaptive",
        "resolution": "480p",
        "generate_audio": True,
        "video_with_roles": roles(reference_video="uploaded clip"),
    }
    for at in (0.0, 3.5):
        assert difference(frame(second.file(), at, tmp_path), frame(first.file(), at, tmp_path)) < 12
    where = f"https://discord.com/channels/2001/{first.channel_id}/{first.id}"
    whose = f"for <@{scene.mara.id}> · Part 2 · Continues an earlier video · [Jump to message]({where})"
    assert second.texts().splitlines()[1] == whose
    status = await (await scene.mara.use("/status", video=short_id(second))).replied()
    assert "Part 2 of 2 · Continues an earlier video" in status.texts()
    await scene.says(await scene.mara.use("/reel", video=short_id(second)), "already has everything")
    await goes_on_with(scene, second)


@with_script(bot=VIDEOS)
async def test_what_cannot_be_gone_on_with_is_said_and_costs_nothing(scene: Scene) -> None:
    first = await scene.video(await scene.mara.use("/video", prompt="a fox", **NEWEST))
    status = await (await scene.mara.use("/status", video=short_id(first))).replied()
    private = await scene.mara.submit(await opens(scene, status, "extend"), prompt="in private", added=["1"])
    second = await scene.video(private)
    assert second.ephemeral
    stolen = next(one["custom_id"] for one in second.pressable() if one["custom_id"].startswith("seedreel:extend:"))
    world, button = scene.discord.world, {"type": 2, "style": 2, "label": "Extend", "custom_id": stolen}
    form = Posted({"flags": 1 << 15, "components": [{"type": 1, "components": [button]}]})
    forged = await scene.discord.messages.create(world.channel("videos"), world.bot.id, form)
    pressed = await scene.tomas.press(Message(world, scene.discord.cdn, forged), custom_id=stolen)
    await scene.says(pressed, "can't find that video")
    for clip in (scene.bot.data / "clips").glob("*.mp4"):
        clip.unlink()
    opened = await scene.tomas.press(first, label="Change")
    scene.mara.delete(first)
    scene.provider.expire_urls(for_good=True)
    await scene.follows(await scene.tomas.submit(opened, prompt="in blue"), "no longer have this video's file")
    assert [body["prompt"] for body in scene.paid()] == ["a fox", "in private"]


# The changed one is as long as the first, and counts no more from the start.
@with_script(bot=VIDEOS | {"MEMBER_SECONDS_A_DAY": "8"})
async def test_a_video_is_changed_and_a_draft_is_finished(scene: Scene) -> None:
    first = await scene.video(await scene.mara.use("/video", prompt="a fox", **NEWEST))
    opened = await scene.mara.press(first, label="Change")
    changed = await scene.video(await scene.mara.submit(opened, prompt="in blue"))
    body = sent(scene, 1, first)
    assert (body["duration"], body["video_operation"], body["aspect_ratio"]) == (-1, "edit", "adaptive")
    assert body["video_with_roles"] == roles(reference_video="uploaded clip")
    assert "Changed from an earlier video" in changed.texts()
    assert "seedance-2-5 · 4 seconds" in changed.texts()
    finished = await scene.video(await opens(scene, first, "finish", "Tomas"))
    body = scene.paid()[2]
    assert body.pop("client_business_id")
    assert body == {
        "model": "seedance-2-5",
        "prompt": "a fox",
        "duration": 4,
        "aspect_ratio": "16:9",
        "resolution": "1080p",
        "generate_audio": True,
    }
    assert f"A new rendering of <@{scene.mara.id}>'s video in full quality" in finished.texts()


@pytest.mark.parametrize("wanted", [False, True], ids=["from our clip", "from the provider's frame"])
@with_script(bot=VIDEOS, provider=LARGE)
async def test_a_video_goes_on_from_its_last_frame(scene: Scene, tmp_path: Path, *, wanted: bool) -> None:
    order = {"model": "seedance-2-fast", "duration": 4, "seed": 7, "last_picture": wanted}
    first = await scene.video(await scene.mara.use("/video", prompt="a fox", **order))
    opened = await scene.mara.press(first, label="Continue")
    second = await scene.video(await scene.mara.submit(opened, prompt="then a hare", added=["5"]))
    body = scene.paid()[1]
    assert (body["prompt"], body["duration"], "seed" in body) == ("then a hare", 5, False)
    [entry] = scene.ledger.of("paid")[1].detail["media"]
    assert (entry["role"], entry["sides"]) == ("first_frame", (640, 360))
    path = next(scene.provider.uploads.behind(body["image_with_roles"][0]["url"]).path for _ in (0,))
    ours = Image.open(path).convert("RGB")
    last = frame(first.file(f"seedreel-{job_of(first)}.mp4"), 3.95, tmp_path)
    assert difference(ours, last) < 8
    assert "Part 2 · A new video from the last frame of an earlier one" in second.texts()
    if wanted:
        assert scene.ledger.of("last_frame")
    reel = await scene.video(await scene.mara.use("/reel", channel="general"))
    assert "2 videos" in reel.texts()


def job_of(message: Message) -> str:
    [again] = [one["custom_id"] for one in message.pressable() if one["custom_id"].startswith("seedreel:again:")]
    return again.rpartition(":")[2]


@with_script(provider=LARGE)
async def test_where_nothing_can_be_extended_it_is_continued_in_the_older_dialect_too(scene: Scene) -> None:
    first = await scene.video(await scene.mara.use("/video", prompt="a fox", model="seedance-2-fast", duration=4))
    assert labels(first) == ["Again", "Edit", "Continue", "Finish"]
    opened = await scene.mara.press(first, label="Continue")
    await scene.video(await scene.mara.submit(opened, prompt="then a hare", added=["4"]))
    body = scene.paid()[1]
    [url] = body.pop("image_urls")
    assert body == {"model": "seedance-2-fast", "prompt": "then a hare", "duration": 4, "ratio": "16:9"}
    assert scene.discord.cdn.known(url) is not None or "uploads" in url
    await scene.video(await scene.mara.press(first, label="Finish"))
    assert scene.paid()[2] == {"model": "seedance-2", "prompt": "a fox", "duration": 4, "ratio": "16:9"}
