"""Killed or stopped once the provider has it: the job is followed on, and its video comes once."""

import signal

import pytest

from sandbox.discord import Message, Use
from sandbox.faults import Delay
from tests.journeys.gates import Gate, post_in_channel, upload
from tests.journeys.scene import Scene, says
from tests.journeys.script import on_both_stores

KILLED, STOPPED = signal.SIGKILL, signal.SIGTERM
ENDS = pytest.mark.parametrize("number", [KILLED, STOPPED], ids=["killed", "stopped"])


async def ordered(scene: Scene) -> Use:
    use = await scene.mara.use("/video", prompt="a fox that lasts", duration=4)
    await scene.paid_for(1)
    return use


async def came_once(scene: Scene, use: Use) -> Message:
    """Wait for the video and its ping, and see that there is one of each, paid once."""
    reply = await scene.video(use)
    [ping] = await scene.pinged(scene.mara)
    assert ping.stored.reference == reply.stored.id
    assert len(scene.posts()) == len(scene.paid()) == 1
    assert list(scene.copies().values()) == [1]
    assert reply.file() == scene.provider.tasks[scene.task()].footage.result().read_bytes()
    return reply


@ENDS
async def test_queued(scene: Scene, number: signal.Signals) -> None:
    scene.provider.hold()
    use = await ordered(scene)
    await scene.says(use, "queued")
    await scene.bot.restart(number)
    scene.provider.release()
    await came_once(scene, use)


@ENDS
@on_both_stores()
async def test_rendering(scene: Scene, number: signal.Signals) -> None:
    scene.provider.hold()
    use = await ordered(scene)
    scene.provider.stage(scene.task(), "in_progress", 40)
    await scene.says(use, "rendering", "40%")
    await scene.bot.restart(number)
    scene.provider.stage(scene.task(), "in_progress", 97)
    await scene.says(use, "97%")
    await scene.half_a_minute()
    scene.provider.finish_now()
    await came_once(scene, use)


@ENDS
async def test_finished_while_nobody_was_there(scene: Scene, number: signal.Signals) -> None:
    scene.provider.hold()
    use = await ordered(scene)
    await scene.half_a_minute()
    assert await scene.bot.stop(number) in {0, -KILLED}
    scene.provider.finish_now()
    task = scene.task()
    await scene.until(lambda: scene.provider.tasks[task].ended, "the end of the task")
    await scene.bot.start()
    await came_once(scene, use)


@ENDS
async def test_ready_in_the_middle_of_the_download(scene: Scene, number: signal.Signals) -> None:
    scene.faults.add("GET /files/videos/*", Delay(60.0))
    use = await ordered(scene)
    await scene.until(lambda: scene.ledger.of("fault"), "the download")
    await scene.bot.restart(number)
    await came_once(scene, use)
    assert list((scene.bot.data / "clips").glob("*.part")) == []


@pytest.mark.parametrize("after", [False, True], ids=["before Discord took it", "after Discord took it"])
@on_both_stores()
async def test_killed_while_the_clip_is_uploaded(scene: Scene, after: bool) -> None:
    gate = scene.gates.close(upload, after=after)
    use = await ordered(scene)
    await gate.reached()
    assert len(scene.uploads()) == (1 if after else 0)
    await killed_at(scene, gate)
    await came_once(scene, use)
    assert len(scene.uploads()) == 1


async def test_stopped_while_the_clip_is_uploaded_finishes_that_first(scene: Scene) -> None:
    gate = scene.gates.close(upload, after=True)
    use = await ordered(scene)
    await gate.reached()
    scene.bot.send(STOPPED)
    await scene.bot.says("Stopping")
    pressed = await scene.tomas.use("/video", prompt="too late", duration=4)
    assert pressed.reply is not None
    assert says("restarting", "try again in a minute")(pressed.reply)
    gate.open()
    assert await scene.bot.ended() == 0
    assert scene.discord.closes[-1] == 1000
    assert len(scene.uploads()) == 1
    await scene.bot.start()
    await came_once(scene, use)
    assert len(scene.uploads()) == 1


@pytest.mark.parametrize("after", [False, True], ids=["before the ping", "after the ping"])
async def test_killed_while_the_requester_is_told(scene: Scene, after: bool) -> None:
    gate = scene.gates.close(post_in_channel, after=after)
    use = await ordered(scene)
    await scene.video(use)
    await gate.reached()
    await killed_at(scene, gate)
    await came_once(scene, use)
    assert len(scene.uploads()) == 1
    # A later ping would have come behind this one's.
    other = await scene.tomas.use("/video", prompt="another fox", duration=4)
    await scene.video(other)
    await scene.pinged(scene.tomas)
    assert len(scene.mara.pings()) == 1


async def test_what_was_told_is_not_told_again(scene: Scene) -> None:
    use = await ordered(scene)
    await came_once(scene, use)
    await scene.bot.restart(KILLED)
    other = await scene.tomas.use("/video", prompt="another fox", duration=4)
    await scene.video(other)
    await scene.pinged(scene.tomas)
    assert len(scene.mara.pings()) == 1


async def killed_at(scene: Scene, gate: Gate) -> None:
    """Kill the bot while it waits at a gate, open it for the next one, and start that."""
    await scene.bot.stop(KILLED)
    gate.open()
    await scene.bot.start()
