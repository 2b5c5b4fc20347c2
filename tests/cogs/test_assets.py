"""`/asset`: characters and files, for the member alone."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.asset_problems import ImportUnknown, NameTaken, NeedsManageServer, NoSuchCharacter, ServerOnly
from bot.domain.assets import AssetStage
from bot.domain.errors import UploadRefused
from bot.domain.media import InputUrl, Kind
from bot.storage import Store
from bot.ui.asset_problem_texts import asset_problem_text
from sandbox.discord.uploads import Upload
from tests.cogs.asset_app import AssetFakes, app_over
from tests.cogs.fakes import MARA
from tests.languages import ENGLISH
from tests.studio.asset_fakes import PICTURE, SERVER, asset, character
from tests.studio.fakes import START

FILE = Upload("red fox.png", b"\x89PNG\r\n\x1a\n" + b"0" * 100, "image/png")


@pytest.fixture
async def fakes(tmp_path: Path) -> AsyncIterator[AssetFakes]:
    async with Store(tmp_path / "seedreel.db") as store:
        yield AssetFakes(store)


@pytest.fixture
async def app(fakes):
    async with app_over(fakes) as app:
        yield app


async def own(fakes, **changes):
    made = character(**changes)
    await fakes.assets.add_character(made)
    return made


async def keep(fakes, count: int):
    for number in range(count):
        made = asset(number, stage=AssetStage.ACTIVE, asset_id=f"pa_{number}", created=START - number)
        await fakes.assets.add(made)


async def test_the_command_is_there_with_its_parts(app, fakes):
    (found,) = [one for one in app.discord.commands.all(None) if one["name"] == "asset"]
    assert (found["integration_types"], found["contexts"]) == ([0, 1], [0, 1, 2])
    parts = {part["name"]: {one["name"]: one for one in part.get("options", [])} for part in found["options"]}
    assert {name: list(options) for name, options in parts.items()} == {
        "create-character": ["name"],
        "add": ["character", "file", "name"],
        "list": [],
        "verify": ["name"],
        "import": ["id", "name", "kind"],
        "share": ["character", "shared"],
        "rename": ["character", "name"],
        "hide": ["character", "hidden"],
    }
    assert [one["value"] for one in parts["import"]["kind"]["choices"]] == ["image", "video", "audio"]
    assert [name for name, one in parts["add"].items() if one.get("required")] == ["character", "file"]


async def test_a_character_is_made_and_what_comes_next_is_said_to_me_alone(app, fakes):
    reply = await (await app.member("Mara").use("/asset create-character", name="Red Fox")).replied()
    assert "Character `Red Fox`" in reply.texts()
    assert "`/asset add`" in reply.texts()
    assert reply.ephemeral
    assert [made.guild_id for made in await fakes.assets.characters(MARA)] == [SERVER]


async def test_what_cannot_be_done_is_said_in_a_sentence(app, fakes):
    await own(fakes)
    reply = await (await app.member("Mara").use("/asset create-character", name="fox")).replied()
    assert (reply.content, reply.ephemeral) == (asset_problem_text(ENGLISH, NameTaken("fox")), True)


async def test_a_file_is_taken_on_with_the_reply_as_its_address(app, fakes):
    made = await own(fakes)
    fakes.media.keeps = [PICTURE]
    use = await app.member("Mara").use("/asset add", character=made.id, file=FILE)
    await app.discord.ledger.until(lambda: fakes.uploader.started, what="the asset")
    (row,) = await fakes.stored()
    assert (row.name, row.owner_id, row.character_id, row.stored) == ("red_fox", MARA, made.id, PICTURE)
    assert (row.reply.token, row.reply.private) == (use.token, True)
    assert use.reply.ephemeral
    # Until it is written down, a bot that dies says so at its next start.
    await app.discord.ledger.until(lambda: app.intake.calls("answered"), what="an answer")
    ((interaction_id, address),) = app.intake.calls("record_reply")
    assert (str(interaction_id), address.token) == (use.id, use.token)


async def test_my_characters_are_offered_and_no_others(app, fakes):
    await own(fakes, real=True, created=START + 1)
    await own(fakes, name="Owl")
    await own(fakes, name="Wolf", id="x" * 20, owner_id=7)
    choices = await app.member("Mara").complete("/asset add", "character", character="")
    assert [one["name"] for one in choices] == ["Fox · real person", "Owl"]
    choices = await app.member("Mara").complete("/asset share", "character", character="ow")
    assert [(one["name"], one["value"]) for one in choices] == [("Owl", character("Owl").id)]


async def test_the_list_has_pages_thumbnails_and_is_mine_alone(app, fakes):
    await own(fakes)
    await keep(fakes, 7)
    await fakes.uploads.remember(InputUrl(PICTURE.sha256, "https://files.test/1.png", START, True))
    mara = app.member("Mara")
    first = await (await mara.use("/asset list")).replied()
    assert first.ephemeral
    assert "7 assets · page 1 of 2" in first.texts()
    assert "`fox 0`\n-# **Ready** · image · character `Fox` · `asset://pa_0`" in first.texts()
    turned = await mara.press(first, label="Older")
    assert turned.reply == first
    second = await turned.replied(lambda reply: "page 2 of 2" in reply.texts())
    assert "`fox 6`" in second.texts()
    assert "You don't have any assets yet" in (await (await app.member("Tomas").use("/asset list")).replied()).texts()


async def test_removing_takes_two_presses(app, fakes, caplog):
    await own(fakes)
    await keep(fakes, 1)
    mara = app.member("Mara")
    shown = await (await mara.use("/asset list")).replied()
    asked = await (await mara.press(shown, label="Remove")).replied(lambda reply: "Yes, remove" in str(reply.buttons()))
    assert not (await fakes.stored())[0].hidden
    await (await mara.press(asked, label="Yes, remove it")).replied(
        lambda reply: "You don't have any assets yet" in reply.texts()
    )
    assert (await fakes.stored())[0].hidden
    assert "asks for something that doesn't exist" not in caplog.text


async def test_a_manager_takes_in_what_was_made_elsewhere(app, fakes):
    fakes.provider.answers["ask"] = [UploadRefused("404")]
    use = await app.member("Mara").use("/asset import", id="asset://ra-9", name="Old fox", kind="video")
    reply = await use.replied()
    assert "`asset://ra-9`" in reply.texts()
    (row,) = await fakes.stored()
    assert (row.asset_id, row.kind, row.stage) == ("ra-9", Kind.IMAGE, AssetStage.ACTIVE)
    assert (await fakes.assets.character(MARA, row.character_id)).shared_in == SERVER


@pytest.mark.parametrize(
    ("name", "channel", "problem"), [("Tomas", "videos", NeedsManageServer()), ("Mara", "dm", ServerOnly())]
)
async def test_only_a_manager_imports_and_only_in_a_server(app, fakes, name, channel, problem):
    use = await app.member(name).use("/asset import", id="pa_9", name="Old fox", channel=channel)
    assert (await use.replied()).content == asset_problem_text(ENGLISH, problem)
    assert fakes.provider.asked == []


async def test_what_the_provider_does_not_know_is_said(app, fakes):
    fakes.provider.answers["ask"] = [UploadRefused("404", "who?")] * 2
    reply = await (await app.member("Mara").use("/asset import", id="pa_9", name="Old fox")).replied()
    assert reply.content == asset_problem_text(ENGLISH, ImportUnknown("pa_9", "who?"))


async def test_a_character_is_opened_to_the_server_and_closed(app, fakes):
    made = await own(fakes)
    mara = app.member("Mara")
    opened = await (await mara.use("/asset share", character=made.id, shared=True)).replied()
    assert "Everyone in this server" in opened.texts()
    assert (await fakes.assets.character(MARA, made.id)).shared_in == SERVER
    closed = await (await mara.use("/asset share", character="fox", shared=False)).replied()
    assert "Only you" in closed.texts()
    assert (await fakes.assets.character(MARA, made.id)).shared_in is None
    not_theirs = await (await app.member("Tomas").use("/asset share", character="fox", shared=True)).replied()
    assert not_theirs.content == asset_problem_text(ENGLISH, NoSuchCharacter("fox"))


async def test_a_broken_button_about_assets_is_answered_once(app, fakes):
    button = {"type": 2, "style": 2, "label": "Old", "custom_id": "seedreel:assets:explode:1"}
    shown = await app.post_raw([{"type": 1, "components": [button]}], private_to=MARA)
    told = await (await app.member("Mara").press(shown, label="Old")).replied()
    assert told.content == ENGLISH.text("reply.outdated")
