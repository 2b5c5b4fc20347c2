"""The page's socket: what a browser is told and may do."""

from collections.abc import AsyncIterator
from io import BytesIO
from typing import Any

import aiohttp
import discord
import pytest
import pytest_asyncio

from sandbox.clock import Clock
from sandbox.discord import Control, DiscordStandIn, Settings
from sandbox.ledger import Ledger
from tests.sandbox_discord.conftest import OPENAPI
from tests.sandbox_discord.film_bot import Card, FilmBot, film


class Browser:
    """One page's socket."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket

    async def get(self, kind: str) -> Any:
        while True:
            frame = await self._socket.receive_json()
            if frame["type"] == kind:
                return frame

    async def send(self, kind: str, **more: Any) -> None:
        await self._socket.send_json({"type": kind, **more})


@pytest.fixture
def controlled() -> list[tuple[str, Any]]:
    return []


@pytest_asyncio.fixture
async def stand_in(
    clock: Clock, settings: Settings, controlled: list[tuple[str, Any]]
) -> AsyncIterator[DiscordStandIn]:
    async def on_control(name: str, value: Any) -> Any:
        controlled.append((name, value))
        return {"on": True} if name == "slow" else None

    async with DiscordStandIn(
        clock=clock,
        ledger=Ledger(clock),
        openapi=OPENAPI if OPENAPI.exists() else None,
        settings=settings,
        controls=[Control("slow", "Provider: slow"), Control("later", "15 minutes later")],
        on_control=on_control,
    ) as made:
        yield made
        assert made.violations == []


@pytest_asyncio.fixture
async def session(stand_in: DiscordStandIn) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(stand_in.url) as made:
        yield made


@pytest_asyncio.fixture
async def mara(session: aiohttp.ClientSession, bot: FilmBot) -> AsyncIterator[Browser]:
    async with session.ws_connect("/page/socket?member=1001") as socket:
        yield Browser(socket)


@pytest_asyncio.fixture
async def tomas(session: aiohttp.ClientSession, bot: FilmBot) -> AsyncIterator[Browser]:
    async with session.ws_connect("/page/socket?member=1002") as socket:
        yield Browser(socket)


async def test_hello_shows_everything(stand_in: DiscordStandIn, mara: Browser) -> None:
    hello = await mara.get("hello")
    assert [(one["id"], one["name"]) for one in hello["members"]] == [("1001", "Mara"), ("1002", "Tomas")]
    assert hello["me"] == "1001"
    assert [(one["name"], one["kind"]) for one in hello["channels"]] == [
        ("videos", "text"),
        ("general", "text"),
        ("Seedreel", "dm"),
        ("lounge", "text"),
    ]
    assert [one["name"] for one in hello["commands"]] == ["video"]
    seen = {"online": True, "name": "Seedreel", "id": stand_in.application_id, "about": "", "activity": ""}
    assert hello["bot"] == seen
    assert [one["id"] for one in hello["controls"]] == ["slow", "later"]
    await stand_in.drop_gateway(4000)
    await mara.get("bot")


async def test_what_the_bot_does_and_says_of_itself(stand_in: DiscordStandIn, bot: FilmBot, mara: Browser) -> None:
    await bot.change_presence(activity=discord.CustomActivity("/video"))
    assert (await mara.get("bot"))["activity"] == "/video"
    await bot.change_presence(activity=discord.Game("chess"))
    assert (await mara.get("bot"))["activity"] == "Playing chess"
    about = await bot.application_info()
    assert about.description == ""
    assert (await about.edit(description="Type /video")).description == "Type /video"
    assert (await mara.get("bot"))["about"] == "Type /video"
    with pytest.raises(discord.HTTPException, match="50035"):
        await about.edit(description="x" * 401)
    stand_in.violations.clear()
    assert (await bot.application_info()).description == "Type /video"


async def test_a_command_with_an_uploaded_image(
    session: aiohttp.ClientSession, bot: FilmBot, mara: Browser, tomas: Browser
) -> None:
    seen: dict[str, Any] = {}

    async def make(interaction: discord.Interaction, options: dict[str, Any]) -> None:
        seen.update(options, bytes=await options["image"].read())
        await interaction.response.defer(thinking=True)
        await interaction.edit_original_response(view=Card("done", film="attachment://clip.mp4"), attachments=[film()])

    bot.on_video = make
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("file", b"picture", filename="a b.png", content_type="image/png")
    async with session.post("/page/upload", data=form) as answer:
        upload = await answer.json()
    assert (upload["filename"], upload["size"], upload["content_type"]) == ("a_b.png", 7, "image/png")
    options = {"prompt": "a fox", "image": {"upload": upload["id"]}, "duration": "7"}
    await mara.send("command", request="1", channel="3001", command="video", options=options)
    first = (await tomas.get("message"))["message"]
    assert (first["loading"], first["ephemeral"]) == (True, False)
    assert first["used"] == {"member": "1001", "command": "/video"}
    done = (await tomas.get("message"))["message"]
    assert (done["id"], done["loading"]) == (first["id"], False)
    assert (seen["bytes"], seen["duration"]) == (b"picture", 7)
    media = done["components"][0]["components"][1]["items"][0]["media"]
    async with session.get(media["url"], headers={"Range": "bytes=0-3"}) as answer:
        assert (answer.status, answer.content_type) == (206, "video/mp4")


async def test_ephemeral_messages_go_to_their_member_only(bot: FilmBot, mara: Browser, tomas: Browser) -> None:
    async def make(interaction: discord.Interaction, options: dict[str, Any]) -> None:
        await interaction.response.send_message(options["prompt"], ephemeral=True)
        await interaction.followup.send("<@1002> look", allowed_mentions=discord.AllowedMentions(users=True))

    bot.on_video = make
    await mara.send("command", request="1", channel="3001", command="video", options={"prompt": "only me"})
    mine = (await mara.get("message"))["message"]
    assert (mine["content"], mine["ephemeral"]) == ("only me", True)
    others = (await tomas.get("message"))["message"]
    assert (others["content"], others["mine_ping"]) == ("<@1002> look", True)
    assert (await tomas.get("ping"))["message"] == others["id"]
    await mara.send("dismiss", channel="3001", message=mine["id"])
    assert (await mara.get("message_deleted"))["id"] == mine["id"]


async def test_what_is_refused_and_what_is_not_answered(clock: Clock, bot: FilmBot, mara: Browser) -> None:
    async def silent(_interaction: discord.Interaction, _options: dict[str, Any]) -> None:
        clock.advance(3)

    bot.on_video = silent
    await mara.send("command", request="1", channel="3001", command="video", options={"prompt": "x", "duration": 16})
    assert (await mara.get("failed"))["text"] == "duration: must be at most 15"
    await mara.send("command", request="2", channel="3001", command="video", options={"prompt": "x"})
    assert await mara.get("failed") == {
        "type": "failed",
        "request": "2",
        "channel": "3001",
        "text": "The application did not respond",
    }
    await mara.send("press", request="3", channel="3001", message="5", custom_id="again")
    assert (await mara.get("failed"))["request"] == "3"


async def test_buttons_forms_choices_talk_and_controls(
    clock: Clock, bot: FilmBot, mara: Browser, controlled: list[tuple[str, Any]]
) -> None:
    async def make(interaction: discord.Interaction, _options: dict[str, Any]) -> None:
        await interaction.response.send_message(view=Card("card"))

    async def pressed(interaction: discord.Interaction) -> None:
        if interaction.type is discord.InteractionType.component:
            modal = discord.ui.Modal(title="Ask", custom_id="ask")
            modal.add_item(discord.ui.TextInput(label="P", custom_id="p"))
            await interaction.response.send_modal(modal)
        else:
            await interaction.response.edit_message(view=Card("filled in"))

    bot.on_video, bot.on_other = make, pressed
    await mara.send("command", request="1", channel="3001", command="video", options={"prompt": "x"})
    card = (await mara.get("message"))["message"]
    await mara.send("press", request="2", channel="3001", message=card["id"], custom_id="again")
    assert (await mara.get("modal"))["modal"]["title"] == "Ask"
    await mara.send("modal_submit", request="3", channel="3001", custom_id="ask", fields={"p": "more"})
    changed = (await mara.get("message"))["message"]
    assert changed["components"][0]["components"][0]["content"] == "filled in"
    asked = {"request": "4", "channel": "3001", "command": "video", "focused": "job", "options": {"job": "k"}}
    await mara.send("autocomplete", **asked)
    assert (await mara.get("choices"))["choices"] == [{"name": "job k", "value": "#k"}]
    await mara.send("say", channel="3002", text="hello")
    assert (await mara.get("message"))["message"]["content"] == "hello"
    before = clock.now()
    await mara.send("control", id="later")
    assert (await mara.get("clock"))["now"] >= before + 900
    await mara.send("control", id="slow", value=True)
    assert await mara.get("control") == {"type": "control", "id": "slow", "on": True}
    assert controlled == [("slow", True)]


async def test_a_form_takes_files_and_choices(bot: FilmBot, mara: Browser, session: aiohttp.ClientSession) -> None:
    got: list[Any] = []

    async def make(interaction: discord.Interaction, _options: dict[str, Any]) -> None:
        modal = discord.ui.Modal(title="Ask", custom_id="ask")
        upload = discord.ui.FileUpload(custom_id="files", min_values=0, max_values=2, required=False)
        select = discord.ui.Select(
            custom_id="pick", options=[discord.SelectOption(label="One"), discord.SelectOption(label="Two")]
        )
        modal.add_item(discord.ui.Label(text="Files", component=upload))
        modal.add_item(discord.ui.Label(text="Pick", component=select))
        await interaction.response.send_modal(modal)

    async def sent(interaction: discord.Interaction) -> None:
        got.append(interaction.data)
        await interaction.response.send_message("thanks")

    bot.on_video, bot.on_other = make, sent
    async with session.post("/page/upload", data={"file": BytesIO(b"bytes")}) as answer:
        upload = (await answer.json())["id"]
    await mara.send("command", request="1", channel="3001", command="video", options={"prompt": "x"})
    await mara.get("modal")
    asked = {"channel": "3001", "custom_id": "ask"}
    await mara.send("modal_submit", request="2", **asked, fields={"files": {"uploads": ["5"]}, "pick": ["One"]})
    assert (await mara.get("failed"))["text"] == "files: the file is not there"
    await mara.send("modal_submit", request="3", **asked, fields={"files": {"uploads": [upload]}, "pick": ["One"]})
    answered = (await mara.get("message"))["message"]
    assert (answered["content"], answered["used"]) == ("thanks", {"member": "1001", "command": "/video"})
    assert [part["component"]["values"] for part in got[0]["components"]] == [[upload], ["One"]]
    assert list(got[0]["resolved"]["attachments"]) == [upload]


async def test_a_file_above_25_mib_is_refused(session: aiohttp.ClientSession) -> None:
    async with session.post("/page/upload", data={"file": BytesIO(b"x" * ((25 << 20) + 1))}) as answer:
        assert answer.status == 413
        assert "too powerful" in (await answer.json())["message"]
    async with session.get("/page/../page.py") as answer:
        assert answer.status == 404
