"""A POST whose answer is lost: told with the truth, and never repeated; one that surely did not count goes on."""

from sandbox import faults
from sandbox.faults import Answer, Cut, Reset
from tests.journeys.scene import SUBMIT, Scene, labels
from tests.journeys.script import with_script

# Each of them may have been counted, and was.
LOST = {
    "a reset after it was taken": Reset.AFTER,
    "half an answer": Cut(),
    "half an answer that calls itself whole": Cut(framed=True),
    "a bad gateway": faults.status(502, applied=True),
    "an internal error": faults.status(500, {"error": {"code": "internal_error", "message": "oops"}}, applied=True),
    "a proxy's page": faults.html(200, applied=True),
    "nothing": faults.empty(200, applied=True),
    "a redirect": faults.redirect("/v1/video/generations", 307, applied=True),
}


async def test_a_lost_answer_is_told_and_never_sent_again(scene: Scene) -> None:
    for count, (name, fault) in enumerate(LOST.items(), start=1):
        scene.faults.add(SUBMIT, fault)
        use = await scene.mara.use("/video", prompt=name, duration=4)
        card = await scene.says(use, "failed", "I can't tell whether the video service took it", "could cost twice")
        assert labels(card) == ["Try again (may cost twice)"], name
        assert len(scene.posts()) == count, name
    assert scene.prompts() == list(LOST)
    await scene.bot.stop()
    await scene.bot.start()
    await scene.video(await scene.mara.use("/video", prompt="another fox", duration=4))
    assert scene.prompts() == [*LOST, "another fox"]


async def test_what_surely_did_not_count_waits_and_is_sent_once(scene: Scene) -> None:
    too_many = Answer(
        429, '{"error": {"code": "rate_limit_exceeded", "message": "slow down"}}', headers={"Retry-After": "5"}
    )
    scene.faults.add(SUBMIT, too_many)
    use = await scene.mara.use("/video", prompt="a patient fox", duration=4)
    await scene.video(use)
    assert scene.prompts() == ["a patient fox"]
    assert [entry.detail["status"] for entry in scene.posts()] == [429, 200]


@with_script(bot={"PROVIDER_SLOTS": "1"})
async def test_a_provider_that_is_not_there_is_waited_for_and_the_job_can_still_be_cancelled(scene: Scene) -> None:
    await scene.provider.close_port()
    use = await scene.mara.use("/video", prompt="never sent", duration=4)
    other = await scene.tomas.use("/video", prompt="a patient fox", duration=4)
    card = await scene.says(use, "waiting")
    await scene.bot.says("Not accepted")
    await scene.mara.press(card, label="Cancel")
    await scene.says(use, "cancelled")
    await scene.provider.open_port()
    await scene.video(other)
    assert scene.prompts() == ["a patient fox"]
