"""Places that take less than a clip has: it is made smaller, learnt about, or linked to; and the card says which."""

import asyncio
import re
import signal
import subprocess
from pathlib import Path

import imageio_ffmpeg
import pytest

from sandbox.discord import Message, Use
from sandbox.discord.model import Guild
from tests.journeys.scene import Scene, short_id
from tests.journeys.script import quick, with_script

MIB = 1024 * 1024
LIMIT = 150_000
TWO_MIB = with_script(provider=quick(clip_bytes=2 * MIB, size_scale=0.5))


def server(scene: Scene) -> Guild:
    return scene.discord.world.guild("Film Club")


async def orders(scene: Scene) -> Use:
    return await scene.mara.use("/video", prompt="a large fox", duration=4)


async def orders_where_it_takes_less_than_it_said(scene: Scene, takes: int) -> Use:
    """Order where Discord's own statement is not true any more when the clip comes."""
    scene.provider.hold()
    use = await orders(scene)
    await scene.paid_for(1)
    server(scene).size_limit = takes
    scene.provider.release()
    return use


def original(scene: Scene) -> bytes:
    """Return the clip as the provider made it."""
    return scene.provider.tasks[scene.task()].footage.result().read_bytes()


def address(scene: Scene) -> str:
    """Return where the provider hands it out, without the signature."""
    return scene.provider.clip_url(scene.provider.tasks[scene.task()]).split("?")[0]


def opens(message: Message, label: str) -> list[str]:
    """Return where the buttons of that name lead, without the signature."""
    return [url.split("?")[0] for name, *_, url in message.buttons() if name == label and url]


def megabytes(body: bytes) -> str:
    return f"{len(body) / MIB:.1f}".removesuffix(".0") + " MB"


def tried(scene: Scene) -> list[int]:
    """Return the sizes of the videos that were sent to Discord, taken or not."""
    sent = (one for entry in scene.ledger.of("rest") for one in entry.detail.get("files", ()))
    return [one["size"] for one in sent if one["name"].endswith(".mp4")]


async def sides(clip: bytes, folder: Path) -> str:
    """Decode the first picture, and return its sides as ffmpeg says them."""
    path = folder / "arrived.mp4"
    path.write_bytes(clip)
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-i", str(path), "-frames:v", "1", "-f", "null", "-"]
    done = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, check=True)
    assert re.search(r"frame=\s*1 ", done.stderr), done.stderr
    [found] = re.findall(r"Video: h264.*?, (\d+x\d+)[ ,]", done.stderr)
    return str(found)


async def assert_made_smaller(scene: Scene, reply: Message, folder: Path, limit: int = LIMIT) -> None:
    assert len(reply.file()) <= limit
    shown = (await sides(reply.file(), folder)).replace("x", " × ")
    sizes = f"{megabytes(reply.file())} instead of {megabytes(original(scene))}"
    assert f"Made smaller to fit here: {sizes} ({shown})." in reply.texts()
    assert re.search(r"kept until <t:\d+:f>; </status:\d+> can post it", reply.texts())
    assert opens(reply, "Open the original") == [address(scene)]
    # One job has one video, whatever it took.
    assert list(scene.copies().values()) == [1]
    assert reply.media() == list(scene.copies())


@TWO_MIB
async def test_a_clip_above_the_limit_arrives_smaller_and_plays(scene: Scene, tmp_path: Path) -> None:
    server(scene).size_limit = LIMIT
    reply = await scene.video(await orders(scene))
    await assert_made_smaller(scene, reply, tmp_path)
    assert "(480 × 270)" in reply.texts()
    assert tried(scene) == [len(reply.file())]


@TWO_MIB
@pytest.mark.parametrize("stated", [10 * MIB, MIB], ids=["for the clip", "for what was made"])
async def test_a_place_that_takes_less_than_it_said_is_learnt(scene: Scene, tmp_path: Path, stated: int) -> None:
    server(scene).size_limit = stated
    takes = 600_000
    use = await orders_where_it_takes_less_than_it_said(scene, takes)
    reply = await scene.video(use)
    await assert_made_smaller(scene, reply, tmp_path, takes)
    assert tried(scene) == sorted(tried(scene), reverse=True)
    assert [size > takes for size in tried(scene)[-2:]] == [True, False]


async def assert_linked(scene: Scene, use: Use, *why: str) -> None:
    reply = await scene.says(use, "here's a link instead", *why)
    dies = re.search(r"It works until <t:(\d+):f> \(<t:\1:R>\)", reply.texts())
    assert dies is not None
    assert float(dies[1]) > scene.clock.now() + 3600
    assert opens(reply, "Open the video") == [address(scene)]
    assert reply.media() == []
    assert scene.copies() == {}


@TWO_MIB
async def test_where_nothing_watchable_fits_a_link_goes_out_with_the_time_of_its_death(scene: Scene) -> None:
    server(scene).size_limit = 20_000
    use = await orders(scene)
    await assert_linked(scene, use, "MB; the limit here is", "couldn't make it small enough")
    assert tried(scene) == []


@TWO_MIB
async def test_a_place_that_takes_nothing_it_said_gets_a_link_in_the_end(scene: Scene) -> None:
    use = await orders_where_it_takes_less_than_it_said(scene, 1000)
    await assert_linked(scene, use, "too large to post here, and I couldn't")
    assert len(tried(scene)) == 3


@TWO_MIB
async def test_what_was_linked_to_is_handed_over_where_it_fits(scene: Scene) -> None:
    server(scene).size_limit = 20_000
    reply = await scene.says(await orders(scene), "here's a link instead")
    status = await scene.mara.use("/status", channel="dm", video=short_id(reply))
    card = await scene.says(status, "done")
    given = await scene.video(await scene.mara.press(card, label="Get the video"))
    assert given.file() == original(scene)
    assert "smaller" not in given.texts()


@TWO_MIB
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM], ids=["killed", "stopped"])
async def test_a_restart_while_it_is_made_smaller_makes_it_once_more(
    scene: Scene, tmp_path: Path, number: signal.Signals
) -> None:
    server(scene).size_limit = LIMIT
    use = await orders(scene)
    await scene.bot.says("Making the video smaller")
    await scene.bot.restart(number)
    reply = await scene.video(use)
    await assert_made_smaller(scene, reply, tmp_path)
    left = sorted(path.name for path in (scene.bot.data / "clips").iterdir())
    assert len(left) == 2, left
    assert len(scene.paid()) == 1
