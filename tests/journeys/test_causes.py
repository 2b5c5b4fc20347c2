"""Why a video was not made is told by the provider's code, with the buttons that can help and no other."""

from tests.journeys.scene import Scene, labels
from tests.journeys.script import with_script

VIDEOS = with_script(bot={"TOAPIS_DIALECT": "videos"})

CAUSES = {
    "OutputVideoSensitiveContentDetected": ("bad luck", ["Again", "Edit"]),
    "OutputAudioSensitiveContentDetected": ("sound", ["Try again without sound", "Again", "Edit"]),
    "InputTextSensitiveContentDetected": ("words in your prompt were refused", ["Edit"]),
    "InvalidParameter.TaskTypeConstraint": ("combine these settings", ["Edit"]),
    "ServerOverloaded": ("full right now", ["Again", "Edit"]),
    "generation_failed": ("couldn't be made", ["Again", "Edit"]),
    "WhatNobodyKnows": ("couldn't be made", ["Again", "Edit"]),
}


@VIDEOS
async def test_every_cause_has_its_sentence_and_its_buttons(scene: Scene) -> None:
    scene.provider.hold()
    for code, (words, buttons) in CAUSES.items():
        use = await scene.mara.use("/video", prompt=f"fails with {code}", duration=4)
        await scene.says(use, "queued")
        scene.provider.fail(scene.task(f"fails with {code}"), code=code, message="no luck. Request id: 0a1b2c")
        card = await scene.says(use, "failed", words, "usually doesn't charge", "no luck")
        assert labels(card) == buttons, code
        assert "0a1b2c" not in card.texts()
    assert len(scene.paid()) == len(CAUSES)


@VIDEOS
async def test_without_sound_is_the_same_request_but_for_its_sound(scene: Scene) -> None:
    scene.provider.hold()
    use = await scene.mara.use("/video", prompt="a loud fox", duration=4, seed=7)
    await scene.says(use, "queued")
    scene.provider.fail(code="OutputAudioSensitiveContentDetected", message="The sound was refused")
    card = await scene.says(use, "the video's sound")
    scene.provider.release()
    again = await scene.mara.press(card, label="Try again without sound")
    await scene.video(again)
    first, second = (
        {key: value for key, value in body.items() if key != "client_business_id"} for body in scene.paid()
    )
    assert first["generate_audio"] is True
    assert second == first | {"generate_audio": False}


async def test_a_refusal_with_http_200_is_told_in_its_words_and_sent_once(scene: Scene) -> None:
    scene.provider.refuse_as("success_false_200")
    scene.provider.refuse_next("internal", message="The request is not for us")
    use = await scene.mara.use("/video", prompt="a fox", duration=4)
    await scene.says(use, "failed", "answered with an error", "The request is not for us")
    assert len(scene.posts()) == 1


async def test_what_passes_is_tried_a_few_times_and_holds_nobody_else_up(scene: Scene) -> None:
    scene.provider.refuse_as("success_false_200")
    scene.provider.refuse_next("internal", message="The server is busy")
    use = await scene.mara.use("/video", prompt="a patient fox", duration=4)
    await scene.until(scene.posts, "the first try")
    other = await scene.tomas.use("/video", prompt="another fox", duration=4)
    await scene.video(other)
    await scene.video(use)
    scene.provider.refuse_next("internal", times=9, message="The server is busy")
    last = await scene.mara.use("/video", prompt="an unlucky fox", duration=4)
    await scene.says(last, "failed", "The server is busy")
    assert len(scene.posts()) == 3 + 3
