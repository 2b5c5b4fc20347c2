"""What is wrong is said privately, before anything is spent, and nothing of it is left in the channel."""

from typing import Any

from sandbox.discord import Message, Upload, Use
from tests.journeys import pictures
from tests.journeys.scene import Scene

MIB = 1024 * 1024
# Said before the deferral: by the options alone.
AT_ONCE: dict[str, tuple[dict[str, Any], str]] = {
    "no prompt": ({"prompt": ""}, "prompt is empty"),
    "only space": ({"prompt": " \n\t"}, "prompt is empty"),
    "only zero bytes": ({"prompt": "\x00\x00"}, "prompt is empty"),
    "only what nobody sees": ({"prompt": "\u200b\u3164"}, "prompt is empty"),
    "half an emoji": ({"prompt": "\ud83d"}, "prompt is empty"),
    "a prompt too long": ({"prompt": "x" * 6001}, "6,001 characters"),
    "3 seconds": ({"prompt": "a fox", "duration": 3}, "4 to 15 seconds"),
    "16 seconds": ({"prompt": "a fox", "duration": 16}, "4 to 15 seconds"),
    "another ratio": ({"prompt": "a fox", "ratio": "3:4"}, "can't do `3:4`"),
    "51 MB": ({"prompt": "a fox", "image": Upload("big.png", pictures.padded(51 * MIB))}, "51 MB"),
}
# Said once the picture was looked at.
LOOKED_AT = {
    "an SVG": (Upload("fox.svg", pictures.SVG), "SVG"),
    "a text that calls itself PNG": (Upload("fox.png", pictures.TEXT), "text"),
    "nothing at all": (Upload("fox.png", b""), "is empty"),
    "half a JPEG": (Upload("fox.jpg", pictures.picture("JPEG")[:2000]), "damaged"),
    "half a PNG": (Upload("fox.png", pictures.picture("PNG")[:300]), "damaged"),
    "400 megapixels": (Upload("fox.png", pictures.huge()), "20,000 × 20,000 pixels"),
}


async def test_options_that_cannot_be_are_refused_before_anything_is_shown(scene: Scene) -> None:
    for name, (options, words) in AT_ONCE.items():
        use = await scene.mara.use("/video", unchecked=True, **options)
        assert use.reply is not None, name
        assert use.reply.ephemeral, name
        assert words in use.reply.texts(), name
        assert use.followups == [], name
    assert_nothing_came_of_it(scene)


async def test_a_picture_that_cannot_be_is_refused_and_the_reply_taken_back(scene: Scene) -> None:
    for name, (image, words) in LOOKED_AT.items():
        # Discord looks at a file's name, and this one may come from a client that does not.
        use = await scene.mara.use("/video", unchecked=True, prompt="a fox", image=image)
        said = await scene.follows(use)
        assert words in said.texts(), (name, said.texts())
        await taken_back(scene, use)
    assert_nothing_came_of_it(scene)


async def test_after_a_refusal_the_same_member_goes_on(scene: Scene) -> None:
    refused = await scene.mara.use("/video", prompt="a fox", image=Upload("fox.png", pictures.TEXT))
    await scene.follows(refused)
    use = await scene.mara.use("/video", prompt="a fox", image=pictures.png(), duration=4)
    await scene.video(use)
    assert len(scene.paid()) == 1


async def taken_back(scene: Scene, use: Use) -> None:
    original = use.interaction.original
    assert original is not None
    # Said first, and then taken back: a sentence that is lost on the way leaves the reply.
    await scene.until(lambda: original.deleted, "the reply that is taken back")
    # A follow-up beside a loading message would have become that message, for everybody to read.
    assert use.interaction.followups[0] is not original


def assert_nothing_came_of_it(scene: Scene) -> None:
    assert scene.posts() == []
    public: list[Message] = [one for one in scene.everything() if not one.ephemeral]
    assert public == []
    assert scene.tomas.sees("videos") == []
