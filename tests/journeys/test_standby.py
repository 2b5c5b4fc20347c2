"""A second process on the same data: it waits, goes on where the first one ends, and touches nothing before."""

import asyncio
import json
import signal
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest

from bot.heartbeat import own_name
from sandbox.ledger import Entry
from tests.journeys.bot_process import BotProcess
from tests.journeys.pages import free_port, page
from tests.journeys.scene import Scene
from tests.journeys.script import with_script

PORT = free_port()
# What it may take from the end of one to the gateway's IDENTIFY of the other.
PROMPT = 5.0


async def standby(scene: Scene) -> BotProcess:
    process = BotProcess(scene.discord, scene.provider, scene.bot.folder, **scene.bot.settings)
    process.words, process.beside = ("run", "--standby"), True
    await process.start(online=False)
    await process.says("Standing by for process")
    return process


@pytest.fixture
async def other(scene: Scene) -> AsyncIterator[BotProcess]:
    """Start a standby beside the first bot, which is gone when the test ends."""
    process = await standby(scene)
    scene.bot.beside = True
    yield process
    if process.alive:
        assert await process.stop() == 0, process.tail()
    scene.bot.beside = False


def identified(scene: Scene) -> list[Entry]:
    return scene.ledger.of("gateway", "received op 2")


def files_of(process: BotProcess) -> set[str]:
    """Return the names of the data's files that a process has open."""
    found = set()
    for link in Path(f"/proc/{process.process.pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # it was open for a moment
            found.add(link.readlink())
    return {path.name for path in found if path.is_relative_to(process.data)}


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM], ids=["killed", "stopped"])
@with_script(bot={"HTTP_PORT": PORT})
async def test_it_takes_over_what_the_other_leaves(scene: Scene, other: BotProcess, number: signal.Signals) -> None:
    assert f"process {scene.bot.process.pid} on " in other.log
    scene.provider.hold()
    use = await scene.mara.use("/video", prompt="a fox that changes hands", duration=4)
    await scene.says(use, "queued")
    assert len(identified(scene)) == 1
    assert files_of(other) <= {"seedreel.db.lock"}
    own = other.data / own_name()
    await scene.until(own.exists, "its own heartbeat")
    await scene.bot.stop(number)
    ended = time.time()
    await scene.until(lambda: len(identified(scene)) == 2, "the standby at the gateway")
    assert identified(scene)[-1].at - ended < PROMPT
    scene.provider.release()
    await scene.video(use)
    assert scene.prompts() == ["a fox that changes hands"]
    assert list(scene.copies().values()) == [1]
    # The port that was the other's is its own now.
    await other.says("Listening on HTTP_PORT")
    status, text = await page(PORT, "/readyz")
    assert (status, json.loads(text)["gateway"]) == (200, True)
    assert await other.stop() == 0, other.tail()
    assert not own.exists()


async def test_a_signal_ends_it_at_once_and_the_other_works_on(scene: Scene, other: BotProcess) -> None:
    other.send()
    async with asyncio.timeout(2.0):
        assert await other.ended() == 0
    assert "It was standing by." in other.log
    assert "Ready as" not in other.log
    assert not (other.data / own_name()).exists()
    await scene.video(await scene.mara.use("/video", prompt="still here", duration=4))


async def test_of_two_one_takes_over_and_the_other_waits_for_that(scene: Scene, other: BotProcess) -> None:
    third = await standby(scene)
    await scene.bot.stop(signal.SIGKILL)
    await scene.until(lambda: len(identified(scene)) == 2, "one of them at the gateway")
    new, left = (other, third) if "Taking over" in other.log else (third, other)
    await left.says(f"Standing by for process {new.process.pid} on")
    assert "Taking over" not in left.log
    await new.says("Ready as")
    assert await new.stop() == 0
    await left.says("Ready as")
    await scene.video(await scene.mara.use("/video", prompt="of the third", duration=4))
    assert await left.stop() == 0


@with_script(starts=False)
async def test_alone_it_is_the_bot(scene: Scene) -> None:
    scene.bot.words = ("run", "--standby")
    await scene.bot.start()
    await scene.bot.says("Ready as")
    assert "Taking over" not in scene.bot.log
    assert (scene.bot.data / own_name()).exists()
