"""Forms that open: sent by the real library, filled in by a member."""

from typing import Any

import discord
import pytest

from sandbox.discord import DiscordRefused, DiscordStandIn, Member, Upload
from tests.sandbox_discord.conftest import Raw
from tests.sandbox_discord.film_bot import Card, FilmBot


class AskAgain(discord.ui.Modal, title="Again"):
    prompt = discord.ui.Label(text="Prompt", component=discord.ui.TextInput(custom_id="prompt", max_length=20))
    image = discord.ui.Label(text="Image", component=discord.ui.FileUpload(custom_id="image", required=False))

    def __init__(self, got: dict[str, Any]) -> None:
        super().__init__(timeout=None)
        self.got = got

    async def on_submit(self, interaction: discord.Interaction) -> None:
        assert isinstance(self.prompt.component, discord.ui.TextInput)
        assert isinstance(self.image.component, discord.ui.FileUpload)
        self.got["prompt"] = self.prompt.component.value
        self.got["images"] = [await one.read() for one in self.image.component.values]
        await interaction.response.edit_message(view=Card("asked again"))


@pytest.fixture
def got(bot: FilmBot) -> dict[str, Any]:
    seen: dict[str, Any] = {}

    async def make(interaction: discord.Interaction, _options: dict[str, Any]) -> None:
        await interaction.response.send_message(view=Card("card"))

    async def pressed(interaction: discord.Interaction) -> None:
        if interaction.type is discord.InteractionType.component:
            await interaction.response.send_modal(AskAgain(seen))

    bot.on_video, bot.on_other = make, pressed
    return seen


async def test_a_button_opens_a_form_whose_answer_edits_the_message(got: dict[str, Any], mara: Member) -> None:
    use = await mara.use("video", prompt="x")
    assert use.reply is not None
    pressed = await mara.press(use.reply, label="Again")
    assert pressed.modal is not None
    assert pressed.modal["title"] == "Again"
    sent = await mara.submit(pressed, prompt="a fox", image=Upload("a.png", b"bytes"))
    assert sent.state == "answered"
    assert got == {"prompt": "a fox", "images": [b"bytes"]}
    assert use.reply.texts() == "asked again"
    assert sent.reply == use.reply


async def test_what_the_client_refuses_in_a_form(got: dict[str, Any], mara: Member) -> None:
    use = await mara.use("video", prompt="x")
    assert use.reply is not None
    pressed = await mara.press(use.reply, label="Again")
    for fields, sentence in (
        ({}, "required"),
        ({"prompt": "x" * 21}, "between 0 and 20"),
        ({"prompt": "x", "colour": "red"}, "no field"),
    ):
        with pytest.raises(DiscordRefused, match=sentence):
            await mara.submit(pressed, **fields)
    assert got == {}


async def test_a_form_is_no_answer_to_a_form_and_has_its_limits(
    stand_in: DiscordStandIn, synced: Raw, mara: Member
) -> None:
    use = await mara.use("video", prompt="x", wait=False)
    path = f"/interactions/{use.id}/{use.token}/callback"
    field = {"type": 18, "label": "P", "component": {"type": 4, "custom_id": "p", "style": 1}}
    modal = {"custom_id": "m", "title": "T", "components": [field]}
    too_long = await synced("POST", path, {"type": 9, "data": modal | {"title": "t" * 46}})
    too_many = await synced("POST", path, {"type": 9, "data": modal | {"components": [field] * 6}})
    assert [one[2]["code"] for one in (too_long, too_many)] == [50035, 50035]
    stand_in.violations.clear()
    assert (await synced("POST", path, {"type": 9, "data": modal}))[0] == 204
    original = f"/webhooks/{stand_in.application_id}/{use.token}/messages/@original"
    assert (await synced("GET", original))[2]["code"] == 10008
    sent = await mara.submit(use, p="x", wait=False)
    path = f"/interactions/{sent.id}/{sent.token}/callback"
    assert (await synced("POST", path, {"type": 9, "data": modal}))[2]["code"] == 50035
    assert (await synced("POST", path, {"type": 7, "data": {"content": "x"}}))[2]["code"] == 50035
    assert (await synced("POST", path, {"type": 4, "data": {"content": "x"}}))[0] == 204
