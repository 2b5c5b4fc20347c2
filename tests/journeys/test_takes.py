"""Takes: several videos of one request, each paid for once, with one card and one message; one of them is kept."""

import signal

from sandbox.discord import Message
from tests.journeys.scene import Scene, has_video, is_video, labels
from tests.journeys.script import with_script

VIDEOS = {"TOAPIS_DIALECT": "videos", "PRICES": "sandbox/prices.toml"}


def clips(message: Message) -> list[str]:
    """List the clips that a message holds."""
    return [name for name in message.media() if is_video(name)]


async def posted(scene: Scene, words: str) -> str:
    """Return the id of the one video of Mara's that is called so, once its row says that it was posted."""
    while not (found := [one for one in await scene.mara.complete("/share", "video") if words in one["name"]]):
        assert scene.bot.alive
    [only] = found
    return str(only["value"])


@with_script(bot=VIDEOS)
async def test_three_takes_are_one_card_and_one_message_through_kills_and_one_is_kept(scene: Scene) -> None:
    scene.provider.hold()
    use = await scene.mara.use("/video", prompt="a fox to choose", duration=4, resolution="480p", seed=7, takes=3)
    await scene.paid_for(3)
    bodies = scene.paid()
    assert [body.pop("seed") for body in bodies] == [7, 8, 9]
    assert len({body.pop("client_business_id") for body in bodies}) == 3
    assert bodies[1:] == bodies[:1] * 2
    card = await scene.says(use, "0 of 3 ready", "**3** · ", "3 takes")
    first, second, third = scene.provider.tasks
    scene.provider.finish_now(first)
    await scene.says(use, "1 of 3 ready", "**1** · ready")
    assert not has_video(card)
    await scene.says(await scene.mara.use("/status"), "take 1 of 3", "take 2 of 3", "take 3 of 3")
    await scene.bot.restart(signal.SIGKILL)
    scene.provider.fail(second)
    await scene.says(use, "1 of 3 ready", "**2** · failed")
    await scene.bot.restart(signal.SIGKILL)
    scene.provider.finish_now(third)
    reply = await scene.video(use)
    assert len(clips(reply)) == len(set(clips(reply))) == 2
    await scene.says(use, "2 of 3 ready", "**2** · failed", "$0.40")
    assert labels(reply) == ["Keep 1", "Keep 3", "Again", "Edit"]
    assert len(scene.paid()) == 3
    assert len(scene.uploads()) == 1
    await scene.pinged(scene.mara)
    await keeps_one(scene, reply, first, third)
    assert len(scene.paid()) == 3


async def keeps_one(scene: Scene, reply: Message, first: str, third: str) -> None:
    """Keep the last take; what is left out of the message is still its member's."""
    stranger = await scene.tomas.press(reply, label="Keep 1")
    await scene.follows(stranger, "only the person")
    assert len(clips(reply)) == 2
    await scene.bot.restart(signal.SIGKILL)
    await scene.mara.press(reply, label="Keep 3")
    await scene.until(lambda: len(clips(reply)) == 1, "the take that is kept")
    assert labels(reply)[:2] == ["Again", "Edit"]
    assert "takes" not in str(reply.pressable())
    assert reply.file() == scene.provider.tasks[third].footage.result().read_bytes()
    history = await scene.says(await scene.mara.use("/history"), "take 1 of 3", "take 3 of 3")
    assert history.texts().count("[Jump to message]") == 1
    # It is shared from there, and deleted without the message of the other.
    left = await posted(scene, "take 1 of 3")
    shared = await scene.video(await scene.mara.use("/share", channel="general", video=left))
    assert shared.file() == scene.provider.tasks[first].footage.result().read_bytes()
    question = await scene.says(await scene.mara.use("/delete", video=left), "delete video")
    assert "other take" not in question.texts()
    await scene.follows(await scene.mara.press(question, label="Yes, delete it"), "deleted: the video")
    assert shared.deleted
    assert len(clips(reply)) == 1


@with_script(bot={"PROVIDER_SLOTS": "1", "MEMBER_VIDEOS_AT_ONCE": "3"})
async def test_all_count_at_once_and_cancel_takes_back_what_was_not_sent(scene: Scene) -> None:
    scene.provider.hold()
    over = await scene.mara.use("/video", prompt="four foxes", duration=4, takes=4)
    await scene.follows(over, "these are 4 videos, and you can have 3 in progress at a time. ask for fewer.")
    assert scene.posts() == []
    use = await scene.mara.use("/video", prompt="a fox at a time", duration=4, takes=3)
    await scene.paid_for(1)
    card = await scene.says(use, "0 of 3 ready", "waiting")
    await scene.follows(await scene.tomas.press(card, label="Cancel"), "only the person")
    cancel = await scene.mara.press(card, label="Cancel")
    await scene.follows(cancel, "takes 2 and 3 were cancelled", "take 1 has already been sent")
    await scene.says(use, "**2** · cancelled", "**3** · cancelled")
    assert "Cancel" not in labels(card)
    scene.provider.release()
    scene.provider.finish_now()
    reply = await scene.video(use)
    assert len(clips(reply)) == 1
    assert labels(reply)[:2] == ["Again", "Edit"]
    # A message with several is deleted as one, which is said before.
    both = await scene.video(await scene.mara.use("/video", prompt="two foxes", duration=4, takes=2))
    assert scene.prompts() == ["a fox at a time", "two foxes", "two foxes"]
    one = await posted(scene, "take 1 of 2")
    question = await scene.says(await scene.mara.use("/delete", video=one), "1 other take", "/history")
    await scene.follows(await scene.mara.press(question, label="Yes, delete it"), "deleted: the video")
    assert both.deleted
    other = await posted(scene, "take 2 of 2")
    given = await scene.video(await scene.mara.use("/share", channel="general", video=other))
    assert len(clips(given)) == 1


@with_script(bot={"TOAPIS_DIALECT": "video", "PRICES": "sandbox/prices.toml", "CONFIRM_ABOVE": "1"})
async def test_the_price_of_all_is_asked_about_and_a_private_message_with_them_is_left_to_one(scene: Scene) -> None:
    dear = {"duration": 5, "takes": 3, "private": True}
    asked = await scene.mara.use("/video", prompt="a dear fox", **dear)
    question = await scene.says(asked, "these 3 videos cost **$1.50** together", "Nothing is sent")
    assert scene.posts() == []
    use = await scene.mara.press(question, label="Make it for $1.50")
    reply = await scene.video(use)
    assert len(clips(reply)) == len(scene.paid()) == 3
    assert reply.ephemeral
    assert scene.prompts() == ["a dear fox"] * 3
    await scene.says(use, "3 of 3 ready", "3 takes", "$1.50")
    # As many again are asked about together, and the question is all that comes of it.
    again = await scene.says(await scene.mara.press(reply, label="Again"), "these 3 videos cost **$1.50** together")
    assert again.ephemeral
    await scene.says(await scene.mara.press(again, label="Cancel"), "cancelled. nothing was sent")
    assert len(scene.paid()) == 3
    await scene.mara.press(reply, label="Keep 2")
    await scene.until(lambda: len(clips(reply)) == 1, "the take that is kept")
    assert reply.ephemeral
    await scene.says(use, "take 2 of 3", "$0.50")
    assert scene.videos("videos", scene.tomas) == []
