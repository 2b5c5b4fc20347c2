"""The card of a video: what it is, whose it is, of which it is another, and the words that stand for its pictures."""

import re

from sandbox.discord import Message
from tests.journeys.pictures import png
from tests.journeys.scene import Scene, has_video, labels, short_id
from tests.journeys.script import with_script

LONG = "A paper boat drifts down a rain gutter past a sleeping cat, then over the edge into the dark"
GALLERY, THUMBNAIL, SELECT = 12, 11, 3


def of_kind(message: Message, kind: int) -> list[dict]:
    """List the components of a kind, wherever they are in a message."""

    def walk(parts: list[dict]) -> list[dict]:
        inner = [each for part in parts for each in walk(part.get("components", []))]
        beside = [part["accessory"] for part in parts if "accessory" in part]
        return [*parts, *inner, *beside]

    return [part for part in walk(message.raw()["components"]) if part["type"] == kind]


async def test_a_finished_card_has_a_title_its_owner_and_all_of_a_long_prompt(scene: Scene) -> None:
    reply = await scene.video(await scene.mara.use("/video", prompt=LONG, duration=4))
    title, whose, state, *details = reply.texts().splitlines()
    assert title == "### A paper boat drifts down a rain gutter past a sleeping cat…"
    assert whose == f"for <@{scene.mara.id}>"
    assert state == "**Done**"
    assert details == ["```", LONG, "```", "-# seedance-2 · 4 seconds · 16:9", f"-# #{short_id(reply)}"]
    [gallery] = of_kind(reply, GALLERY)
    assert [item["description"] for item in gallery["items"]] == [LONG]


async def test_a_video_made_again_by_another_names_both_links_to_the_first_and_pings_its_owner_alone(
    scene: Scene,
) -> None:
    first = await scene.video(await scene.mara.use("/video", prompt="a fox for all", duration=4))
    await scene.pinged(scene.mara)
    second = await scene.video(await scene.tomas.press(first, label="Again"))
    await scene.pinged(scene.tomas)
    where = f"https://discord.com/channels/2001/{first.channel_id}/{first.id}"
    assert second.texts().splitlines()[1] == (
        f"for <@{scene.tomas.id}> · Again of <@{scene.mara.id}>'s video · [Jump to message]({where})"
    )
    opened = await scene.mara.press(second, label="Edit")
    third = await scene.video(await scene.mara.submit(opened, prompt="a hare for all", duration=["4"], ratio=["16:9"]))
    assert f"Edited from <@{scene.tomas.id}>'s video" in third.texts()
    await scene.pinged(scene.mara, 2)
    # Of all messages that came or were edited, only the pings of each video's own requester pinged anybody.
    pinged = [entry.detail["pinged"] for entry in scene.ledger.of("message", "created") if entry.detail["pinged"]]
    assert pinged == [["Mara"], ["Tomas"], ["Mara"]]


async def test_a_video_of_their_own_is_no_news_of_whose_it_is(scene: Scene) -> None:
    first = await scene.video(await scene.mara.use("/video", prompt="a fox", duration=4))
    again = await scene.video(await scene.mara.press(first, label="Again"))
    assert f"for <@{scene.mara.id}> · Again of an earlier video · [Jump to message]" in again.texts()


@with_script(bot={"AI_LABEL": "yes"})
async def test_a_finished_card_says_that_it_was_made_with_ai_where_the_owner_wants_that(scene: Scene) -> None:
    use = await scene.mara.use("/video", prompt="a fox", duration=4)
    assert "Made with AI" not in (await scene.says(use, "a fox")).texts()
    assert "-# Made with AI" in (await scene.video(use)).texts()
    await scene.bot.says("Telling the member that it is delivered")
    shared = await scene.video(await scene.mara.use("/share", channel="general", video=short_id(use.reply)))
    assert "-# Made with AI" in shared.texts()


async def test_a_private_video_is_not_linked_to(scene: Scene) -> None:
    public = await scene.video(await scene.mara.use("/video", prompt="a shy fox", duration=4))
    status = await scene.mara.use("/status", video=short_id(public))
    private = await scene.video(await scene.mara.press(await status.replied(), label="Again"))
    assert private.ephemeral
    status = await scene.mara.use("/status", video=short_id(private))
    second = await scene.video(await scene.mara.press(await status.replied(), label="Again"))
    assert "Again of an earlier video" in second.texts()
    assert "Jump to message" not in second.texts()
    assert f"<@{scene.mara.id}>" not in second.texts()


async def test_an_image_that_goes_in_stands_beside_the_title_and_is_described(scene: Scene) -> None:
    scene.provider.hold()
    use = await scene.mara.use("/video", prompt="the fox wakes up", image=png(), duration=4)
    card = await scene.says(use, "**Queued**")
    [thumbnail] = of_kind(card, THUMBNAIL)
    assert thumbnail["description"] == "image 1 for: the fox wakes up"
    assert card.texts().splitlines()[0] == "### the fox wakes up"
    scene.provider.stage(scene.task(), "in_progress", 2)
    card = await scene.says(use, "**Rendering**")
    assert re.search(r"^\*\*Rendering\*\* ▰▱{7}\xa02%$", card.texts(), re.MULTILINE)


async def test_a_failure_has_its_reason_on_the_card_alone(scene: Scene) -> None:
    scene.provider.hold()
    use = await scene.mara.use("/video", prompt="no such fox", duration=4)
    await scene.says(use, "queued")
    await scene.half_a_minute()
    scene.provider.fail(message="The fox would not sit still.")
    card = await scene.says(use, "**Failed**", "the video couldn't be made", "the fox would not sit still")
    [ping] = await scene.pinged(scene.mara)
    assert ping.texts() == f"<@{scene.mara.id}> Your video couldn't be made. `#{short_id(card)}`"


@with_script(bot={"TOAPIS_DIALECT": "videos"})
async def test_what_four_buttons_do_not_hold_is_chosen_under_more_and_does_the_same(scene: Scene) -> None:
    first = await scene.video(await scene.mara.use("/video", prompt="a fox", duration=4, last_picture=True))
    assert labels(first) == ["Again", "Edit", "Continue", "Last frame"]
    await scene.bot.says("Telling the member that it is delivered")
    card = await (await scene.mara.use("/status", video=short_id(first))).replied()
    assert labels(card) == ["Get the video", "Share", "Jump to message", "Last frame"]
    [more] = of_kind(card, SELECT)
    assert more["placeholder"] == "More…"
    assert [one["label"] for one in more["options"]] == ["Again", "Edit", "Continue", "⭐ Star", "Delete"]
    opened = await scene.mara.press(card, custom_id=more["custom_id"], values=["edit"])
    second = await scene.video(await scene.mara.submit(opened, prompt="a hare"))
    assert has_video(second)
    assert [body["prompt"] for body in scene.paid()] == ["a fox", "a hare"]
