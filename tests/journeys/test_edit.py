"""Edit: the same request and the same media, with what was changed in a form."""

import signal

import pytest

from tests.journeys.bodies import DEN, FOX, named, remember, roles
from tests.journeys.scene import Scene, has_video, says
from tests.journeys.script import with_script

WEEK_AND_A_DAY = 8 * 86_400.0
VIDEOS = with_script(bot={"TOAPIS_DIALECT": "videos"})


@VIDEOS
async def test_an_edited_request_goes_out_with_its_old_media_and_everything_else_as_it_was(scene: Scene) -> None:
    remember(FOX, DEN)
    order = {"image": FOX, "last_frame": DEN, "seed": 5, "sound": False, "last_picture": True}
    first = await scene.video(await scene.mara.use("/video", prompt="a fox", ratio="3:4", **order))
    scene.clock.advance(WEEK_AND_A_DAY)
    opened = await scene.mara.press(first, label="Edit")
    # The form outlives the bot that opened it.
    await scene.bot.restart(signal.SIGKILL)
    changed = {"duration": ["8"], "ratio": ["21:9"], "model": ["seedance-2-fast"], "resolution": ["480p"]}
    second = await scene.video(await scene.mara.submit(opened, prompt="a fox at night", **changed))
    assert second.id != first.id
    assert has_video(first)
    [before, after] = [named(scene, body) for body in scene.paid()]
    assert before.pop("client_business_id") != after.pop("client_business_id")
    assert after == before | {
        "model": "seedance-2-fast",
        "prompt": "a fox at night",
        "duration": 8,
        "aspect_ratio": "21:9",
        "resolution": "480p",
    }
    assert after["image_with_roles"] == roles(first_frame="uploaded fox.png", last_frame="uploaded den.jpg")
    assert len(scene.ledger.of("upload")) == 2


async def test_the_form_is_filled_in_with_what_the_request_was(scene: Scene) -> None:
    order = {"prompt": "a **fox**", "duration": 9, "ratio": "1:1", "model": "seedance-2-fast"}
    first = await scene.video(await scene.mara.use("/video", **order))
    opened = await scene.tomas.press(first, label="Edit")
    parts = {row["component"]["custom_id"]: row["component"] for row in (opened.modal or {})["components"]}
    assert parts["prompt"]["value"] == "a **fox**"
    chosen = {
        name: [option["value"] for option in part["options"] if option.get("default")]
        for name, part in parts.items()
        if "options" in part
    }
    assert chosen == {"duration": ["9"], "ratio": ["1:1"], "model": ["seedance-2-fast"]}
    # It is the job of whoever sends it.
    made = await scene.video(await scene.tomas.submit(opened, prompt="a wolf", **chosen))
    assert "a wolf" in made.texts()
    await scene.says(await scene.tomas.use("/history"), "1 video", "a wolf")
    assert scene.prompts() == ["a **fox**", "a wolf"]


@pytest.mark.parametrize("prompt", ["   ", "\u3164"])
async def test_an_edit_that_cannot_be_says_so_and_costs_nothing(scene: Scene, prompt: str) -> None:
    first = await scene.video(await scene.mara.use("/video", prompt="a fox"))
    opened = await scene.mara.press(first, label="Edit")
    sent = await scene.mara.submit(opened, prompt=prompt, duration=["5"], ratio=["16:9"], model=["seedance-2"])
    await scene.seen(scene.mara, says("prompt is empty"))
    assert sent.reply is None or not has_video(sent.reply)
    assert scene.prompts() == ["a fox"]


async def test_two_different_edits_at_once_are_two_videos_and_the_same_one_twice_is_one(scene: Scene) -> None:
    first = await scene.video(await scene.mara.use("/video", prompt="a fox"))
    usual = {"duration": ["5"], "ratio": ["16:9"], "model": ["seedance-2"]}
    forms = [await scene.mara.press(first, label="Edit") for _ in range(3)]
    await scene.mara.submit(forms[0], prompt="a fox by day", **usual)
    await scene.mara.submit(forms[1], prompt="a fox by night", **usual)
    await scene.follows(await scene.mara.submit(forms[2], prompt="a fox by day", **usual), "already started this one")
    await scene.paid_for(3)
    assert sorted(scene.prompts()) == ["a fox", "a fox by day", "a fox by night"]
