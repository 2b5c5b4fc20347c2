"""A first response that the wire swallows is made once more; one that arrived is known by Discord's own word for it."""

import pytest

from bot.domain.disk_problems import NoSpace
from bot.domain.errors import Refusal
from bot.domain.progress import Forecast
from bot.ui.job_cards import status_card
from bot.ui.problem_texts import problem_text
from sandbox.discord.errors import refusal as refused_by_discord
from sandbox.faults import Cut, Garbled, HalfOpen, Reset, html, status
from tests.cogs.app import App, gives_back
from tests.cogs.fakes import MARA, NOW, WAITING
from tests.languages import ENGLISH

CALLBACK = "POST /api/v10/interactions/*/callback"
ORIGINAL = "/api/v10/webhooks/*/messages/@original"


UNREAD = [html(), html(applied=True), Garbled(), Cut(framed=True), status(500), status(502, applied=True)]


@pytest.mark.parametrize("lost", [Reset.EARLY, Reset.AFTER, HalfOpen(), *UNREAD])
async def test_a_deferral_is_made_once_more_and_its_message_known(app, lost):
    app.faults.add(CALLBACK, lost)
    use = await app.member("Mara").use("/video", prompt="a fox")
    *_, reply = await app.asked(app.intake, "submit")
    assert (str(reply.message_id), reply.private) == (use.reply.id, False)
    # Where the first attempt may have counted, the message bears our mark in place of the dots.
    assert use.reply.loading or "One moment" in use.reply.texts()


async def test_a_private_deferral_whose_answer_was_lost_shows_its_card(app):
    app.faults.add(CALLBACK, Reset.AFTER)
    use = await app.member("Mara").use("/status")
    reply = await use.replied()
    assert reply.ephemeral
    assert "a fox in the snow" in reply.texts()


async def test_a_refusal_after_a_lost_answer_still_leaves_nothing_behind(app):
    app.faults.add(CALLBACK, Reset.AFTER)
    app.intake.fails["submit"] = Refusal(NoSpace())
    use = await app.member("Mara").use("/video", prompt="a fox")
    told = await use.followed()
    assert (told.content, told.ephemeral) == (gives_back(problem_text(ENGLISH, NoSpace())), True)
    await app.removed(use)


async def test_an_acknowledgement_whose_answer_was_lost_does_its_work(app):
    card = await app.post(status_card(ENGLISH, WAITING, Forecast(), NOW, False), private_to=MARA)
    app.faults.add(CALLBACK, Reset.AFTER)
    use = await app.member("Mara").press(card, label="Refresh")
    await use.replied(lambda reply: "number 3 in line" in reply.texts())
    assert use.followups == []


async def test_a_deferral_lost_twice_is_told_once_the_wire_is_back(app):
    app.faults.add(CALLBACK, Reset.AFTER)
    app.faults.add(CALLBACK, Reset.EARLY)
    use = await app.member("Mara").use("/video", prompt="a fox")
    told = await use.followed()
    assert "reference" in told.content
    assert told.ephemeral
    await app.removed(use)
    assert app.intake.calls("submit") == []


async def test_what_comes_too_late_is_dropped_and_counted(app, caplog, heard_log):
    app.intake.check = lambda _caller, _draft: app.discord.clock.advance(4)
    for count in (1, 2):
        use = await app.member("Mara").use("/video", prompt="a fox")
        assert use.state == "failed"
        await app.discord.ledger.until(
            lambda count=count: f"refused the answer (10062). Dropped so far: {count}." in caplog.text
        )
    assert app.intake.calls("submit") == []
    assert app.discord.ledger.of("rest", "/webhooks/") == []


async def test_of_two_processes_one_answers_and_the_other_drops_it(app, caplog, heard_log):
    other = App(app.discord, app.faults)
    async with other.running():
        use = await app.member("Mara").use("/video", prompt="a fox")
        await app.discord.ledger.until(lambda: "refused the answer (40060). Dropped so far: 1." in caplog.text)
        await app.discord.ledger.until(lambda: app.intake.calls("submit") + other.intake.calls("submit"))
    assert len(app.intake.calls("submit") + other.intake.calls("submit")) == 1
    assert use.reply.loading
    assert use.followups == []


async def test_a_sentence_that_a_server_s_error_hid_is_said_once(app):
    app.intake.fails["check"] = Refusal(NoSpace())
    app.faults.add(CALLBACK, status(502, applied=True))
    use = await app.member("Mara").use("/video", prompt="a fox")
    await app.discord.ledger.until(lambda: len(app.discord.ledger.of("rest", "/callback")) == 2)
    assert use.reply.content == gives_back(problem_text(ENGLISH, NoSpace()))
    assert use.followups == []


@pytest.mark.parametrize("fault", [html(502), html(400)])
async def test_a_card_that_discord_will_not_take_becomes_a_sentence(app, fault):
    app.faults.add(f"PATCH {ORIGINAL}", fault)
    use = await app.member("Mara").use("/status")
    reply = await use.replied()
    assert reply.ephemeral
    assert reply.texts()


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
async def test_a_loading_message_that_cannot_be_taken_back_never_keeps_thinking(app, method):
    app.intake.fails["submit"] = Refusal(NoSpace())
    app.faults.add(f"{method} {ORIGINAL}", html(403))
    use = await app.member("Mara").use("/video", prompt="a fox")
    said = gives_back(problem_text(ENGLISH, NoSpace()))
    await app.discord.ledger.until(lambda: said in [one.content for one in (use.reply, *use.followups)] or None)
    assert not use.reply.loading


@pytest.mark.parametrize("left", ["answered", "left untold"])
async def test_the_studio_hears_when_nothing_could_be_said(app, left):
    app.faults.add(CALLBACK, Reset.AFTER)
    app.faults.add(CALLBACK, Reset.EARLY)
    if left == "left untold":
        app.faults.add("* /api/v10/webhooks/*", Reset.EARLY, times=None)
    use = await app.member("Mara").use("/video", prompt="a fox")
    await app.asked(app.intake, left)
    assert app.intake.calls("submit") == []
    assert bool(use.followups) is (left == "answered")


FOLLOW_UP = "POST /api/v10/webhooks/*"
LOST = [Reset.BEFORE, Reset.EARLY, status(502), html(502)]


@pytest.mark.parametrize("lost", LOST, ids=repr)
async def test_a_sentence_beside_a_public_loading_message_is_said_again_where_it_was_lost(app, lost):
    app.intake.fails["submit"] = Refusal(NoSpace())
    app.faults.add(FOLLOW_UP, lost)
    use = await app.member("Mara").use("/video", prompt="a fox")
    told = await use.followed()
    assert (told.content, told.ephemeral) == (gives_back(problem_text(ENGLISH, NoSpace())), True)
    await app.removed(use)
    assert app.member("Mara").sees("videos") == [told]


async def test_where_the_sentence_is_lost_for_good_something_is_left_of_the_answer(app):
    app.intake.fails["submit"] = Refusal(NoSpace())
    app.faults.add(FOLLOW_UP, Reset.EARLY, times=None)
    use = await app.member("Mara").use("/video", prompt="a fox")
    await app.asked(app.intake, "left untold")
    assert use.followups == []
    assert (use.reply.deleted, use.reply.loading) == (False, False)
    assert use.reply.texts() == "This request didn't go through."


@pytest.mark.parametrize("dms_open", [True, False])
async def test_where_the_loading_message_was_deleted_the_sentence_comes_directly(app, dms_open):
    async def submit(*_: object) -> None:
        app.discord.messages.delete(app.discord.interactions.latest.original)
        raise Refusal(NoSpace())

    app.intake.submit = submit
    app.discord.world.user("Mara").dms_open = dms_open
    app.faults.add(FOLLOW_UP, refused_by_discord(10008), times=None)
    await app.member("Mara").use("/video", prompt="a fox")
    if not dms_open:
        await app.asked(app.intake, "left untold")
        return
    await app.asked(app.intake, "answered")
    [told] = app.member("Mara").sees("dm")
    assert told.content == gives_back(problem_text(ENGLISH, NoSpace()))
    assert app.member("Mara").sees("videos") == []
