"""The whole way with the real library: log in, sync, command, deferral, card, film."""

from typing import Any

import discord

from sandbox.discord import DiscordStandIn, Member, Upload
from tests.sandbox_discord.film_bot import FOOTAGE, Card, FilmBot, film

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x02\x00\x00\x00\x03\x08\x02\x00\x00\x006\x88I\xd6"
    b"\x00\x00\x00\x00IEND\xaeB`\x82"
)


async def test_video_from_command_to_film(stand_in: DiscordStandIn, bot: FilmBot, mara: Member, tomas: Member) -> None:
    seen: dict[str, Any] = {}

    async def make(interaction: discord.Interaction, options: dict[str, Any]) -> None:
        deferred = await interaction.response.defer(thinking=True)
        assert deferred is not None
        seen["deferred"] = deferred.message_id
        seen["options"] = options
        seen["image"] = await options["image"].read()
        seen["limit"] = interaction.filesize_limit
        await interaction.edit_original_response(view=Card("rendering"))
        await interaction.edit_original_response(view=Card("done", film="attachment://clip.mp4"), attachments=[film()])

    bot.on_video = make
    use = await mara.use("video", prompt="a sunset", image=Upload("first frame.png", PNG), duration=7)
    assert use.state == "answered"
    message = await use.replied(lambda one: one.media())
    assert str(seen["deferred"]) == message.id
    assert (seen["options"]["prompt"], seen["options"]["duration"]) == ("a sunset", 7)
    assert seen["image"] == PNG
    assert (seen["options"]["image"].filename, seen["options"]["image"].width) == ("first_frame.png", 2)
    assert seen["limit"] == 10 * 1024 * 1024
    assert message.texts() == "done"
    assert message.media() == ["clip.mp4"]
    assert message.file("clip.mp4") == FOOTAGE
    assert message.raw()["attachments"] == []
    assert [one.id for one in tomas.sees("videos")] == [message.id]
    assert not message.loading
