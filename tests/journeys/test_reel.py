"""A reel: a video and all that leads to it in one message, joined once and posted once."""

import signal
import sqlite3
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest

from bot.media.clips import inspect_clip
from sandbox.discord import Message
from tests.journeys.gates import upload
from tests.journeys.held_join import HeldJoin
from tests.journeys.scene import Scene, has_video, labels, short_id
from tests.journeys.test_share import killed_at, made


async def chain(scene: Scene, *prompts: str) -> list[Message]:
    """Let Mara make videos, each of which goes on from the one before."""
    videos = [await made(scene, prompt) for prompt in prompts]
    await scene.bot.stop()
    with closing(sqlite3.connect(scene.bot.data / "seedreel.db")) as db, db:
        ids = [row[0] for row in db.execute("SELECT id FROM jobs ORDER BY created, id")]
        for parent, child in pairwise(ids):
            db.execute("UPDATE jobs SET state = json_set(state, '$.parent', ?) WHERE id = ?", [parent, child])
    await scene.bot.start()
    return videos


async def is_a_reel(scene: Scene, reel: Message, seconds: float, tmp_path: Path) -> None:
    """See that it holds that many seconds, whose it is, and that nothing was paid for it or is left of it."""
    [name] = reel.media()
    (tmp_path / "reel.mp4").write_bytes(reel.file(name))
    facts = await inspect_clip(tmp_path / "reel.mp4")
    assert facts.seconds == pytest.approx(seconds, abs=0.3)
    assert f"joined by <@{scene.mara.id}>" in reel.texts()
    assert labels(reel) == []
    assert reel.pinged == []
    await scene.until(lambda: not list((scene.bot.data / "clips").glob("*-reel*")), "the end of the joined file")


async def test_the_videos_of_a_chain_are_joined_where_the_command_is_used(scene: Scene, tmp_path: Path) -> None:
    videos = await chain(scene, "one fox", "two foxes", "three foxes")
    choices = await scene.mara.complete("/reel", "video")
    assert len(choices) == 2
    # Its last video alone is another message than the reel, and no reason to refuse it; a second reel is.
    await scene.video(await scene.mara.use("/share", channel="general", video=short_id(videos[2])))
    reel = await scene.video(await scene.mara.use("/reel", channel="general"))
    await is_a_reel(scene, reel, 12, tmp_path)
    await scene.says(await scene.mara.use("/reel", channel="general"), "just shared this video")
    assert "3 videos" in reel.texts()
    shorter = await scene.video(await scene.mara.use("/reel", video=short_id(videos[1])))
    await is_a_reel(scene, shorter, 8, tmp_path)
    refused = await scene.says(await scene.mara.use("/reel", video=short_id(videos[0])), "nothing to join")
    assert refused.ephemeral
    await scene.says(await scene.tomas.use("/reel", video=short_id(videos[2])), "can't find that video")
    assert len(scene.paid()) == 3


async def test_a_part_past_its_days_comes_from_its_message_and_where_that_is_gone_nothing_is_joined(
    scene: Scene, tmp_path: Path
) -> None:
    videos = await chain(scene, "one fox", "two foxes")
    for clip in (scene.bot.data / "clips").glob("*.mp4"):
        clip.unlink()
    await is_a_reel(scene, await scene.video(await scene.mara.use("/reel")), 8, tmp_path)
    for clip in (scene.bot.data / "clips").glob("*.mp4"):
        clip.unlink()
    scene.discord.messages.delete(videos[0].stored)
    use = await scene.mara.use("/reel", channel="general")
    await scene.follows(use, "nothing was joined")
    await scene.until(lambda: scene.tomas.sees("general") == [], "nothing for others")


async def is_left_behind(scene: Scene) -> None:
    """Put the bot back to where it has posted a reel and is killed before the joined file is deleted."""
    await scene.bot.stop(signal.SIGKILL)
    undone = "UPDATE shares SET ended = 0, document = json_set(document, '$.answered', json('false')) WHERE ended = 1"
    with closing(sqlite3.connect(scene.bot.data / "seedreel.db")) as db, db:
        [share_id] = db.execute(f"{undone} RETURNING id").fetchone()
    (scene.bot.data / "clips" / f"{share_id}-reel.mp4").touch()
    await scene.bot.start()


async def killed_in_the_join(scene: Scene, join: HeldJoin) -> None:
    """Kill the bot while ffmpeg joins, see that it ends too, and start the bot anew."""
    await join.reached()
    [folder] = unfinished(scene.bot.data)
    assert (folder / "joined.mp4").stat().st_size > 0
    await scene.bot.stop(signal.SIGKILL)
    await join.gone()
    join.let_go()
    await scene.bot.start()


def unfinished(folder: Path) -> list[Path]:
    """List what is no whole file yet below a folder of media."""
    return [path for path in folder.rglob("*") if {".part", ".fitting"} & set(path.suffixes)]


@pytest.mark.parametrize("after", [False, True], ids=["before Discord took it", "after Discord took it"])
async def test_killed_while_it_is_joined_and_while_it_is_uploaded_it_is_posted_once(
    scene: Scene, after: bool, tmp_path: Path
) -> None:
    with HeldJoin(tmp_path, scene.ledger) as join:
        scene.bot.settings |= join.settings
        await chain(scene, "one fox", "two foxes")
        gate = scene.gates.close(upload, after=after)
        await scene.mara.use("/reel", channel="general")
        await killed_in_the_join(scene, join)
    await scene.until(lambda: gate.waiting, "the upload")
    await killed_at(scene, gate)
    reel = await scene.seen(scene.tomas, has_video, "general")
    await scene.bot.says("Shared by its owner in channel")
    await is_a_reel(scene, reel, 8, tmp_path)
    assert len(scene.uploads()) == 3
    assert len(scene.videos("general", scene.tomas)) == 1
    await is_left_behind(scene)
    await scene.until(lambda: not list((scene.bot.data / "clips").glob("*-reel*")), "the end of the joined file")
    assert len(scene.uploads()) == 3
    assert len(scene.paid()) == 2
    assert unfinished(scene.bot.data) == []
