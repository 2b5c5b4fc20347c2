"""A video in a QuickTime file: paid for, posted and shared as one."""

from typing import Any

from sandbox.discord import Message, Use
from tests.journeys.scene import WITHIN, Scene, labels, says, short_id
from tests.journeys.script import with_script

NEWEST = {"model": "seedance-2-5", "format": "mov", "duration": 4}
QUICKTIME = b"ftypqt  "


def is_mov(message: Message) -> bool:
    return any(name.startswith("seedreel-") and name.endswith(".mov") for name in message.media())


async def posted_by(use: Use) -> Message:
    """Wait for the file that a reply holds, and look at what it is."""
    posted = await use.replied(is_mov, within=WITHIN, what="a QuickTime file")
    [name] = posted.media()
    assert (name.endswith(".mov"), posted.file(name)[4:12]) == (True, QUICKTIME)
    return posted


def paid(scene: Scene) -> list[dict[str, Any]]:
    """Return what was paid for, without our own ids."""
    return [{key: value for key, value in body.items() if key != "client_business_id"} for body in scene.paid()]


@with_script(bot={"TOAPIS_DIALECT": "videos"})
async def test_it_is_posted_and_shared_under_its_own_name(scene: Scene) -> None:
    use = await scene.mara.use("/video", prompt="a fox", **NEWEST)
    posted = await posted_by(use)
    [body] = paid(scene)
    assert body == {
        "model": "seedance-2-5",
        "prompt": "a fox",
        "duration": 4,
        "aspect_ratio": "16:9",
        "resolution": "720p",
        "generate_audio": True,
        "output_format": "mov",
    }
    # In a gallery, where Discord plays it.
    assert [one for one in posted.stored.components[0]["components"] if one["type"] == 12]
    assert says("4 seconds", "mov")(posted)
    await scene.bot.says("Telling the member that it is delivered")
    shared = await scene.mara.use("/share", channel="general", video=short_id(posted))
    assert (await shared.replied(is_mov, within=WITHIN, what="the shared file")).file()[4:12] == QUICKTIME
    # Where the model has no choice of containers, it is said before anything is sent.
    wrong = await scene.mara.use("/video", prompt="a fox", format="mov")
    await scene.seen(scene.mara, lambda one: one.ephemeral and says("can't use `format`")(one))
    assert wrong.reply is None or not wrong.reply.media()
    assert len(scene.paid()) == 1
    # The form of /compose remembers it, also where it is fixed first; Again and Edit keep it.
    form = await scene.mara.submit(await scene.mara.use("/compose", ratio="1:1", **NEWEST), prompt="  ")
    await form.answered()
    refused = await scene.seen(scene.mara, lambda one: "Fix and try again" in labels(one) and says("empty")(one))
    opened = await scene.mara.press(refused, label="Fix and try again")
    composed = await posted_by(await scene.mara.submit(opened, prompt="a wolf"))
    await posted_by(await scene.mara.press(composed, label="Again"))
    opened = await scene.mara.press(composed, label="Edit")
    changed = {"duration": ["5"], "ratio": ["1:1"], "model": ["seedance-2-5"], "resolution": ["480p"]}
    await posted_by(await scene.mara.submit(opened, prompt="a wolf at night", **changed))
    wolf = body | {"prompt": "a wolf", "aspect_ratio": "1:1"}
    edited = wolf | {"prompt": "a wolf at night", "duration": 5, "resolution": "480p"}
    assert paid(scene)[1:] == [wolf, wolf, edited]
