"""From a prompt and a picture to the posted video."""

from sandbox.discord import Upload
from tests.journeys.pictures import picture
from tests.journeys.scene import Scene

ACCEPTED = {
    "png": Upload("fox.png", picture("PNG")),
    "jpeg": Upload("fox.jpeg", picture("JPEG")),
    "webp": Upload("fox.webp", picture("WEBP")),
    "named otherwise": Upload("fox.jpg", picture("PNG")),
    "named as a file of another kind": Upload("fox.bmp", picture("WEBP"), "image/bmp"),
}


async def test_the_provider_gets_discords_own_address_and_fetches_the_picture(scene: Scene) -> None:
    uses = {
        name: await scene.mara.use("/video", prompt=name, image=image, duration=4, ratio="4:3")
        for name, image in ACCEPTED.items()
    }
    for name, use in uses.items():
        assert "With image 1 (first frame)" in (await scene.video(use)).texts(), name
    names = []
    for body in scene.paid():
        [url] = body.pop("image_urls")
        assert body == {"model": "seedance-2", "prompt": body["prompt"], "duration": 4, "ratio": "4:3"}
        kept = scene.discord.cdn.known(url)
        assert kept is not None
        assert kept.path.read_bytes() == ACCEPTED[body["prompt"]].data
        names.append(kept.name)
    assert sorted(names) == sorted(image.name for image in ACCEPTED.values())
    # Once by the bot, for its own copy, and once by the provider.
    fetched = [(entry.detail["name"], entry.detail["status"]) for entry in scene.ledger.of("cdn")]
    assert sorted(fetched) == sorted((name, 200) for name in names * 2)


async def test_a_picture_that_the_provider_would_refuse_is_refused_before_anything_is_sent(scene: Scene) -> None:
    tiny = Upload("tiny.png", picture("PNG", 120, 90))
    use = await scene.mara.use("/video", prompt="a tiny fox", image=tiny, duration=4)
    told = await use.followed()
    assert "120 × 90" in told.texts()
    assert told.ephemeral
    assert scene.posts() == []
