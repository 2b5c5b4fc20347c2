"""A run is recorded, shows nothing private, and is replayed to a bot and to the provider's client."""

from pathlib import Path

from bot.clock import ScaledClock
from bot.domain.job import Job
from bot.domain.models import Dialect, Model, Ratio
from bot.domain.progress import Snapshot, TaskStatus
from bot.domain.reply import Reply
from bot.domain.request import VideoRequest
from bot.toapis.provider import ToapisProvider
from sandbox.replay import Replay, read
from tests.journeys.bot_process import BotProcess
from tests.journeys.conftest import secrets
from tests.journeys.scene import SUBMIT, Scene
from tests.journeys.script import TIME_SCALE, with_script

NOWHERE = Reply(0, 0, None, None, None, 0.0, private=True, bot_reaches=False, limit=0)


async def recorded(scene: Scene, folder: Path) -> Path:
    """Record an order and its video, and return the file."""
    scene.bot.settings["RECORD"] = str(folder)
    await scene.bot.start()
    await scene.video(await scene.mara.use("/video", prompt="a very private fox", duration=4))
    assert await scene.bot.stop() == 0
    [file] = folder.iterdir()
    return file


@with_script(starts=False)
async def test_a_recording_shows_nothing_private_and_can_be_replayed(scene: Scene, tmp_path: Path) -> None:
    file = await recorded(scene, tmp_path / "record")
    text = file.read_text()
    private = ["private fox", "Mara", "Film Club", "127.0.0.1", *secrets(scene), *scene.provider.tasks]
    assert [word for word in private if word in text] == []
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    entries = read(file)
    assert {one["kind"] for one in entries} >= {"request", "answer", "gateway"}
    async with Replay(entries) as replay:
        await follow(replay)
    async with Replay(entries) as replay:
        await run_again(scene, replay, tmp_path / "again")


async def follow(replay: Replay) -> None:
    """Let the provider's client hear once more what the video service said."""
    request = VideoRequest("another fox", Model.SEEDANCE_2, 4, Ratio.WIDE)
    clock = ScaledClock(TIME_SCALE)
    now = clock.now()
    async with ToapisProvider(replay.url, "sk-another-key-0123", Dialect.VIDEO, clock) as provider:
        job = Job("k3f9a2k3f9a2k3f9a2ab", 1, 1, request, NOWHERE, created=now, submitted=now)
        task_id = await provider.submit(job)
        told = [one async for one in provider.follow(job.accepted(task_id, now))]
    assert isinstance(told[-1], Snapshot)
    assert told[-1].status is TaskStatus.COMPLETED


async def run_again(scene: Scene, replay: Replay, folder: Path) -> None:
    """Let a bot live through the same once more: it answers the same interaction and pays for it once."""
    bot = BotProcess(scene.discord, scene.provider, folder, TIME_SCALE=f"{TIME_SCALE:g}")
    bot.settings |= {"DISCORD_API_URL": f"{replay.url}/api/v10", "TOAPIS_BASE_URL": replay.url}
    await bot.start(online=False)
    await bot.says("Accepted by the provider")
    await bot.stop()
    assert [frame["op"] for frame in replay.heard].count(2) == 1
    assert len([route for route in replay.asked if "/callback" in route]) == 1
    assert replay.asked.count(f"provider {SUBMIT}") == 1
