"""A connection that breaks, a session that ends, a button of another version: members go on as if nothing had been."""

import asyncio

import pytest

from sandbox.discord.gateway_faults import without
from tests.journeys.scene import Scene
from tests.journeys.script import ONE_SLOT, with_script


@pytest.mark.parametrize("how", ["dropped", "to reconnect", "invalid"])
async def test_commands_and_videos_outlive_the_connection(scene: Scene, how: str) -> None:
    scene.provider.hold()
    use = await scene.mara.use("/video", prompt="a fox that stays", duration=4)
    await scene.says(use, "queued")
    gateway = scene.discord.gateway
    match how:
        case "dropped":
            await gateway.drop(4000)
        case "to reconnect":
            await gateway.reconnect()
        case _:
            await gateway.invalidate()
    await scene.until(lambda: gateway.resumes + gateway.identifies > 1 and gateway.connected, "another connection")
    status = await scene.mara.use("/status")
    await scene.says(status, "a fox that stays")
    scene.provider.release()
    await scene.video(use)
    assert len(scene.paid()) == 1
    # What is resumed costs none of the day's sessions; what is invalid is begun anew, and at this gateway.
    assert (gateway.resumes > 0) == (how != "invalid")
    assert gateway.identifies == (2 if how == "invalid" else 1)


async def test_an_interaction_that_cannot_be_read_costs_no_other(scene: Scene) -> None:
    gateway = scene.discord.gateway
    for path in (("attachment_size_limit",), ("channel", "name"), ("member", "roles"), ("version",)):
        gateway.faults.change("INTERACTION_CREATE", without(*path))
        unread = asyncio.create_task(scene.mara.use("/video", prompt="a secret wish", duration=4))
        await scene.bot.says(f"(KeyError '{path[-1]}')")
        scene.clock.advance(4)
        assert (await unread).state == "failed"
    await gateway.send_raw("<html>a secret wish</html>")
    await scene.until(lambda: gateway.resumes == 1 and gateway.connected, "the session again")
    await scene.video(await scene.mara.use("/video", prompt="a fox that can be read", duration=4))
    assert scene.prompts() == ["a fox that can be read"]
    assert gateway.identifies == 1
    assert "a secret wish" not in scene.bot.log


@with_script(**ONE_SLOT)
async def test_a_button_of_another_version_is_answered_in_words(scene: Scene) -> None:
    scene.provider.hold()
    await scene.tomas.use("/video", prompt="first", duration=4)
    await scene.paid_for(1)
    use = await scene.mara.use("/video", prompt="second", duration=4)
    card = await scene.says(use, "waiting")
    [button] = [one for one in card.pressable() if one["label"] == "Cancel"]
    for unknown in ("seedreel:juggle:abc", "something else", "seedreel:cancel:00000000000000000000"):
        button["custom_id"] = unknown
        pressed = await scene.mara.press(card, label="Cancel")
        said = pressed.reply if pressed.reply is not None and pressed.reply.id != card.id else None
        message = said or await scene.follows(pressed)
        assert message.stored.ephemeral_for == scene.mara.user.id
        assert "/status" in message.texts() or "/history" in message.texts()
    assert "Waiting" in card.texts()
