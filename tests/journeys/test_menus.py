"""What the menus of messages and members offer: an image or an avatar that moves, and whose it is."""

import signal
import sqlite3
import time
from typing import Any

from sandbox.discord import Member, Use
from tests.journeys.bodies import DEN, FOX, HOWL, named
from tests.journeys.scene import Scene, says, short_id
from tests.journeys.script import with_script

ANIMATE, AVATAR = "Animate image", "Animate avatar"
BY_TOMAS = "With an image by <@1002>"


def parts(use: Use) -> dict[str, Any]:
    """Return the parts of a form, by their names."""
    assert use.modal is not None, use.reply and use.reply.texts()
    return {row["component"]["custom_id"]: row["component"] for row in use.modal["components"]}


def opts_out(scene: Scene, member: Member) -> None:
    """Have it written down that others may not use a member's media."""
    with sqlite3.connect(scene.bot.data / "seedreel.db") as db:
        db.execute("INSERT INTO media_opt_outs VALUES (?, ?)", [member.user.id, time.time()])
    db.close()


async def refused(use: Use, words: str) -> None:
    """See that a command was answered in private, with these words."""
    assert use.reply is not None, use.modal
    assert use.reply.ephemeral
    assert says(words)(use.reply), use.reply.texts()


async def test_an_image_of_a_message_moves_and_its_author_is_named_and_has_a_say(scene: Scene) -> None:
    posted = await scene.tomas.say("my two foxes", FOX, DEN, HOWL)
    opened = await scene.mara.use_on(ANIMATE, posted)
    assert list(parts(opened)) == ["prompt", "pick", "duration", "ratio", "model"]
    assert [option["label"] for option in parts(opened)["pick"]["options"]] == [
        "image 1 · fox.png", "image 2 · den.jpg",
    ]  # fmt: skip
    await scene.bot.restart(signal.SIGKILL)
    chosen = {"pick": ["image 2"], "duration": ["6"], "ratio": ["4:3"], "model": ["seedance-2"]}
    first = await scene.video(await scene.mara.submit(opened, prompt="it yawns", **chosen))
    assert BY_TOMAS in first.texts()
    assert first.pinged == []
    body = {"model": "seedance-2", "prompt": "it yawns", "duration": 6, "ratio": "4:3", "image_urls": ["den.jpg"]}
    assert named(scene, scene.paid()) == [body]
    # Whose picture it is stays known when somebody else makes it again.
    olga = scene.joins("Olga")
    assert BY_TOMAS in (await scene.video(await olga.press(first, label="Again"))).texts()
    # Their own they use without being named.
    opened = await scene.tomas.use_on(ANIMATE, posted)
    mine = await scene.video(await scene.tomas.submit(opened, prompt="it sleeps", pick=["image 1"], **_CHOICES))
    assert "image by" not in mine.texts()
    opts_out(scene, scene.tomas)
    await refused(await scene.mara.use_on(ANIMATE, posted), "doesn't want others to use")
    late = await scene.mara.press(first, label="Again")
    await scene.seen(scene.mara, lambda one: one.ephemeral and says("<@1002> doesn't want others")(one))
    assert late.reply is None or not late.reply.media()
    opened = await scene.tomas.use_on(ANIMATE, posted)
    await scene.video(await scene.tomas.submit(opened, prompt="it wakes", pick=["image 1"], **_CHOICES))
    assert len(scene.paid()) == 4
    # And they delete what was made from theirs, whoever made it; a stranger does not.
    await scene.says(await olga.use("/delete", video=short_id(first)), "can't find that video")
    question = await scene.says(await scene.tomas.use("/delete", video=short_id(first)), "delete video")
    await scene.follows(await scene.tomas.press(question, label="Yes, delete it"), "deleted: the video")
    assert first.deleted
    await scene.says(await scene.mara.use("/history"), "deleted by <@1002>, whose media it was made from")


_CHOICES = {"duration": ["5"], "ratio": ["16:9"], "model": ["seedance-2"]}


@with_script(bot={"TOAPIS_DIALECT": "videos", "OTHERS_MEDIA": "avatars"})
async def test_an_avatar_moves(scene: Scene) -> None:
    opened = await scene.mara.use_on(AVATAR, scene.tomas)
    assert list(parts(opened)) == ["prompt", "duration", "ratio", "model", "resolution"]
    values = {"duration": ["0"], "ratio": ["adaptive"], "model": ["seedance-2-5"], "resolution": ["480p"]}
    await scene.bot.restart(signal.SIGKILL)
    video = await scene.video(await scene.mara.submit(opened, prompt="he winks", **values))
    assert BY_TOMAS in video.texts()
    [body] = scene.paid()
    [image] = body["image_with_roles"]
    assert image["role"] == "first_frame"
    assert (body["model"], body["duration"], body["aspect_ratio"]) == ("seedance-2-5", -1, "adaptive")
    await refused(await scene.mara.use_on(AVATAR, scene.joins("Nobody")), "no avatar of their own")


async def test_what_may_be_used_is_said_before_anything_is_asked(scene: Scene) -> None:
    theirs = await scene.tomas.say("look", FOX)
    words = await scene.tomas.say("only words")
    await refused(await scene.mara.use_on(ANIMATE, words), "nothing I can use")
    await refused(await scene.mara.use_on(ANIMATE, await scene.tomas.say("a howl", HOWL)), "an image")
    await refused(await scene.mara.use_on(AVATAR, scene.tomas), "other members' avatars")
    assert parts(await scene.mara.use_on(AVATAR, scene.mara))
    # What the bot posted itself is its requester's.
    scene.provider.hold()
    use = await scene.tomas.use("/video", prompt="a fox", image=FOX, duration=4)
    card = await scene.says(use, "queued")
    opened = await scene.mara.use_on(ANIMATE, card)
    scene.provider.release()
    values = {"duration": ["4"], "ratio": ["16:9"], "model": ["seedance-2"]}
    assert BY_TOMAS in (await scene.video(await scene.mara.submit(opened, prompt="again", **values))).texts()
    await scene.bot.stop()
    scene.bot.settings["OTHERS_MEDIA"] = "none"
    await scene.bot.start()
    await refused(await scene.mara.use_on(ANIMATE, theirs), "can't use other members' media")
    assert parts(await scene.tomas.use_on(ANIMATE, theirs))
