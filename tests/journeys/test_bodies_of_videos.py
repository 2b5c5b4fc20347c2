"""Dialect `videos`: every row of what can be asked for, from Discord's side, as the exact JSON at the provider."""

from typing import Any

from tests.journeys.bodies import DEN, ELSEWHERE, FOX, HOWL, RUN, asked_for, remember, roles
from tests.journeys.scene import Scene, short_id
from tests.journeys.script import with_script

USUAL = {
    "model": "seedance-2",
    "duration": 5,
    "aspect_ratio": "16:9",
    "resolution": "720p",
    "generate_audio": True,
}
RATIOS = ("21:9", "4:3", "1:1", "3:4", "9:16", "adaptive")
RESOLUTIONS = {"seedance-2": ("480p", "1080p", "4k"), "seedance-2-fast": ("480p",), "seedance-2-mini": ("480p",)}
NEWEST = {"model": "seedance-2-5"}

CASES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "text": ({}, {}),
    **{f"ratio {ratio}": ({"ratio": ratio}, {"aspect_ratio": ratio}) for ratio in RATIOS},
    **{
        f"{model} {size}": ({"model": model, "resolution": size}, {"model": model, "resolution": size})
        for model, sizes in RESOLUTIONS.items()
        for size in sizes
    },
    "silent": ({"sound": False}, {"generate_audio": False}),
    "a seed": ({"seed": 0, "sound": True}, {"seed": 0}),
    "the largest seed": ({"seed": 2**31 - 1}, {"seed": 2**31 - 1}),
    "its last picture": ({"last_picture": True}, {"return_last_frame": True}),
    "what is new today": ({"web_search": True}, {"tools": [{"type": "web_search"}]}),
    "a first frame": ({"image": FOX}, {"image_with_roles": roles(first_frame="uploaded fox.png")}),
    "first and last": (
        {"image": FOX, "last_frame": DEN},
        {"image_with_roles": roles(first_frame="uploaded fox.png", last_frame="uploaded den.jpg")},
    ),
    "as long as it goes": ({**NEWEST, "duration": 30}, {**NEWEST, "duration": 30}),
    "as long as it likes": ({**NEWEST, "duration": 0}, {**NEWEST, "duration": -1}),
    "a frame of the newest": (
        {**NEWEST, "image": FOX},
        {**NEWEST, "aspect_ratio": "adaptive", "image_with_roles": roles(first_frame="uploaded fox.png")},
    ),
    "a sound alone": (
        {**NEWEST, "reference": HOWL},
        {**NEWEST, "audio_with_roles": roles(reference_audio="uploaded howl.wav")},
    ),
    "every kind": (
        {"reference": HOWL, "reference_2": FOX, "reference_3": RUN},
        {
            "image_with_roles": roles(reference_image="uploaded fox.png"),
            "video_with_roles": roles(reference_video="uploaded run.mp4"),
            "audio_with_roles": roles(reference_audio="uploaded howl.wav"),
        },
    ),
}
VIDEOS = {"TOAPIS_DIALECT": "videos", "PROVIDER_SLOTS": "40"}


@with_script(bot=VIDEOS)
async def test_every_row_reaches_the_provider_as_it_was_asked_for(scene: Scene) -> None:
    remember(FOX, DEN, RUN, HOWL)
    bodies = await asked_for(scene, {prompt: options for prompt, (options, _) in CASES.items()})
    ids = {prompt: body.pop("client_business_id") for prompt, body in bodies.items()}
    assert bodies == {prompt: {"prompt": prompt, **USUAL, **wanted} for prompt, (_, wanted) in CASES.items()}
    shown = {short_id(message) for message in scene.videos()}
    assert {str(id_)[:6] for id_ in ids.values()} == shown
    assert len(shown) == len(CASES)
    # The same picture was uploaded once for all three jobs.
    assert len(scene.ledger.of("upload")) == 4


@with_script(bot={**VIDEOS, "PRIVATE_ASSET_REVIEW": "yes"})
async def test_media_are_reviewed_first_where_the_operator_wants_it(scene: Scene) -> None:
    remember(FOX)
    use = await scene.mara.use("/video", prompt="a fox under review", image=FOX)
    await scene.paid_for(1)
    scene.provider.end_review()
    await scene.video(use)
    [body] = scene.paid()
    assert body["private_asset_review"] is True
    commands = {one["name"]: one for one in scene.discord.commands.all()}
    assert "asset" not in commands
    assert {"video", "compose", "scenes", "Animate image"} <= set(commands)
    command = commands["video"]
    assert [option["name"] for option in command["options"] if "asset" in option["name"]] == []


@with_script(bot=VIDEOS)
async def test_assets_go_out_by_their_address_in_every_role(scene: Scene) -> None:
    for asset_id, kind in ELSEWHERE.items():
        scene.provider.assets.know(asset_id, kind)
        await scene.says(await scene.mara.use("/asset import", id=asset_id, name=f"The {kind}"), asset_id)
    image, clip, song = (f"asset://{asset_id}" for asset_id in ELSEWHERE)
    cases = {
        "frames of assets": (
            {"image_asset": image, "last_frame_asset": "the IMAGE"},
            {"image_with_roles": roles(first_frame=image, last_frame=image)},
        ),
        "references of assets": (
            {"asset": song, "asset_2": clip, "asset_3": "The image"},
            {
                "image_with_roles": roles(reference_image=image),
                "video_with_roles": roles(reference_video=clip),
                "audio_with_roles": roles(reference_audio=song),
            },
        ),
    }
    bodies = await asked_for(scene, {prompt: options for prompt, (options, _) in cases.items()})
    for body in bodies.values():
        del body["client_business_id"]
    assert bodies == {prompt: {"prompt": prompt, **USUAL, **wanted} for prompt, (_, wanted) in cases.items()}
