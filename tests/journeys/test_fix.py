"""Nothing typed is lost: a refused request comes back with its mistakes and a form to fix it in, and is sent once."""

import signal

import pytest

from sandbox.discord import Message, Upload, Use
from sandbox.discord.interaction import Kind
from tests.journeys.bodies import DEN, FOX, RUN, named, remember, roles
from tests.journeys.pictures import TEXT, picture
from tests.journeys.scene import Scene, has_video, labels, says
from tests.journeys.script import with_script
from tests.sandbox_toapis.samples import sound

VIDEOS = with_script(bot={"TOAPIS_DIALECT": "videos"})
TINY = Upload("tiny.png", picture("PNG", 299, 300))
NOTES = Upload("notes.png", TEXT)
ENDLESS = Upload("endless.wav", sound(16.0))
FIX = "Fix and try again"
AGAIN = "Try again"
HOUR = 3600.0


def parts(use: Use) -> dict[str, dict]:
    """Return the parts of a form, by their names."""
    assert use.modal is not None, use.reply and use.reply.texts()
    return {row["component"]["custom_id"]: row["component"] for row in use.modal["components"]}


async def refused(scene: Scene, use: Use, *words: str, button: str = FIX) -> Message:
    """Wait for the private answer to a refused request."""

    def fits(one: Message) -> bool:
        return button in labels(one) and one.stored.ephemeral_for == scene.mara.user.id and says(*words)(one)

    await use.answered()
    return await scene.seen(scene.mara, fits)


@VIDEOS
async def test_six_mistakes_come_in_the_order_of_the_options_and_are_fixed_in_two_forms(scene: Scene) -> None:
    remember(FOX)
    order = {"duration": 3, "model": "seedance-2-fast", "resolution": "4k", "ratio": "9:16", "seed": 7}
    media = {"image": NOTES, "last_frame_asset": "Nobody", "web_search": True}
    use = await scene.mara.use("/video", unchecked=True, prompt="x" * 6001, **order, **media)
    said = await refused(scene, use, "6,001")
    told = said.texts()
    words = ["fix these 6 things", "6,001 characters", "`image`", "3 seconds", "do `4k`", "Web search", "Nobody"]
    assert all(word in told for word in words), told
    places = [told.index(word) for word in words]
    assert places == sorted(places), told
    assert scene.posts() == []
    # The form outlives the bot that refused, and the one that opened it.
    await scene.bot.restart(signal.SIGKILL)
    opened = await scene.mara.press(said, label=FIX)
    assert list(parts(opened)) == ["prompt", "image", "duration", "resolution", "web_search"]
    assert [option["value"] for option in parts(opened)["resolution"]["options"]] == ["480p", "720p"]
    await scene.bot.restart(signal.SIGKILL)
    fields = {"prompt": "a fox", "image": FOX, "duration": ["8"], "resolution": ["480p"], "web_search": ["off"]}
    await scene.mara.submit(opened, **fields)
    again = await scene.seen(scene.mara, lambda one: FIX in labels(one) and says("Nobody", "a fox")(one))
    assert "image" not in again.texts()
    opened = await scene.mara.press(again, label=FIX)
    assert list(parts(opened)) == ["prompt", "last_frame_asset"]
    assert parts(opened)["last_frame_asset"]["value"] == "Nobody"
    sent = await scene.mara.submit(opened, prompt="a fox", last_frame_asset="")
    assert not (await scene.video(sent)).ephemeral
    [body] = scene.paid()
    del body["client_business_id"]
    assert named(scene, body) == {
        "model": "seedance-2-fast",
        "prompt": "a fox",
        "duration": 8,
        "aspect_ratio": "9:16",
        "resolution": "480p",
        "generate_audio": True,
        "seed": 7,
        "image_with_roles": roles(first_frame="uploaded fox.png"),
    }


@VIDEOS
async def test_files_that_were_fine_go_out_without_being_attached_again(scene: Scene) -> None:
    remember(FOX, RUN)
    use = await scene.mara.use("/video", prompt="a fox runs", reference=FOX, reference_2=RUN, reference_3=ENDLESS)
    opened = await scene.mara.press(await refused(scene, use, "reference_3", "a fox runs"), label=FIX)
    assert list(parts(opened)) == ["prompt", "reference_3"]
    await scene.video(await scene.mara.submit(opened, prompt="a fox runs", reference_3=[]))
    [body] = [named(scene, body) for body in scene.paid()]
    assert body["image_with_roles"] == roles(reference_image="uploaded fox.png")
    assert body["video_with_roles"] == roles(reference_video="uploaded run.mp4")
    assert "audio_with_roles" not in body


@VIDEOS
async def test_what_does_not_go_together_is_chosen_from(scene: Scene) -> None:
    remember(FOX, RUN)
    use = await scene.mara.use("/video", prompt="a fox", image=FOX, reference=RUN, web_search=True)
    opened = await scene.mara.press(await refused(scene, use, "either frames or references"), label=FIX)
    assert list(parts(opened)) == ["prompt", "web_search", "media"]
    assert [option["value"] for option in parts(opened)["media"]["options"]] == ["image", "reference"]
    sent = await scene.mara.submit(opened, prompt="a fox", web_search=["off"], media=["image"])
    await scene.video(sent)
    assert named(scene, scene.paid()[0])["image_with_roles"] == roles(first_frame="uploaded fox.png")


@pytest.mark.parametrize("gives_first", [False, True])
async def test_a_last_frame_alone_can_be_left_out_or_get_its_first(scene: Scene, gives_first: bool) -> None:
    remember(FOX, DEN)
    use = await scene.mara.use("/video", prompt="a fox", last_frame=DEN)
    opened = await scene.mara.press(await refused(scene, use, "add a first frame"), label=FIX)
    assert list(parts(opened)) == ["prompt", "image", "media"]
    assert [option["value"] for option in parts(opened)["media"]["options"]] == ["last_frame"]
    fields = {"image": FOX, "media": ["last_frame"]} if gives_first else {"image": [], "media": []}
    await scene.video(await scene.mara.submit(opened, prompt="a fox", **fields))
    [body] = [named(scene, body) for body in scene.paid()]
    frames = roles(first_frame="fox.png", last_frame="den.jpg") if gives_first else None
    assert body.get("image_with_roles") == frames
    assert gives_first or "image_urls" not in body


async def test_a_bad_file_in_a_form_has_an_upload_in_its_place(scene: Scene) -> None:
    opened = await scene.mara.use("/compose", duration=7)
    sent = await scene.mara.submit(opened, prompt="image 1 meets image 2", pictures=[FOX, NOTES], videos=[RUN])
    said = await refused(scene, sent, "`image 2`", "image 1 meets image 2")
    opened = await scene.mara.press(said, label=FIX)
    assert list(parts(opened)) == ["prompt", "image 2"]
    await scene.video(await scene.mara.submit(opened, prompt="image 1 meets image 2", **{"image 2": DEN}))
    [body] = [named(scene, body) for body in scene.paid()]
    media = [*body["image_with_roles"], *body["video_with_roles"]]
    assert sorted(one["url"] for one in media) == ["den.jpg", "fox.png", "run.mp4"]
    assert (body["duration"], body["prompt"]) == (7, "image 1 meets image 2")


async def test_an_edit_is_fixed_with_the_media_of_its_video(scene: Scene) -> None:
    first = await scene.video(await scene.mara.use("/video", prompt="a fox", image=FOX, duration=6))
    opened = await scene.mara.press(first, label="Edit")
    chosen = {"duration": ["8"], "ratio": ["1:1"], "model": ["seedance-2"]}
    sent = await scene.mara.submit(opened, prompt="\u3164", **chosen)
    opened = await scene.mara.press(await refused(scene, sent, "prompt is empty"), label=FIX)
    assert list(parts(opened)) == ["prompt"]
    await scene.video(await scene.mara.submit(opened, prompt="a fox at night"))
    [before, after] = [named(scene, body) for body in scene.paid()]
    assert (after["prompt"], after["duration"], after["ratio"]) == ("a fox at night", 8, "1:1")
    assert before["image_urls"] == ["fox.png"]
    assert len(after["image_urls"]) == 1
    assert len(scene.videos()) == 2


@with_script(bot={"PROVIDER_SLOTS": "1", "MEMBER_VIDEOS_AT_ONCE": "6"})
async def test_a_refusal_by_a_limit_keeps_the_prompt_too(scene: Scene) -> None:
    scene.provider.hold()
    for number in range(6):
        await scene.mara.use("/video", prompt=f"fox {number}", duration=4)
    await scene.paid_for(1)
    use = await scene.mara.use("/video", prompt="one more", duration=9)
    said = await refused(scene, use, "6 videos in progress", "one more", "What you entered is kept", button=AGAIN)
    scene.provider.release()
    await scene.paid_for(2)
    opened = await scene.mara.press(said, label=AGAIN)
    await scene.mara.submit(opened, prompt="one more")
    assert "one more" in await scene.paid_for(7)


async def test_a_draft_is_sent_once_however_often_its_button_is_pressed(scene: Scene) -> None:
    # It is not ready before the last press was looked at.
    scene.provider.hold()
    use = await scene.mara.use("/video", unchecked=True, prompt="a fox", duration=3)
    said = await refused(scene, use, "3 seconds")
    forms = [await scene.mara.press(said, label=FIX) for _ in range(3)]
    prompts = [f"fox {at}" for at in range(3)]
    sent = {
        prompt: await scene.mara.submit(form, prompt=prompt, duration=["5"], wait=False)
        for form, prompt in zip(forms, prompts, strict=True)
    }

    def late() -> list[str]:
        return [one.texts() for one in scene.mara.sees("videos") if "already sent" in one.texts()]

    await scene.until(lambda: len(late()) == 2, "two that were too late")
    [paid] = await scene.paid_for(1)
    # What was typed into the others is given back.
    assert all(any(prompt in text for text in late()) for prompt in prompts if prompt != paid), late()
    pressed = await scene.mara.press(said, label=FIX)
    assert pressed.modal is None
    assert pressed.reply is not None
    assert "already sent. " in pressed.reply.texts()
    assert "an hour" not in pressed.reply.texts()
    sent[paid].replay()
    await scene.bot.says(f"Interaction {sent[paid].id} was dropped")
    assert scene.prompts() == [paid]


async def test_it_is_its_members_alone(scene: Scene) -> None:
    use = await scene.mara.use("/video", unchecked=True, prompt="a secret fox", duration=3)
    said = await refused(scene, use, "3 seconds")
    [custom_id] = [one[1] for one in said.buttons() if one[0] == FIX]
    core, place = scene.tomas._core, scene.tomas.channel("videos")  # noqa: SLF001 - a forged press
    data = {"custom_id": custom_id, "component_type": 2, "id": 1}
    owners = scene.tomas.owners(place, None)
    pressed = Use(
        core, core.interactions.send(Kind.COMPONENT, scene.tomas.user, place, data, owners=owners, source=said.stored)
    )
    await pressed.answered()
    assert pressed.modal is None
    assert pressed.reply is not None
    assert "Only the person who asked" in pressed.reply.texts()
    assert "secret" not in pressed.reply.texts()


@with_script(sets_clock=True)
async def test_after_an_hour_it_is_gone_and_says_so_and_gives_back_what_is_typed(scene: Scene) -> None:
    use = await scene.mara.use("/video", prompt="a fox", image=FOX, last_frame=TINY)
    said = await refused(scene, use, "last_frame")
    opened = await scene.mara.press(said, label=FIX)
    scene.later(HOUR + 60)
    sent = await scene.mara.submit(opened, prompt="a fox, typed for an hour", last_frame=DEN)
    await scene.seen(scene.mara, says("more than an hour old", "a fox, typed for an hour"))
    assert sent.reply is None or not has_video(sent.reply)
    pressed = await scene.mara.press(said, label=FIX)
    assert pressed.modal is None
    assert scene.posts() == []


@pytest.mark.parametrize("changed", [False, True])
async def test_a_prompt_that_is_longer_than_a_form_is_sent_whole_unless_it_is_changed(
    scene: Scene, changed: bool
) -> None:
    prompt = f"{'a fox ' * 800}at the end"
    use = await scene.mara.use("/video", unchecked=True, prompt=prompt, duration=3)
    opened = await scene.mara.press(await refused(scene, use, "3 seconds"), label=FIX)
    shown = parts(opened)["prompt"]["value"]
    assert len(shown) == 4000
    await scene.video(await scene.mara.submit(opened, prompt=f"{shown[:-1]}!" if changed else shown, duration=["5"]))
    assert scene.prompts() == [f"{shown[:-1]}!" if changed else prompt]
