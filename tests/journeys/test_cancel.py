"""Cancel: by the owner, before it was sent, and honestly when it is too late."""

from tests.journeys.gates import edit_through
from tests.journeys.scene import Scene, labels
from tests.journeys.script import ONE_SLOT, on_both_stores, with_script


@on_both_stores(**ONE_SLOT)
async def test_a_waiting_job_is_cancelled_by_its_owner_and_never_sent(scene: Scene) -> None:
    scene.provider.hold()
    await scene.mara.use("/video", prompt="first", duration=4)
    await scene.paid_for(1)
    use = await scene.tomas.use("/video", prompt="never sent", duration=4)
    card = await scene.says(use, "waiting")
    stranger = await scene.mara.press(card, label="Cancel")
    await scene.follows(stranger, "only the person")
    assert "Cancel" in labels(card)
    await scene.tomas.press(card, label="Cancel")
    await scene.says(use, "cancelled", "cost nothing")
    assert labels(card) == ["Again", "Edit"]
    await scene.mara.use("/video", prompt="last", duration=4)
    scene.provider.finish_now()
    assert await scene.paid_for(2) == ["first", "last"]
    assert scene.tomas.pings() == []


@with_script(**ONE_SLOT)
async def test_a_stranger_who_presses_cancel_changes_nothing(scene: Scene) -> None:
    scene.provider.hold()
    await scene.mara.use("/video", prompt="first", duration=4)
    await scene.paid_for(1)
    use = await scene.tomas.use("/video", prompt="goes on", duration=4)
    card = await scene.says(use, "waiting")
    await scene.follows(await scene.mara.press(card, label="Cancel"), "only the person")
    scene.provider.release()
    scene.provider.finish_now()
    await scene.video(use)
    assert scene.prompts() == ["first", "goes on"]


@with_script(**ONE_SLOT)
async def test_too_late_is_said_as_it_is_and_the_video_comes(scene: Scene) -> None:
    scene.provider.hold()
    first = await scene.mara.use("/video", prompt="first", duration=4)
    await scene.paid_for(1)
    use = await scene.tomas.use("/video", prompt="on its way", duration=4)
    card = await scene.says(use, "waiting")
    # The card stays as it is for a moment longer, as cards do in a slow network.
    gate = scene.gates.close(edit_through(use.token))
    scene.provider.finish_now()
    await scene.paid_for(2)
    late = await scene.tomas.press(card, label="Cancel")
    await scene.follows(late, "already been sent", "you'll get the video")
    gate.open()
    scene.provider.release()
    await scene.video(first)
    await scene.video(use)
    assert scene.prompts() == ["first", "on its way"]
