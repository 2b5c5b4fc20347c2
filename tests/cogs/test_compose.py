"""`/compose`: a form that opens at once, and what it is filled in with reaches the studio like `/video`."""

import asyncio
import re

import pytest

from bot.domain.disk_problems import NoSpace
from bot.domain.errors import Refusal, Restarting
from bot.domain.media import Kind, Role
from bot.domain.models import Dialect, Model, OutputFormat, Ratio, Resolution
from bot.domain.request import AssetInput, RequestDraft
from bot.toapis import model_table
from bot.ui.problem_texts import problem_text
from sandbox.discord.errors import DiscordRefused
from sandbox.discord.uploads import Upload
from tests.cogs.app import App
from tests.cogs.fakes import MARA, VIDEOS, an_asset
from tests.languages import ENGLISH

WIDE = model_table.catalogue(Dialect.VIDEOS)
PICTURE = Upload("fox.png", b"\x89PNG\r\n\x1a\n" + b"0" * 100, "image/png")
FILM = Upload("run.mp4", b"0" * 100, "video/mp4")
SOUND = Upload("rain.mp3", b"0" * 100, "audio/mpeg")


@pytest.fixture
def catalogue():
    return WIDE


def parts(use) -> dict:
    return {row["component"]["custom_id"]: row["component"] for row in use.modal["components"]}


async def test_the_form_opens_with_a_prompt_files_and_my_assets(app):
    app.asset_lookup.assets = [an_asset("Kira"), an_asset("Rain", Kind.AUDIO)]
    use = await app.member("Mara").use("/compose")
    assert list(parts(use)) == ["prompt", "pictures", "videos", "sounds", "assets"]
    limits = [(part.get("min_values"), part.get("max_values")) for part in parts(use).values()]
    assert limits == [(None, None), (0, 9), (0, 3), (0, 3), (0, 2)]
    assert [one["label"] for one in parts(use)["assets"]["options"]] == ["Kira · image", "Rain · audio"]
    assert (use.reply, use.followups, app.intake.calls("submit")) == (None, [], [])


async def test_a_full_form_is_taken_on_like_video(app):
    app.asset_lookup.assets = [an_asset("Kira"), an_asset("Rain", Kind.AUDIO)]
    mara = app.member("Mara")
    options = {"duration": 15, "ratio": "adaptive", "model": "seedance-2-fast", "resolution": "480p", "seed": 2**31 - 1}
    opened = await mara.use("/compose", sound=True, last_picture=True, **options)
    rain = app.asset_lookup.assets[1]
    fields = {"pictures": [PICTURE, PICTURE], "videos": FILM, "sounds": [SOUND], "assets": [rain.id]}
    sent = await mara.submit(opened, prompt="image 1\nmeets image 2", **fields)
    draft, user_id, interaction_id, reply = await app.asked(app.intake, "submit")
    assert (user_id, str(interaction_id)) == (MARA, sent.id)
    assert (draft.prompt, draft.assets) == ("image 1\nmeets image 2", (AssetInput(rain.id, option="asset 1"),))
    assert [(file.option, file.name, file.role) for file in draft.files] == [
        ("image 1", "fox.png", Role.REFERENCE_IMAGE),
        ("image 2", "fox.png", Role.REFERENCE_IMAGE),
        ("video 1", "run.mp4", Role.REFERENCE_VIDEO),
        ("audio 1", "rain.mp3", Role.REFERENCE_AUDIO),
    ]
    assert all(file.url.startswith(app.discord.url) and file.size in (100, 108) for file in draft.files)
    assert (draft.model, draft.duration, draft.ratio) == (Model.SEEDANCE_2_FAST, 15, Ratio.ADAPTIVE)
    assert (draft.resolution, draft.sound, draft.seed, draft.last_picture) == (Resolution.P480, True, 2**31 - 1, True)
    assert (str(reply.message_id), reply.channel_id, reply.private) == (sent.reply.id, VIDEOS, False)
    assert sent.reply.loading
    names = [name for name, *_ in app.intake.asked]
    assert names == ["check", "check", "record_reply", "submit", "answered"][: len(names)]


async def test_without_choices_and_files_it_is_a_plain_draft(app):
    mara = app.member("Mara")
    await mara.submit(await mara.use("/compose"), prompt="a fox")
    draft, *_ = await app.asked(app.intake, "submit")
    assert draft == RequestDraft("a fox", Model.SEEDANCE_2, 5, Ratio.WIDE)


async def test_a_form_that_was_open_over_a_restart_is_taken_on(app):
    opened = await app.member("Mara").use("/compose", duration=9)
    await app.client.close()
    after = App(app.discord, app.faults, WIDE)
    async with after.running():
        await app.member("Mara").submit(opened, prompt="a fox")
        draft, *_ = await after.asked(after.intake, "submit")
    assert (draft.prompt, draft.duration) == ("a fox", 9)


async def test_no_form_stays_in_the_librarys_memory(app):
    await app.member("Mara").use("/compose")
    assert app.client._connection._view_store._modals == {}  # noqa: SLF001 - there is no public way to look


@pytest.mark.parametrize("lookup", ["broken", "hanging"])
async def test_without_the_lookup_of_assets_the_form_opens_all_the_same(app, lookup):
    never = asyncio.Event()
    if lookup == "broken":
        app.asset_lookup.fails["usable"] = RuntimeError("the lookup broke")
    else:
        app.asset_lookup.usable = lambda *_: never.wait()
    use = await app.member("Mara").use("/compose")
    assert list(parts(use)) == ["prompt", "pictures", "videos", "sounds"]


async def test_choices_that_do_not_go_together_are_refused_before_the_form(app):
    use = await app.member("Mara").use("/compose", model="seedance-2-mini", resolution="4k")
    assert use.modal is None
    assert "`480p` or `720p`" in use.reply.content


async def test_the_format_goes_with_the_form_where_the_model_has_a_choice(app):
    mara = app.member("Mara")
    refused = await mara.use("/compose", format="mov")
    assert (refused.modal, "`format`" in refused.reply.content) == (None, True)
    await mara.submit(await mara.use("/compose", model="seedance-2-5", format="mov"), prompt="a fox")
    draft, *_ = await app.asked(app.intake, "submit")
    assert (draft.model, draft.format) == (Model.SEEDANCE_2_5, OutputFormat.MOV)


async def test_a_restarting_bot_opens_no_form(app):
    app.intake.fails["check"] = Refusal(Restarting())
    use = await app.member("Mara").use("/compose")
    assert (use.modal, use.reply.content, use.reply.ephemeral) == (None, ENGLISH.text("problem.restarting"), True)


async def test_a_file_that_is_named_and_not_there_is_refused(app, caplog):
    mara = app.member("Mara")
    sent = await mara.submit(await mara.use("/compose"), prompt="a fox", pictures=["5", "6"], sounds=["7"])
    told = await sent.replied()
    assert all(name in told.content for name in ("image 1", "image 2", "audio 1"))
    assert told.ephemeral
    assert app.intake.calls("submit") == []
    assert "Traceback" not in caplog.text


async def test_discord_itself_keeps_to_the_number_of_files(app):
    mara = app.member("Mara")
    opened = await mara.use("/compose")
    with pytest.raises(DiscordRefused, match="pictures"):
        await mara.submit(opened, prompt="a fox", pictures=[PICTURE] * 10)


@pytest.mark.parametrize("when", ["check", "submit"])
@pytest.mark.parametrize("channel", ["videos", "dm"])
async def test_a_refusal_gives_back_what_was_written(app, when, channel):
    mara = app.member("Mara")
    opened = await mara.use("/compose", channel=channel)
    app.intake.fails[when] = Refusal(NoSpace())
    sent = await mara.submit(opened, prompt="a fox\n\nin `snow`")
    told = await (sent.followed() if when == "submit" else sent.replied())
    assert (
        told.content
        == f"{problem_text(ENGLISH, NoSpace())}\n{ENGLISH.text('problem.what-you-wrote')}\n```\na fox\n\nin ˋsnowˋ\n```"
    )
    assert told.ephemeral
    if when == "submit":
        await app.removed(sent)
    assert mara.sees(channel) == [told]


@pytest.mark.parametrize("when", ["check", "submit"])
@pytest.mark.parametrize("prompt", ["x" * 4000, "\U0001f98a" * 2000, "a\n" * 2000])
async def test_a_long_prompt_comes_back_whole_in_several_messages(app, when, prompt):
    mara = app.member("Mara")
    opened = await mara.use("/compose")
    app.intake.fails[when] = Refusal(NoSpace())
    sent = await mara.submit(opened, prompt=prompt)

    def whole() -> list | None:
        said = [one for one in mara.sees("videos") if "```" in one.content]
        back = "".join(re.findall(r"```\n(.*?)\n```", "".join(one.content for one in said), re.DOTALL))
        return said if back == prompt.strip("\n") else None

    said = await app.discord.ledger.until(whole, what="all of the prompt")
    assert all(one.ephemeral for one in said)
    assert sent.state == "answered"


async def test_a_form_of_another_version_gives_back_what_was_written(app):
    mara = app.member("Mara")
    opened = await mara.use("/compose")
    opened.interaction.modal["custom_id"] = "seedreel:compose:sora|5|16:9||||0"
    told = await (await mara.submit(opened, prompt="a fox")).replied()
    assert (
        told.content == f"{ENGLISH.text('reply.outdated')}\n{ENGLISH.text('problem.what-you-wrote')}\n```\na fox\n```"
    )


class TestReviewed:
    """Where files are reviewed first there are no assets."""

    @pytest.fixture
    def catalogue(self):
        return model_table.catalogue(Dialect.VIDEOS, review=True)

    async def test_no_assets_are_offered_or_asked_for(self, app):
        app.asset_lookup.assets = [an_asset("Kira")]
        use = await app.member("Mara").use("/compose")
        assert "assets" not in parts(use)
        assert app.asset_lookup.asked == []
