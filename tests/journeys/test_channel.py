"""`/admin check` and `/admin self-test`: what is told of a channel, and that a test leaves nothing behind."""

import signal

from sandbox.discord import Message
from sandbox.discord.model import Channel, ChannelType
from sandbox.faults import status
from tests.journeys.gates import post_in_channel
from tests.journeys.pictures import png
from tests.journeys.scene import Scene

FORMS_AS_BOT = ("A message of my own: a card", "A new message with a video", "Deleting the messages of this test")


async def self_test(scene: Scene) -> Message:
    return await scene.says(await scene.mara.use("/admin self-test"), "What Discord accepts in this channel")


def refused(message: Message) -> list[str]:
    return [line for line in message.texts().splitlines() if line.startswith("❌")]


async def what_discord_refuses_is_named(scene: Scene) -> None:
    """See that it stands there with its code, and that the rest goes on."""
    bad_form = status(400, {"code": 50035, "message": "Invalid Form Body"})
    forbidden = status(403, {"code": 50013, "message": "Missing Permissions"})
    galleries = scene.faults.add("PATCH /api/v10/webhooks/*", bad_form, times=2)
    posts = scene.faults.add("POST /api/v10/channels/*/messages", forbidden)
    card = await self_test(scene)
    told = refused(card)
    assert galleries.fired == 2
    assert posts.fired == 1
    assert [("400/50035" in line, "403/50013" in line) for line in told] == [
        (True, False),
        (True, False),
        (False, True),
    ]
    assert "Invalid Form Body" in told[0]
    assert "A message of my own: a card" in told[2]
    assert "✅ A private answer, edited: plain text and a video" in card.texts()


async def test_a_manager_reads_what_is_missing_in_a_channel_and_what_follows(scene: Scene) -> None:
    bot, channel = scene.discord.world.bot.id, scene.discord.world.channel("videos")
    card = await scene.says(await scene.mara.use("/admin check"), "Nothing is missing", "10 MB")
    assert card.ephemeral
    channel.permissions.deny("Attach Files", "Read Message History", member=bot)
    card = await scene.says(await scene.mara.use("/admin check"), "Permissions", "Integrations")
    assert [line.split("**")[1] for line in refused(card)] == ["Attach Files", "Read Message History"]
    thread = scene.discord.world.add_thread("videos", "rushes")
    thread.permissions.deny("Send Messages In Threads", member=bot)
    card = await scene.says(await scene.mara.use("/admin check", channel=thread.id), "Permissions")
    assert "❌ **Send Messages in Threads**" in card.texts()
    spoken = Channel(3900, "stage talk", ChannelType.SPOKEN, 2001)
    scene.discord.world.channels[spoken.id] = spoken
    spoken.permissions.deny("Connect", member=bot)
    card = await scene.says(await scene.mara.use("/admin check", channel=spoken.id), "Permissions")
    assert [line.split("**")[1] for line in refused(card)] == ["Connect"]
    await scene.says(await scene.mara.use("/admin check", channel="dm"), "in a channel of your server")
    assert scene.posts() == []


async def test_every_form_of_a_reply_is_tried_and_nothing_is_left(scene: Scene) -> None:
    card = await self_test(scene)
    assert card.ephemeral
    assert refused(card) == [], card.texts()
    assert [name for name in FORMS_AS_BOT if f"✅ {name}" not in card.texts()] == []
    form = await scene.mara.press(card, label="Test a form and a public answer")
    sent = await scene.mara.submit(form, file=png())
    told = await scene.follows(sent, "✅ A form with an upload", "✅ A public answer, edited: a video in a gallery")
    assert refused(told) == []
    await scene.until(lambda: not [one for one in scene.everything() if not one.ephemeral], "the end of the test")

    await what_discord_refuses_is_named(scene)

    # Killed in the middle: the next start takes away what was posted, and the test works again.
    gate = scene.gates.close(post_in_channel, after=True)
    cut = await scene.mara.use("/admin self-test")
    await gate.reached()
    assert [one for one in scene.everything() if not one.ephemeral]
    await scene.bot.stop(signal.SIGKILL)
    gate.open()
    await scene.bot.start()
    await scene.until(lambda: not [one for one in scene.everything() if not one.ephemeral], "nothing left behind")
    await scene.says(cut, "I was restarted")
    card = await self_test(scene)
    assert refused(card) == []
    assert scene.posts() == []
