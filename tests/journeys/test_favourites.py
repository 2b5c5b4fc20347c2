"""Favourites: a star on my own videos, in /history and after a restart; never on another's."""

import signal

from sandbox.discord import Member, Message, Use
from sandbox.discord.components import STRING_SELECT
from tests.journeys.scene import Scene, labels, opens, says


async def more(member: Member, card: Message, label: str) -> Use:
    """Choose under "More…" what is called so."""
    [select] = [one for one in card.pressable() if one["type"] == STRING_SELECT]
    [value] = [one["value"] for one in select["options"] if label in one["label"]]
    return await member.press(card, custom_id=select["custom_id"], values=[value])


def offered(card: Message) -> list[str]:
    """Return what a card offers under "More…"."""
    return [one["label"] for each in card.pressable() if each["type"] == STRING_SELECT for one in each["options"]]


async def opened(scene: Scene, words: str) -> Message:
    """Let Mara open one of her videos from her history."""
    use = await scene.mara.use("/history")
    card = await scene.says(use, "your history", words)
    return await scene.follows(await opens(scene.mara, card, words), "done", words)


async def test_a_star_is_set_found_again_after_a_restart_and_taken_away(scene: Scene) -> None:
    for prompt in ("a red fox", "a grey wolf", "a red kite"):
        await scene.video(await scene.mara.use("/video", prompt=prompt, duration=4))
    nothing = await scene.says(await scene.mara.use("/history", favourites=True), "no favourites yet")
    assert nothing.ephemeral
    card = await opened(scene, "a red fox")
    await more(scene.mara, card, "Star")
    await scene.until(lambda: "Remove star" in offered(card), "a star")
    await scene.bot.restart(signal.SIGKILL)
    other = await opened(scene, "a red kite")
    await more(scene.mara, other, "Star")
    await scene.until(lambda: "Remove star" in offered(other), "another star")
    use = await scene.mara.use("/history", favourites=True)
    listed = await scene.says(use, "your favourites", "2 videos", "a red fox", "a red kite")
    assert listed.texts().index("a red kite") < listed.texts().index("a red fox")
    assert not says("wolf")(listed)
    assert listed.texts().count("⭐") == 2
    every = await scene.says(await scene.mara.use("/history"), "3 videos")
    assert every.texts().count("⭐") == 2
    await scene.says(await scene.mara.use("/history", favourites=True, search="KITE"), "1 video matches", "a red kite")
    # Pressed where it was shown before, by its owner and then by another.
    await more(scene.mara, card, "Remove star")
    await scene.until(lambda: "⭐ Star" in offered(card), "no star")
    await scene.says(await scene.mara.use("/history", favourites=True), "1 video", "a red kite")
    await scene.says(await scene.tomas.use("/history", favourites=True), "no favourites yet")
    assert len(scene.paid()) == 3
    assert labels(card)[:2] == ["Get the video", "Share"]
    asked = await scene.mara.use("/delete", video=card.texts().split("-# #")[1][:6])
    sure = await scene.says(asked, "delete video")
    await scene.follows(await scene.mara.press(sure, label="Yes, delete it"), "deleted: the video")
    # What was shown before offers a star still.
    await scene.follows(await more(scene.mara, card, "⭐ Star"), "can't find that video")


async def test_another_members_video_gets_no_star(scene: Scene) -> None:
    reply = await scene.video(await scene.mara.use("/video", prompt="a red fox", duration=4))
    [again] = [one["custom_id"] for one in reply.pressable() if one["custom_id"].startswith("seedreel:again:")]
    job_id = again.removeprefix("seedreel:again:")
    theirs = await scene.video(await scene.tomas.use("/video", prompt="a dog", duration=4))
    use = await scene.tomas.use("/status", video=theirs.texts().split("-# #")[1][:6])
    card = await scene.says(use, "done", "a dog")
    [select] = [one for one in card.pressable() if one["type"] == STRING_SELECT]
    select["custom_id"] = f"seedreel:more:{job_id}"
    pressed = await more(scene.tomas, card, "Star")
    await scene.follows(pressed, "can't find that video")
    await scene.says(await scene.mara.use("/history", favourites=True), "no favourites yet")
