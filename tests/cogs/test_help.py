"""`/help`: what the bot can do, privately, and examples that become videos with one press."""

import pytest

from bot.domain.models import DEFAULT_MODEL, DEFAULT_RATIO, Dialect
from bot.domain.request import RequestDraft
from bot.toapis.model_table import catalogue
from tests.cogs.fakes import MARA, TOMAS
from tests.languages import ENGLISH


async def test_it_says_what_there_is_in_ten_lines_to_the_member_alone(app):
    shown = await (await app.member("Mara").use("/help")).replied()
    assert shown.ephemeral
    assert shown.texts().count("\n- ") == 10
    for command in ("/video", "/compose", "/asset create-character", "/status", "/history", "/usage"):
        assert f"`{command}`" in shown.texts()
    assert shown.texts().splitlines().count("-# You can have 5 videos in progress at a time.") == 1
    assert len(shown.buttons()) == 3
    assert app.intake.asked == []


@pytest.mark.parametrize("number", range(3))
async def test_an_example_is_a_video_of_whoever_presses_for_all_to_see(app, number):
    tomas = app.member("Tomas")
    shown = await (await tomas.use("/help")).replied()
    label = shown.buttons()[number][0]
    use = await tomas.press(shown, label=label)
    draft, user_id, interaction_id, reply = await app.asked(app.intake, "submit")
    seconds = app.catalogue.widest.default_seconds
    assert draft == RequestDraft(label, DEFAULT_MODEL, seconds, DEFAULT_RATIO)
    assert (user_id, str(interaction_id)) == (TOMAS, use.id)
    assert (reply.private, use.reply.ephemeral) == (False, False)
    assert use.reply.id != shown.id


async def test_an_example_asks_for_what_the_same_prompt_after_video_asks_for(app):
    mara = app.member("Mara")
    shown = await (await mara.use("/help")).replied()
    prompt = shown.buttons()[0][0]
    await mara.press(shown, label=prompt)
    await app.asked(app.intake, "submit")
    await mara.use("/video", prompt=prompt)
    await app.discord.ledger.until(lambda: len(app.intake.calls("submit")) == 2)
    (pressed, *_), (typed, user_id, *_) = app.intake.calls("submit")
    assert pressed == typed
    assert user_id == MARA


@pytest.mark.parametrize("catalogue", [catalogue(Dialect.VIDEOS, review=True)])
async def test_where_there_are_no_assets_there_is_no_word_of_them(app):
    shown = await (await app.member("Mara").use("/help")).replied()
    assert shown.texts().count("\n- ") == 9
    assert ENGLISH.text("help.assets") not in shown.texts()
