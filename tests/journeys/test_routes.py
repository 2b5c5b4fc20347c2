"""Where the clip goes when its reply can no longer be reached in the usual way: always to its owner, and once."""

import signal

from sandbox.discord import Message, Use
from sandbox.discord.model import Channel
from tests.journeys.scene import Scene, has_video, says

TOKEN_LIFE = 900.0
EDIT_AS_BOT = "PATCH /channels/{channel_id}/messages/{message_id}"


async def rendering(scene: Scene, channel: str | int = "videos") -> Use:
    """Let Mara's job come to 40 percent and stay there."""
    scene.provider.hold()
    use = await scene.mara.use("/video", channel=channel, prompt="a fox on a ladder", duration=4)
    await scene.paid_for(1)
    scene.provider.stage(scene.task(), "in_progress", 40)
    await scene.says(use, "40%")
    return use


def finish(scene: Scene) -> None:
    scene.provider.finish_now()


async def came_directly(scene: Scene) -> Message:
    """Wait for the video in Mara's direct messages, and see that it is nowhere else and calls nobody twice."""
    message = await scene.seen(scene.mara, has_video, "dm")
    assert message.file() == scene.provider.tasks[scene.task()].footage.result().read_bytes()
    assert list(scene.copies().values()) == [1]
    assert len(scene.uploads()) == 1
    assert scene.mara.pings() == []
    assert len(scene.paid()) == 1
    return message


async def test_once_the_token_is_over_the_bot_edits_the_same_message(scene: Scene) -> None:
    use = await rendering(scene)
    scene.clock.advance(TOKEN_LIFE)
    scene.provider.stage(scene.task(), "in_progress", 70)
    await scene.says(use, "70%")
    await scene.half_a_minute()
    finish(scene)
    reply = await scene.video(use)
    assert [one.id for one in scene.videos()] == [reply.id]
    [upload] = scene.uploads()
    assert upload.route == EDIT_AS_BOT
    [ping] = await scene.pinged(scene.mara)
    assert ping.stored.reference == reply.stored.id
    # A dead token is tried once and then let go: such answers count towards a ban.
    assert len([one for one in scene.ledger.of("rest") if one.detail["status"] == 401]) <= 2


async def test_what_a_moderator_deleted_comes_as_a_direct_message(scene: Scene) -> None:
    use = await rendering(scene)
    assert use.reply is not None
    scene.discord.messages.delete(use.reply.stored)
    finish(scene)
    await came_directly(scene)
    assert scene.mara.sees("videos") == scene.tomas.sees("videos") == []


async def test_where_the_channel_is_gone_it_comes_as_a_direct_message(scene: Scene) -> None:
    await rendering(scene)
    scene.discord.world.delete_channel("videos")
    finish(scene)
    await came_directly(scene)


async def test_a_bot_that_was_thrown_out_still_brings_what_was_paid_for(scene: Scene) -> None:
    await rendering(scene)
    scene.clock.advance(TOKEN_LIFE)
    scene.discord.world.guild("Film Club").remove_bot()
    finish(scene)
    await came_directly(scene)


async def test_a_private_reply_whose_token_is_over_is_followed_by_a_direct_message(scene: Scene) -> None:
    scene.discord.world.channel("lounge").permissions.deny("Use External Apps")
    use = await rendering(scene, "lounge")
    only_you = "Only you can see this, because you're missing **Use External Apps** here"
    await scene.says(use, only_you, "your video comes as a direct message")
    scene.clock.advance(TOKEN_LIFE)
    finish(scene)
    await came_directly(scene)
    assert scene.tomas.sees("lounge") == []


async def test_in_an_archived_thread_it_comes_as_a_new_message_that_mentions_its_owner(scene: Scene) -> None:
    thread: Channel = scene.discord.world.add_thread("videos", "foxes")
    use = await rendering(scene, thread.id)
    thread.archived = True
    finish(scene)
    message = await scene.seen(scene.mara, has_video, thread.id)
    assert use.reply is not None
    assert message.id != use.reply.id
    assert message.pinged == ["Mara"]
    assert list(scene.copies().values()) == [1]
    other = await scene.tomas.use("/video", prompt="another fox", duration=4)
    scene.provider.release()
    await scene.video(other)
    await scene.pinged(scene.tomas)
    assert scene.mara.pings() == [message]


async def test_what_no_place_takes_is_held_until_its_owner_asks(scene: Scene) -> None:
    use = await rendering(scene)
    assert use.reply is not None
    scene.discord.messages.delete(use.reply.stored)
    scene.mara.user.dms_open = False
    finish(scene)
    await scene.bot.says("The member can't be reached")
    await scene.bot.restart(signal.SIGKILL)
    assert scene.copies() == {}
    [choice] = await scene.mara.complete("/status", "video")
    status = await scene.mara.use("/status", video=choice["value"])
    card = await scene.says(status, "kept for you")
    assert card.ephemeral
    asked = await scene.mara.press(card, label="Get the video")
    given = await scene.video(asked)
    assert given.ephemeral
    assert given.file() == scene.provider.tasks[scene.task()].footage.result().read_bytes()
    await scene.says(await scene.mara.use("/status", video=choice["value"]), "done")
    assert says("done")(given)
    assert scene.tomas.sees("videos") == []
