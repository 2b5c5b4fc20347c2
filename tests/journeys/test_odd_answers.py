"""Answers in other words, of other tasks, or with the key in them: every video reaches its own member, once."""

from sandbox import faults
from sandbox.discord import Use
from tests.journeys.bodies import DEN, FOX
from tests.journeys.scene import Scene, labels
from tests.journeys.script import with_script

SHAPES = ("success_words", "output_list", "wrapped_content", "number_id")


async def shown(scene: Scene, use: Use, prompt: str) -> None:
    """Wait for a video, and see that it is the one of that prompt's own task."""
    data = (await scene.video(use)).file()
    assert data == (await scene.provider.tasks[scene.task(prompt)].footage).read_bytes()


async def test_a_video_is_delivered_in_every_shape_of_its_answer(scene: Scene) -> None:
    for shape in SHAPES:
        scene.provider.answer_as(shape)
        await shown(scene, await scene.mara.use("/video", prompt=shape, duration=4), shape)
    assert scene.prompts() == list(SHAPES)
    assert len(scene.posts()) == len(scene.paid())
    assert set(scene.copies().values()) == {1}
    scene.provider.hold()
    scene.provider.answer_as("success_words")
    use = await scene.mara.use("/video", prompt="a fox that fails", duration=4)
    await scene.says(use, "queued")
    scene.provider.fail(message="no luck")
    await scene.says(use, "failed", "couldn't be made", "no luck")


async def test_the_answer_of_another_s_task_is_no_answer(scene: Scene) -> None:
    behavior = scene.provider.behavior
    hers = await scene.mara.use("/video", prompt="hers", duration=4)
    await shown(scene, hers, "hers")
    scene.provider.hold()
    his = await scene.tomas.use("/video", prompt="his", duration=4)
    await scene.says(his, "queued")
    behavior.mixed_questions = 2
    await scene.until(lambda: not behavior.mixed_questions, "two answers about her task")
    scene.provider.release()
    await shown(scene, his, "his")
    # A submit that names her task: his second one was paid, and nobody can tell which task it is.
    behavior.mixed_submits = 1
    lost = await scene.tomas.use("/video", prompt="lost", duration=4)
    card = await scene.says(lost, "failed", "I can't tell whether the video service took it", "could cost twice")
    assert labels(card) == ["Try again (may cost twice)"]
    assert len(scene.posts()) == len(scene.paid()) == 3
    assert sorted(scene.copies().values()) == [1, 1]


@with_script(bot={"TOAPIS_DIALECT": "videos"})
async def test_a_lookup_by_our_id_that_finds_another_s_task_is_no_answer(scene: Scene) -> None:
    await shown(scene, await scene.mara.use("/video", prompt="hers", duration=4), "hers")
    scene.faults.add("POST /v1/videos/generations", faults.status(502, applied=True))
    scene.provider.behavior.mixed_lookups = 1
    use = await scene.tomas.use("/video", prompt="his", duration=4)
    await shown(scene, use, "his")
    assert len(scene.ledger.of("mixed_up")) == 1
    # What was taken with a sound keeps its button; a dialect that cannot leave the sound out says so.
    scene.provider.hold()
    loud = await scene.mara.use("/video", prompt="a loud fox", duration=4)
    await scene.says(loud, "queued")
    scene.provider.fail(code="OutputAudioSensitiveContentDetected", message="The sound was refused")
    card = await scene.says(loud, "the video's sound")
    await scene.bot.stop()
    scene.bot.settings["TOAPIS_DIALECT"] = "video"
    await scene.bot.start()
    pressed = await scene.mara.press(card, label="Try again without sound")
    await scene.says(pressed, "Sound can't be turned off here anymore", "press **Again**")
    assert len(scene.paid()) == 3


async def test_a_sentence_that_quotes_the_key_is_shown_and_stored_without_it(scene: Scene) -> None:
    key = scene.provider.key
    scene.provider.refuse_next("policy", message=f"Refused for the key {key} today")
    refused = await scene.mara.use("/video", prompt="refused", duration=4)
    await scene.says(refused, "the video service said", "Refused for the key •••")
    scene.provider.hold()
    failed = await scene.mara.use("/video", prompt="failed", duration=4)
    await scene.says(failed, "queued")
    scene.provider.fail(message=f'{{"error": {{"message": "Key {key} was stopped"}}}}')
    await scene.says(failed, "failed", "Key •••", "was stopped")
    assert [one for one in scene.everything() if key in one.texts()] == []
    await scene.bot.stop()
    files = [path for path in scene.bot.data.rglob("*") if path.is_file()]
    assert any(b"was stopped" in path.read_bytes() for path in files)
    assert [path for path in files if key.encode() in path.read_bytes()] == []


async def test_the_medium_that_shows_a_person_is_named_and_can_only_be_changed(scene: Scene) -> None:
    scene.provider.refuse_next("wrapped_451")
    use = await scene.mara.use("/video", prompt="a walk", image=FOX, last_frame=DEN, duration=4)
    card = await scene.says(use, "failed", "Your image 2 seems to show a real person", "please use another one")
    assert labels(card) == ["Edit"]
    assert "0217f00d" not in card.texts()
    assert (len(scene.posts()), scene.paid()) == (1, [])
