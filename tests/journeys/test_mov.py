"""A video in a QuickTime file: paid for, posted and shared as one."""

from sandbox.discord import Message
from tests.journeys.scene import WITHIN, Scene, says, short_id
from tests.journeys.script import with_script

NEWEST = {"model": "seedance-2-5", "format": "mov", "duration": 4}
QUICKTIME = b"ftypqt  "


def is_mov(message: Message) -> bool:
    return any(name.startswith("seedreel-") and name.endswith(".mov") for name in message.media())


@with_script(bot={"TOAPIS_DIALECT": "videos"})
async def test_it_is_posted_and_shared_under_its_own_name(scene: Scene) -> None:
    use = await scene.mara.use("/video", prompt="a fox", **NEWEST)
    posted = await use.replied(is_mov, within=WITHIN, what="a QuickTime file")
    [body] = scene.paid()
    del body["client_business_id"]
    assert body == {
        "model": "seedance-2-5",
        "prompt": "a fox",
        "duration": 4,
        "aspect_ratio": "16:9",
        "resolution": "720p",
        "generate_audio": True,
        "output_format": "mov",
    }
    [name] = posted.media()
    assert name.endswith(".mov")
    assert posted.file(name)[4:12] == QUICKTIME
    # In a gallery, where Discord plays it.
    assert [one for one in posted.stored.components[0]["components"] if one["type"] == 12]
    assert says("4 seconds", "mov")(posted)
    await scene.bot.says("Telling the member that it is delivered")
    shared = await scene.mara.use("/share", channel="general", video=short_id(posted))
    assert (await shared.replied(is_mov, within=WITHIN, what="the shared file")).file()[4:12] == QUICKTIME
    # Where the model has no choice of containers, it is said before anything is sent.
    wrong = await scene.mara.use("/video", prompt="a fox", format="mov")
    await scene.seen(scene.mara, lambda one: one.ephemeral and says("`mov`")(one))
    assert wrong.reply is None or not wrong.reply.media()
    assert len(scene.paid()) == 1
