"""What a member sees of prices before anything is sent: lengths as they are typed, the form of Edit, `/help`."""

from dataclasses import replace

import pytest

from bot.domain.drafts import Draft, RefusedDraft
from bot.domain.errors import NotYours, Refusal
from bot.domain.models import Dialect, Model, Resolution
from bot.domain.money import Price, PriceNotConfirmed
from bot.domain.prices import PriceList, Rate
from bot.domain.request import RequestDraft
from bot.toapis import model_table
from sandbox.discord.errors import DiscordRefused
from sandbox.faults import Reset
from tests.cogs.app import running_app
from tests.cogs.fakes import JOB_ID, MARA, NOW
from tests.cogs.test_buttons import DONE, own_card
from tests.cogs.test_wire import FOLLOW_UP

CATALOGUE = model_table.catalogue(Dialect.VIDEOS)
PRICES = PriceList(
    "USD",
    {
        (Model.SEEDANCE_2, Resolution.P480): Rate(50_000),
        (Model.SEEDANCE_2, Resolution.P720): Rate(100_000),
        (Model.SEEDANCE_2, None): Rate(250_000),
        (Model.SEEDANCE_2_FAST, None): Rate(40_000),
    },
)
DRAFT = Draft(JOB_ID, MARA, NOW, RequestDraft("a fox", Model.SEEDANCE_2, 15, CATALOGUE.widest.ratios[0]))
DEAR = Price(1_500_000, "USD")


@pytest.fixture
async def priced():
    async with running_app(catalogue=CATALOGUE, prices=PRICES) as app:
        yield app


async def test_a_length_says_what_the_video_costs_by_what_was_chosen_so_far(priced):
    mara = priced.member("Mara")
    usual = await mara.complete("/video", "duration")
    assert [one["value"] for one in usual] == list(range(4, 16))
    assert usual[1] == {"name": "5 seconds · $0.50", "value": 5}
    [long] = await mara.complete("/video", "duration", duration="15", resolution="1080p")
    assert long["name"] == "15 seconds · $3.75"
    unknown = await mara.complete("/compose", "duration", model="seedance-2-mini")
    assert unknown[0]["name"] == "4 seconds"
    fast = await mara.complete("/video", "duration", model="seedance-2-fast", resolution="no-such", duration="1")
    assert fast[0]["name"] == "10 seconds · $0.40"


async def test_without_prices_nothing_is_suggested(app):
    with pytest.raises(DiscordRefused, match="has no autocomplete"):
        await app.member("Mara").complete("/video", "duration")


async def test_the_form_of_edit_says_what_each_choice_costs(priced):
    opened = await priced.member("Mara").press(await own_card(priced, DONE), label="Edit")
    options = {
        (part["component"]["custom_id"], option["value"]): option.get("description")
        for part in opened.modal["components"]
        for option in part["component"].get("options", ())
    }
    assert options["duration", "8"] == "$0.80 if nothing else changes"
    assert options["resolution", "480p"] == "$0.25 if nothing else changes"
    assert options["model", "seedance-2-fast"] == "$0.20 if nothing else changes"
    assert options["model", "seedance-2-mini"] is None
    assert options["ratio", "16:9"] is None


async def test_help_says_what_an_example_costs(priced):
    shown = await (await priced.member("Mara").use("/help")).replied()
    assert "Start with one of these, for $0.50 each:" in shown.texts()


@pytest.mark.parametrize("when", ["check", "submit"])
async def test_a_dear_video_is_asked_about_in_private_and_nothing_stays_in_the_channel(app, when):
    app.intake.fails[when] = RefusedDraft(DRAFT, PriceNotConfirmed(DEAR))
    use = await app.member("Mara").use("/video", prompt="a fox")
    asked = await (use.followed() if when == "submit" else use.replied())
    assert asked.ephemeral
    assert "This video costs **$1.50**. Nothing is sent until you agree." in asked.texts()
    assert "-# seedance-2 · 15 seconds · 16:9\n" in asked.texts()
    assert [button[0] for button in asked.buttons()] == ["Make it for $1.50", "Cancel"]
    if when == "submit":
        await app.removed(use)


async def test_again_asks_before_anything_is_in_the_channel(app):
    card = await own_card(app, DONE)
    takes = replace(DRAFT, request=replace(DRAFT.request, takes=3))
    app.intake.fails["check_again"] = RefusedDraft(takes, PriceNotConfirmed(DEAR, 3))
    use = await app.member("Mara").press(card, label="Again")
    question = await use.replied(lambda reply: "These 3 videos cost **$1.50** together" in reply.texts())
    assert question.ephemeral
    assert app.member("Tomas").sees("videos") == [card]
    assert app.intake.calls("submit_again") == []


async def test_what_all_read_until_the_question_is_there_says_that_it_is_one(app):
    app.intake.fails["submit"] = RefusedDraft(DRAFT, PriceNotConfirmed(DEAR))
    app.faults.add(FOLLOW_UP, Reset.EARLY, times=None)
    use = await app.member("Mara").use("/video", prompt="a fox")
    await app.asked(app.intake, "left untold")
    assert use.reply.texts() == "This needs an answer from the person who asked for it."


async def test_a_yes_hands_the_draft_on_with_the_price_that_its_button_named(app):
    app.intake.drafts[DRAFT.id] = DRAFT
    app.intake.fails["check"] = RefusedDraft(DRAFT, PriceNotConfirmed(DEAR))
    mara = app.member("Mara")
    asked = await (await mara.use("/video", prompt="a fox")).replied()
    app.intake.fails.clear()
    use = await mara.press(asked, label="Make it for $1.50")
    request, user_id, interaction_id, reply = await app.asked(app.intake, "submit")
    assert (request, user_id, str(interaction_id)) == (DRAFT.request, MARA, use.id)
    assert (app.intake.draft.agreed, reply.private) == (DEAR, False)


async def test_a_no_says_that_nothing_was_sent(app):
    app.intake.fails["check"] = RefusedDraft(DRAFT, PriceNotConfirmed(DEAR))
    mara = app.member("Mara")
    asked = await (await mara.use("/video", prompt="a fox")).replied()
    use = await mara.press(asked, label="Cancel")
    assert await app.asked(app.intake, "discard_draft") == [DRAFT.id, MARA]
    await app.discord.ledger.until(lambda: "Cancelled. Nothing was sent" in asked.texts(), what="the answer to a no")
    assert asked.buttons() == []
    assert use.followups == []


async def test_a_no_of_somebody_else_is_refused(app):
    app.intake.fails["discard_draft"] = Refusal(NotYours())
    app.intake.fails["check"] = RefusedDraft(DRAFT, PriceNotConfirmed(DEAR))
    mara = app.member("Mara")
    asked = await (await mara.use("/video", prompt="a fox")).replied()
    told = await (await mara.press(asked, label="Cancel")).followed()
    assert "Only the person who asked" in told.content
    assert len(asked.buttons()) == 2
