"""Dialect `video`: every row of what can be asked for, from Discord's side, as the exact JSON at the provider."""

from tests.journeys.bodies import DEN, ELSEWHERE, FOX, HOWL, RUN, asked_for, roles
from tests.journeys.scene import Scene
from tests.journeys.script import with_script

# What is not named in an option stands in the body all the same: it is always said explicitly.
USUAL = {"model": "seedance-2", "duration": 5, "ratio": "16:9"}

CASES = {
    "text": ({}, {}),
    "all choices": (
        {"model": "seedance-2-fast", "duration": 15, "ratio": "9:16"},
        {"model": "seedance-2-fast", "duration": 15, "ratio": "9:16"},
    ),
    "square": ({"duration": 4, "ratio": "1:1"}, {"duration": 4, "ratio": "1:1"}),
    "classic": ({"ratio": "4:3"}, {"ratio": "4:3"}),
    "a first frame": ({"image": FOX}, {"image_urls": ["fox.png"]}),
    "first and last": (
        {"image": FOX, "last_frame": DEN},
        {"image_with_roles": roles(first_frame="fox.png", last_frame="den.jpg")},
    ),
    "a reference image": ({"reference": FOX}, {"image_with_roles": roles(reference_image="fox.png")}),
    "a reference video": ({"reference": RUN}, {"video_with_roles": roles(reference_video="run.mp4")}),
    "every kind, in any order": (
        {"reference": HOWL, "reference_2": FOX, "reference_3": RUN},
        {
            "image_with_roles": roles(reference_image="fox.png"),
            "video_with_roles": roles(reference_video="run.mp4"),
            "audio_with_roles": roles(reference_audio="howl.wav"),
        },
    ),
}


@with_script(bot={"PROVIDER_SLOTS": "20"})
async def test_every_row_reaches_the_provider_as_it_was_asked_for(scene: Scene) -> None:
    bodies = await asked_for(scene, {prompt: options for prompt, (options, _) in CASES.items()})
    assert bodies == {prompt: {"prompt": prompt, **USUAL, **wanted} for prompt, (_, wanted) in CASES.items()}
    # Discord's own addresses went out, and the provider fetched every file from there.
    assert scene.ledger.of("upload") == []


DOCUMENT = {
    "A calm sunrise over the ocean, with gentle waves and cinematic lighting.": (
        {"duration": 10, "ratio": "16:9"},
        {"model": "seedance-2", "duration": 10, "ratio": "16:9"},
    ),
    "Keep the same person from image 1 and let them slowly turn around in front of a floor-to-ceiling window with a "
    "gentle camera push-in.": (
        {"asset": "asset://asset_img_01KXXXXXXX"},
        {"model": "seedance-2", "image_with_roles": roles(reference_image="asset://asset_img_01KXXXXXXX")},
    ),
    "Keep the character from image 1, follow the camera movement of video 1, and match the rhythm and mood of audio 1 "
    "to generate an indoor talking-head video.": (
        {
            "asset": "asset://asset_img_01KXXXXXXX",
            "asset_2": "asset://asset_vid_01KXXXXXXX",
            "asset_3": "asset://asset_aud_01KXXXXXXX",
        },
        {
            "model": "seedance-2",
            "image_with_roles": roles(reference_image="asset://asset_img_01KXXXXXXX"),
            "video_with_roles": roles(reference_video="asset://asset_vid_01KXXXXXXX"),
            "audio_with_roles": roles(reference_audio="asset://asset_aud_01KXXXXXXX"),
        },
    ),
}


@with_script(bot={"PROVIDER_SLOTS": "20"})
async def test_the_documents_own_examples_come_out_as_they_stand_there(scene: Scene) -> None:
    for asset_id, kind in ELSEWHERE.items():
        scene.provider.assets.know(asset_id, kind)
        imported = await scene.mara.use("/asset import", id=asset_id, name=f"The {kind}")
        await scene.says(imported, f"The {kind}", asset_id)
    bodies = await asked_for(scene, {prompt: options for prompt, (options, _) in DOCUMENT.items()})
    for prompt, (given, wanted) in DOCUMENT.items():
        ours = {key: value for key, value in bodies[prompt].items() if key in given or key not in {"duration", "ratio"}}
        assert ours == {"prompt": prompt, **wanted}
