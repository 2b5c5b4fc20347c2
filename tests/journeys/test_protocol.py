"""One long journey over everything the bot sends, checked against Discord's own description."""

import pytest

from tests.journeys.conftest import openapi
from tests.journeys.pictures import png
from tests.journeys.scene import Scene, short_id


async def test_everything_the_bot_sends_is_as_discord_describes_it(scene: Scene) -> None:
    if openapi() is None:
        pytest.skip("Discord's OpenAPI description is not here")
    use = await scene.mara.use("/video", prompt="a fox by the book", image=png(), duration=4)
    reply = await scene.video(use)
    await scene.pinged(scene.mara)
    status = await scene.mara.use("/status", video=short_id(reply))
    card = await scene.says(status, "done")
    await scene.video(await scene.mara.press(card, label="Get the video"))
    await scene.says(await scene.mara.use("/history"), "1 video")
    await scene.mara.complete("/status", "video", video="fox")
    await scene.mara.use("/video", prompt="", unchecked=True)
    checked = {entry.route for entry in scene.ledger.of("rest")}
    assert {
        "POST /interactions/{interaction_id}/{interaction_token}/callback",
        "PATCH /webhooks/{webhook_id}/{webhook_token}/messages/@original",
        "POST /channels/{channel_id}/messages",
        "PUT /applications/{application_id}/commands",
    } <= checked
    assert scene.ledger.of("violation") == []
    assert scene.discord.violations == []
