"""Two processes with one token and a database each: what one has answered is not paid for by the other."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sandbox.faults import Delay, HalfOpen, Reset, html
from tests.journeys.bot_process import BotProcess
from tests.journeys.scene import Scene
from tests.journeys.script import USUAL

CALLBACK = "POST /api/v10/interactions/*/callback"


@pytest.fixture
async def other(scene: Scene, tmp_path: Path) -> AsyncIterator[BotProcess]:
    """Start a second bot beside the first, on a folder of its own."""
    process = BotProcess(scene.discord, scene.provider, tmp_path / "other", **USUAL)
    await process.start()
    await scene.until(lambda: scene.discord.gateway.identifies == 2, "the second bot")
    await process.says("Ready as")
    yield process
    scene.bot.send()
    process.send()
    assert [await process.ended(), await scene.bot.ended()] == [0, 0]


def elsewhere(process: BotProcess) -> int:
    return process.log.count("was answered by another process")


async def test_a_lost_first_response_is_paid_for_once(scene: Scene, other: BotProcess) -> None:
    # The second one knows from its start, the first one hears of it within a minute or two.
    await other.says("started today by another process")
    await scene.bot.says("Another process is using this bot's token")
    lost = {
        # The first attempt is cut off by its own end, and the other process answers meanwhile.
        "one attempt is cut off": [HalfOpen()],
        # The one that counted is answered too late, and the other one never.
        "both are cut off": [Delay(2.5, applied=True), HalfOpen()],
    }
    for prompt, faults in lost.items():
        for fault in faults:
            scene.faults.add(CALLBACK, fault)
        use = await scene.mara.use("/video", prompt=prompt, duration=4)
        await scene.video(use)
    # Whoever had only claimed a reply has given it up by now.
    await scene.until(lambda: elsewhere(scene.bot) + elsewhere(other) == 2, "two that were given up")
    assert sorted(scene.prompts()) == sorted(lost)
    assert set(scene.copies().values()) == {1}
    assert " ERROR " not in other.log


async def test_of_two_claims_on_one_reply_a_blind_one_looks_again(scene: Scene, other: BotProcess) -> None:
    await other.says("started today by another process")
    await scene.bot.says("Another process is using this bot's token")
    for fault in (Delay(2.5, applied=True), HalfOpen()):
        scene.faults.add(CALLBACK, fault)
    marks = scene.gates.close(lambda request: request.method == "PATCH" and request.path.endswith("@original"))
    use = await scene.mara.use("/video", prompt="claimed by both", duration=4, wait=False)
    await marks.reached(2)
    # The mark that stands is the second one's; it is the first one that cannot look whether its own does.
    scene.faults.add("GET /api/v10/webhooks/*/messages/[0-9]*", html())
    marks.open()
    await scene.video(use)
    await scene.until(lambda: elsewhere(scene.bot) + elsewhere(other) == 1, "one that was given up")
    assert scene.prompts() == ["claimed by both"]
    assert set(scene.copies().values()) == {1}


async def test_one_that_is_alone_takes_a_lost_answer_as_its_own(scene: Scene) -> None:
    for prompt, fault in (("before", Reset.EARLY), ("after", Reset.AFTER)):
        scene.faults.add(CALLBACK, fault)
        await scene.video(await scene.mara.use("/video", prompt=prompt, duration=4))
    assert scene.prompts() == ["before", "after"]
    assert "Another process" not in scene.bot.log
    assert "answered by another" not in scene.bot.log
