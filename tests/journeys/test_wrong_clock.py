"""The clock of the bot's machine is set ahead or back: nothing is given up, deleted or held up by that."""

import signal

from tests.journeys.scene import Scene
from tests.journeys.script import with_script

HOUR, DAY = 3600.0, 86_400.0
WITH_CLOCK = with_script(sets_clock=True)


@WITH_CLOCK
async def test_a_clock_set_a_day_ahead_gives_no_video_up(scene: Scene) -> None:
    scene.provider.hold()
    use = await scene.mara.use("/video", prompt="a fox out of time", duration=4)
    await scene.paid_for(1)
    scene.calendar_jumps(25 * HOUR)
    await scene.asked(3)
    scene.provider.stage(scene.task(), "in_progress", 70)
    await scene.says(use, "70%")
    # It stays there, and is believed in the end: still no more than a moment has gone by.
    await scene.bot.says("used from now on")
    await scene.asked(2)
    scene.provider.finish_now()
    reply = await scene.video(use)
    assert reply.file() == scene.provider.tasks[scene.task()].footage.result().read_bytes()
    assert len(scene.paid()) == 1


@WITH_CLOCK
async def test_a_start_with_a_clock_eight_days_ahead_sweeps_no_clip_and_gives_no_video_up(scene: Scene) -> None:
    kept = await scene.mara.use("/video", prompt="a fox to be kept", duration=4)
    await scene.video(kept)
    scene.provider.hold()
    running = await scene.mara.use("/video", prompt="a fox on its way", duration=4)
    await scene.says(running, "queued")
    scene.calendar_jumps(8 * DAY)
    await scene.bot.restart(signal.SIGKILL)
    await scene.asked(3)
    scene.calendar_jumps(-8 * DAY)
    scene.provider.release()
    scene.provider.finish_now()
    await scene.video(running)
    [clip, other] = sorted((scene.bot.data / "clips").glob("*.mp4"))
    assert clip.stat().st_size > 0
    assert other.stat().st_size > 0


@WITH_CLOCK
async def test_a_clock_set_back_an_hour_after_a_429_holds_nobody_up(scene: Scene) -> None:
    scene.provider.refuse_next("rate")
    use = await scene.mara.use("/video", prompt="a patient fox", duration=4)
    await scene.bot.says("Not accepted by the provider, trying again")
    scene.calendar_jumps(-HOUR)
    await scene.video(use)
    assert len(scene.posts()) == 2
    assert len(scene.paid()) == 1
