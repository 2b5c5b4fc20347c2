"""Dialect `videos`: a POST whose answer is lost is asked for by our own id, and never paid twice."""

import signal

from sandbox import faults
from sandbox.faults import Cut, Reset
from tests.journeys.scene import Scene, labels
from tests.journeys.script import with_script

SUBMIT = "POST /v1/videos/generations"
LOOKUP = "GET /v1/videos/generations/"
VIDEOS = with_script(bot={"TOAPIS_DIALECT": "videos"})
# Each of them may have been counted, and was.
LOST = {
    "a reset after it was taken": Reset.AFTER,
    "half an answer": Cut(),
    "a bad gateway": faults.status(502, applied=True),
    "a proxy's page": faults.html(200, applied=True),
}


@VIDEOS
async def test_a_submit_that_counted_is_found_by_our_own_id(scene: Scene) -> None:
    for prompt, fault in LOST.items():
        scene.faults.add(SUBMIT, fault)
        await scene.video(await scene.mara.use("/video", prompt=prompt, duration=4))
    assert scene.prompts() == list(LOST)
    assert len(scene.ledger.of("provider", SUBMIT)) == len(LOST)


@VIDEOS
async def test_one_that_did_not_count_is_sent_again_under_the_same_id(scene: Scene) -> None:
    await scene.video(await scene.mara.use("/video", prompt="the first", duration=4))
    scene.faults.add(SUBMIT, faults.status(502))
    await scene.video(await scene.mara.use("/video", prompt="the second", duration=4))
    assert scene.prompts() == ["the first", "the second"]
    assert [entry.detail["status"] for entry in scene.ledger.of("provider", SUBMIT)] == [200, 502, 200]
    # The one that came through in the end is the one that was asked for three times.
    [_, ours] = [body["client_business_id"] for body in scene.paid()]
    asked = [entry for entry in scene.ledger.of("provider", LOOKUP + ours) if entry.detail["status"] == 404]
    assert len(asked) == 3


@VIDEOS
async def test_where_no_task_was_ever_found_by_our_id_it_is_told_and_not_sent_again(scene: Scene) -> None:
    scene.faults.add(SUBMIT, faults.status(502))
    use = await scene.mara.use("/video", prompt="nobody knows", duration=4)
    card = await scene.says(use, "nobody knows", "could cost twice")
    assert labels(card) == ["Try again (may cost twice)"]
    assert len(scene.ledger.of("provider", SUBMIT)) == 1


@VIDEOS
async def test_a_bot_killed_in_the_middle_of_its_post_finds_it_again(scene: Scene) -> None:
    scene.faults.add(SUBMIT, faults.Delay(60.0, applied=True))
    use = await scene.mara.use("/video", prompt="killed in between", duration=4)
    await scene.paid_for(1)
    await scene.bot.restart(signal.SIGKILL)
    await scene.video(use)
    assert scene.prompts() == ["killed in between"]
    assert len(scene.paid()) == 1
