"""`/compose`: a form for many files and a long prompt, taken on like `/video`."""

import signal

import aiohttp

from sandbox.discord import Upload
from tests.journeys.bodies import FOX, HOWL, RUN, named, remember, roles
from tests.journeys.pictures import picture
from tests.journeys.scene import Scene
from tests.journeys.script import with_script

NINE = [Upload(f"picture{number}.png", picture("PNG", 300 + number, 300)) for number in range(1, 10)]


@with_script(bot={"TOAPIS_DIALECT": "videos"})
async def test_nine_pictures_a_video_a_sound_and_every_choice_in_one_form(scene: Scene) -> None:
    remember(*NINE, RUN, HOWL)
    choices = {
        "duration": 7,
        "ratio": "3:4",
        "model": "seedance-2-fast",
        "resolution": "480p",
        "sound": False,
        "seed": 7,
    }
    opened = await scene.mara.use("/compose", **choices, last_picture=True)
    # The form outlives the bot that opened it.
    await scene.bot.restart(signal.SIGKILL)
    sent = await scene.mara.submit(opened, prompt="From image 1 to image 9", pictures=NINE, videos=[RUN], sounds=[HOWL])
    card = await scene.video(sent)
    assert "image 9" in card.texts()
    [opens] = [url for label, _, _, url in card.buttons() if label == "Last frame"]
    async with aiohttp.ClientSession() as session, session.get(str(opens)) as answer:
        assert (answer.status, answer.content_type) == (200, "image/jpeg")
    [body] = scene.paid()
    del body["client_business_id"]
    assert named(scene, body) == {
        "model": "seedance-2-fast",
        "prompt": "From image 1 to image 9",
        "duration": 7,
        "aspect_ratio": "3:4",
        "resolution": "480p",
        "generate_audio": False,
        "image_with_roles": [{"url": f"uploaded {each.name}", "role": "reference_image"} for each in NINE],
        "video_with_roles": roles(reference_video="uploaded run.mp4"),
        "audio_with_roles": roles(reference_audio="uploaded howl.wav"),
        "seed": 7,
        "return_last_frame": True,
    }


async def test_what_was_typed_into_a_form_comes_back_with_its_mistakes(scene: Scene) -> None:
    opened = await scene.mara.use("/compose")
    sent = await scene.mara.submit(opened, prompt="A howl, and nothing else", sounds=[HOWL])
    await scene.follows(sent, "audio reference", "A howl, and nothing else")
    assert scene.posts() == []


async def test_assets_are_chosen_in_the_form(scene: Scene) -> None:
    scene.provider.assets.know("pa_else", "video")
    await scene.says(await scene.mara.use("/asset import", id="pa_else", name="Run"), "pa_else")
    opened = await scene.tomas.use("/compose")
    [select] = [one for one in parts(opened.modal) if one["custom_id"] == "assets"]
    sent = await scene.tomas.submit(
        opened, prompt="Image 1 moves like video 1", pictures=[FOX], assets=[select["options"][0]["value"]]
    )
    await scene.video(sent)
    assert named(scene, scene.paid()[0]["video_with_roles"]) == roles(reference_video="asset://pa_else")


def parts(modal: dict | None) -> list[dict]:
    """List what a form asks for."""
    assert modal is not None
    return [row["component"] for row in modal["components"]]
