"""Files in an S3-compatible store: another machine has what the first one stored, and no outage costs a video."""

import shutil
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.journeys.bodies import FOX, named, remember, roles
from tests.journeys.command_line import command
from tests.journeys.scene import Scene
from tests.journeys.script import with_script
from tests.media.s3_server import KEY, KEY_ID, S3Server, s3_server

WEEK_AND_A_DAY = 8 * 86_400.0
NOT_STARTED = with_script(starts=False)


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[S3Server]:
    async with s3_server(tmp_path / "served") as it:
        yield it


async def start(scene: Scene, server: S3Server) -> None:
    """Start the bot with its files in the store."""
    scene.bot.settings |= {"MEDIA_URL": "s3://clips-of-the-bot/one/bot", "MEDIA_ENDPOINT": server.url}
    scene.bot.settings |= {"MEDIA_KEY_ID": KEY_ID, "MEDIA_KEY": KEY}
    await scene.bot.start()


def stored(server: S3Server, under: str) -> list[Path]:
    return sorted(path for path in (server.folder / "one/bot" / under).glob("*") if path.is_file())


@NOT_STARTED
async def test_another_machine_has_the_video_its_picture_and_the_files(scene: Scene, server: S3Server) -> None:
    remember(FOX)
    await start(scene, server)
    first = await scene.video(await scene.mara.use("/video", prompt="a fox", reference=FOX))
    [clip] = stored(server, "clips")
    await scene.until(lambda: stored(server, "posters"), "a poster in the store")
    assert [path.read_bytes() for path in stored(server, "inputs")] == [FOX.data]
    # The database goes to another machine, and no file does.
    await scene.bot.stop()
    for name in ("clips", "inputs", "posters"):
        shutil.rmtree(scene.bot.data / name)
    await scene.bot.start()
    history = await scene.says(await scene.mara.use("/history"), "1 video")
    assert len(history.media()) == 1
    card = await scene.says(await scene.mara.use("/status"), "a fox")
    given = await scene.video(await scene.mara.press(card, label="Get the video"))
    assert given.media() == first.media()
    assert (scene.bot.data / "clips" / clip.name).read_bytes() == clip.read_bytes()
    # Discord's own address of the picture is dead by now: ours is attached again.
    scene.clock.advance(WEEK_AND_A_DAY)
    await scene.video(await scene.mara.press(first, label="Again"))
    assert named(scene, scene.paid()[0]["image_with_roles"]) == roles(reference_image="fox.png")
    [url] = [one["url"] for one in scene.paid()[1]["image_with_roles"]]
    kept = scene.discord.cdn.known(url)
    assert kept is not None
    assert kept.path.read_bytes() == FOX.data
    assert KEY not in scene.bot.log
    assert KEY_ID not in scene.bot.log


@NOT_STARTED
async def test_a_store_that_goes_costs_no_video_is_told_and_has_it_in_the_end(scene: Scene, server: S3Server) -> None:
    await start(scene, server)
    scene.provider.hold()
    use = await scene.mara.use("/video", prompt="a fox", duration=4)
    await scene.paid_for(1)
    await server.stop()
    scene.provider.release()
    await scene.says(use, "your video is finished, but my file storage doesn't answer")
    await scene.video(use)
    assert stored(server, "clips") == []
    # Nothing new is taken meanwhile: its files could not be kept.
    refused = await scene.tomas.use("/video", prompt="a wolf", duration=4)
    await scene.follows(refused, "can't save anything at the moment")
    await server.start()
    await scene.until(lambda: stored(server, "clips"), "the video in the store")
    assert len(scene.uploads()) == 1
    assert scene.prompts() == ["a fox"]


@NOT_STARTED
async def test_a_kill_while_the_store_is_away_posts_it_once_and_it_is_stored_all_the_same(
    scene: Scene, server: S3Server
) -> None:
    await start(scene, server)
    scene.provider.hold()
    use = await scene.mara.use("/video", prompt="a fox", duration=4)
    await scene.paid_for(1)
    await server.stop()
    scene.provider.release()
    await scene.says(use, "my file storage doesn't answer")
    await scene.bot.restart(signal.SIGKILL)
    await scene.video(use)
    await scene.bot.restart(signal.SIGKILL)
    await server.start()
    await scene.until(lambda: stored(server, "clips"), "the video in the store")
    assert len(scene.uploads()) == 1
    assert scene.prompts() == ["a fox"]


@NOT_STARTED
async def test_check_tries_the_store_and_says_what_is_wrong(scene: Scene, server: S3Server) -> None:
    given = {"MEDIA_URL": "s3://clips-of-the-bot/one/bot", "MEDIA_ENDPOINT": server.url}
    given |= {"MEDIA_KEY_ID": KEY_ID, "MEDIA_KEY": KEY}
    given = scene.bot.environment() | given
    ended = await command("check", environment=given)
    assert "✓ Files can be written to s3://clips-of-the-bot/one/bot, read and deleted" in ended.out
    assert [path for path in server.folder.rglob("*") if path.is_file()] == []
    wrong = await command("check", environment=given | {"MEDIA_KEY": "not-the-right-key"})
    assert wrong.code == 1
    assert (
        "✗ s3://clips-of-the-bot/one/bot can't be written to (HTTP 403 Forbidden, SignatureDoesNotMatch)" in wrong.out
    )
    assert "not-the-right-key" not in wrong.out
