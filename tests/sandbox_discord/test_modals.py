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


FILES = {"type": 19, "custom_id": "files", "min_values": 2, "max_values": 3, "required": False}
PICK = {
    "type": 3,
    "custom_id": "pick",
    "min_values": 0,
    "max_values": 2,
    "required": False,
    "options": [{"label": each, "value": each} for each in ("one", "two", "three")],
}
TEXT = {"type": 4, "custom_id": "text", "style": 2}


def label(component: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": 18, "label": "L", "component": component, **more}


@pytest.fixture
async def ask(synced: Raw, mara: Member) -> Any:
    """Give a function that answers a command with these parts of a form: the use, and Discord's answer."""

    async def answer(*parts: dict[str, Any]) -> tuple[Any, int, Any]:
        use = await mara.use("video", prompt="x", wait=False)
        body = {"type": 9, "data": {"custom_id": "m", "title": "T", "components": list(parts)}}
        status, _, answer = await synced("POST", f"/interactions/{use.id}/{use.token}/callback", body)
        return use, status, answer

    return answer


@pytest.mark.parametrize(
    ("part", "path"),
    [
        (TEXT, "type"),
        (FILES, "type"),
        ({"type": 18, "label": "L"}, "component"),
        (label({"type": 2, "custom_id": "b", "style": 1, "label": "B"}), "component.type"),
        (label(TEXT, description="x" * 101), "description"),
        (label(TEXT | {"label": "again"}), "component.label"),
        (label(TEXT | {"max_length": 4001}), "component.max_length"),
        (label(TEXT | {"max_length": 3, "value": "four"}), "component.value"),
        (label(FILES | {"file_types": ["picture"]}), "component.file_types.0"),
        (label(FILES | {"max_values": 11}), "component.max_values"),
        (label(FILES | {"min_values": 4}), "component.min_values"),
        (label(FILES | {"max_values": None}), "component.min_values"),
        (label(PICK | {"disabled": True}), "component.disabled"),
        (label(PICK | {"options": []}), "component.options"),
        (label(PICK | {"max_values": 4}), "component.max_values"),
        ({"type": 1, "components": [FILES]}, "components.0.type"),
    ],
)
async def test_a_part_that_is_not_as_it_must_be_is_refused(
    stand_in: DiscordStandIn, ask: Any, part: dict[str, Any], path: str
) -> None:
    _, status, answer = await ask(part)
    stand_in.violations.clear()
    assert (status, answer["code"]) == (400, 50035)
    here = answer["errors"]["data"]["components"]["0"]
    for each in path.split("."):
        here = here[each]
    assert here["_errors"]


PICTURE = Upload("a.png", b"bytes")


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"files": PICTURE}, "files: takes 2 to 3, not 1"),
        ({"files": [PICTURE] * 4}, "files: takes 2 to 3, not 4"),
        ({"files": ["words"] * 2}, "files: must be files"),
        ({"pick": ["one", "two", "three"]}, "pick: takes 0 to 2, not 3"),
        ({"pick": ["four"]}, "pick: must be of its options"),
        ({"pick": ["one", "one"]}, "pick: must be of its options, each once"),
    ],
)
async def test_too_few_too_many_and_unknown_values_are_refused(
    ask: Any, mara: Member, fields: dict[str, Any], sentence: str
) -> None:
    use, status, _ = await ask(label(FILES), label(PICK))
    assert status == 204
    with pytest.raises(DiscordRefused, match=sentence):
        await mara.submit(use, **fields)


async def test_what_was_filled_in_is_sent_as_it_is_left(stand_in: DiscordStandIn, ask: Any, mara: Member) -> None:
    one, two, three = PICK["options"]
    use, status, _ = await ask(
        label(TEXT | {"value": "a fox", "max_length": 5}),
        label(PICK | {"options": [one, two | {"default": True}, three]}),
        label(FILES | {"min_values": 0, "file_types": ["image", ".mp4"]}),
    )
    assert status == 204
    sent = await mara.submit(use, wait=False)
    text, pick, files = [part["component"] for part in sent.interaction.data["components"]]
    assert (text["value"], pick["values"], files["values"]) == ("a fox", ["two"], [])
    again, *_ = await ask(label(PICK | {"options": [one, two | {"default": True}, three]}))
    sent = await mara.submit(again, pick=[], wait=False)
    assert sent.interaction.data["components"][0]["component"]["values"] == []


async def test_a_select_in_a_message_takes_its_own_options_only(bot: FilmBot, mara: Member) -> None:
    taken: list[list[str]] = []

    async def make(interaction: discord.Interaction, _options: dict[str, Any]) -> None:
        card = Card("card")
        more = [discord.SelectOption(label="Get the last frame", value="frame"), discord.SelectOption(label="Delete")]
        card.add_item(discord.ui.ActionRow(discord.ui.Select(custom_id="more", placeholder="More…", options=more)))
        await interaction.response.send_message(view=card, ephemeral=True)

    async def chosen(interaction: discord.Interaction) -> None:
        taken.append(interaction.data["values"])  # type: ignore[index, typeddict-item]
        await interaction.response.edit_message(view=Card("chosen"))

    bot.on_video, bot.on_other = make, chosen
    card = (await mara.use("video", prompt="x")).reply
    assert card is not None
    for values in (["frames"], [], ["frame", "Delete"]):
        with pytest.raises(DiscordRefused, match="more: "):
            await mara.press(card, custom_id="more", values=values)
    await mara.press(card, custom_id="more", values=["frame"])
    assert (taken, card.texts()) == ([["frame"]], "chosen")


async def test_files_of_several_fields_arrive_under_their_own(stand_in: DiscordStandIn, ask: Any, mara: Member) -> None:
    use, *_ = await ask(label(FILES), label(FILES | {"custom_id": "more"}), label(PICK))
    sent = await mara.submit(use, files=[PICTURE, PICTURE], pick="two", wait=False)
    files, more, pick = [part["component"]["values"] for part in sent.interaction.data["components"]]
    assert (len(set(files)), more, pick) == (2, [], ["two"])
    resolved = sent.interaction.data["resolved"]["attachments"]
    assert sorted(resolved) == sorted(files)
    assert all(one["filename"] == "a.png" and one["ephemeral"] for one in resolved.values())
