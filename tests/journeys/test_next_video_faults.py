"""An extension whose video can't be brought to the provider, and whose answer is lost, is made once all the same."""

import signal

from sandbox.faults import Reset, status
from tests.journeys.scene import Scene
from tests.journeys.script import with_script
from tests.journeys.test_next_video import NEWEST, VIDEOS

UPLOAD = "POST /v1/uploads/videos"


@with_script(bot=VIDEOS)
async def test_an_extension_is_paid_once_through_failed_uploads_a_kill_and_a_lost_answer(scene: Scene) -> None:
    first = await scene.video(await scene.mara.use("/video", prompt="a fox", **NEWEST))
    scene.faults.add(UPLOAD, status(500), times=None)
    opened = await scene.mara.press(first, label="Extend")
    use = await scene.mara.submit(opened, prompt="it jumps", added=["4"])
    await scene.until(lambda: scene.ledger.of("provider", UPLOAD), "a try to upload the video")
    assert await scene.bot.stop(signal.SIGKILL) == -signal.SIGKILL
    # The video itself may be past its days by then: what goes out is a copy.
    for clip in (scene.bot.data / "clips").glob("*.mp4"):
        clip.unlink()
    scene.faults.clear()
    scene.faults.add("POST /v1/videos/generations", Reset.AFTER)
    await scene.bot.start()
    second = await scene.video(use)
    assert "Part 2 · Continues an earlier video" in second.texts()
    assert scene.prompts() == ["a fox", "it jumps"]
    assert [body.get("video_operation") for body in scene.paid()] == [None, "extend"]
    assert sorted(scene.copies().values()) == [1, 1]
