"""Whatever raises, the member reads a sentence with a reference, and the log holds that reference and the traceback."""

import re

import pytest

from bot.domain.errors import Duplicate
from bot.domain.progress import Forecast
from bot.domain.stages import Reason, Stage
from bot.ui.custom_ids import HISTORY, HistoryPage
from bot.ui.job_cards import job_card, status_card
from tests.cogs.app import gives_back
from tests.cogs.fakes import JOB_ID, MARA, NOW, WAITING, replace
from tests.languages import ENGLISH

FAULT = RuntimeError("the lookup broke")


def assert_told(told, caplog) -> None:
    reference = re.search(r"reference: `(\w+)`", told.content)
    assert reference, told
    assert told.ephemeral
    assert "the lookup broke" not in told.content
    (record,) = [record for record in caplog.records if record.name == "cogs.conversations"]
    assert reference[1] in record.getMessage()
    assert record.exc_info[1] is FAULT


async def test_video_that_breaks_before_the_deferral(app, caplog):
    app.intake.fails["check"] = FAULT
    told = await (await app.member("Mara").use("/video", prompt="a fox")).replied()
    assert_told(told, caplog)


async def test_an_interaction_that_comes_twice_is_dropped_without_a_word(app, caplog):
    app.intake.fails["record_reply"] = Duplicate("7")
    use = await app.member("Mara").use("/video", prompt="a fox", wait=False)
    await app.discord.ledger.until(lambda: "was dropped: it came twice. Dropped so far: 1." in caplog.text)
    assert app.discord.ledger.of("rest", use.token) == []
    assert app.intake.calls("submit") == []


async def test_video_that_breaks_after_the_deferral(app, caplog):
    app.intake.fails["submit"] = FAULT
    use = await app.member("Mara").use("/video", prompt="a fox")
    told = await use.followed()
    assert_told(told, caplog)
    await app.removed(use)


@pytest.mark.parametrize(
    ("command", "options", "case"),
    [
        ("/status", {}, "overview"),
        ("/status", {"video": JOB_ID}, "find"),
        ("/status", {"video": JOB_ID}, "card_facts"),
        ("/history", {}, "history"),
    ],
)
async def test_a_private_command_that_breaks(app, caplog, command, options, case):
    app.history.fails[case] = FAULT
    use = await app.member("Mara").use(command, **options)
    told = await use.replied()
    assert_told(told, caplog)
    assert use.followups == []


async def private_card(app, job):
    return await app.post(status_card(ENGLISH, job, Forecast(), NOW, True), private_to=MARA)


@pytest.mark.parametrize(
    ("label", "use_case", "case"), [("Cancel", "runner", "cancel"), ("Refresh", "history", "find")]
)
async def test_a_press_that_breaks_is_told_beside_its_message(app, caplog, label, use_case, case):
    card = await private_card(app, WAITING)
    before = card.texts()
    getattr(app, use_case).fails[case] = FAULT
    use = await app.member("Mara").press(card, label=label)
    assert_told(await use.followed(), caplog)
    assert card.texts() == before


@pytest.mark.parametrize(
    ("job", "label", "use_case", "case"),
    [
        (replace(WAITING, stage=Stage.DELIVERED), "Again", "intake", "submit_again"),
        (
            replace(WAITING, stage=Stage.FAILED, reason=Reason.UNCLEAR),
            "Try again (may cost twice)",
            "intake",
            "submit_again",
        ),
        (replace(WAITING, stage=Stage.HELD), "Get the video", "runner", "send_privately"),
    ],
)
async def test_a_press_with_a_private_answer_that_breaks_is_told_in_it(app, caplog, job, label, use_case, case):
    card = await private_card(app, job)
    getattr(app, use_case).fails[case] = FAULT
    use = await app.member("Mara").press(card, label=label)
    told = await use.replied()
    assert_told(told, caplog)
    assert told != card
    assert use.followups == []


async def test_bring_that_breaks(app, caplog):
    job = replace(WAITING, stage=Stage.RENDERING, reply=replace(WAITING.reply, private=True, token_at=NOW - 800))
    card = await app.post(job_card(ENGLISH, job, Forecast(), NOW), private_to=MARA)
    app.runner.fails["move_here"] = FAULT
    use = await app.member("Mara").press(card, label="Move it here")
    assert_told(await use.followed(), caplog)


async def test_a_page_that_breaks(app, caplog):
    button = {"type": 2, "style": 2, "label": "Older", "custom_id": HISTORY.encode(HistoryPage(MARA, 2, ""))}
    shown = await app.post_raw([{"type": 1, "components": [button]}], private_to=MARA)
    app.history.fails["history"] = FAULT
    use = await app.member("Mara").press(shown, label="Older")
    assert_told(await use.followed(), caplog)


async def test_a_public_card_that_is_there_already_is_not_taken_back(app, caplog):
    async def submit(_caller, _draft, _interaction_id, reply):
        await app.edit(reply.message_id, job_card(ENGLISH, WAITING, Forecast(), NOW))
        raise FAULT

    app.intake.submit = submit
    use = await app.member("Mara").use("/video", prompt="a fox")
    told = await use.followed()
    assert told.ephemeral
    assert "be deleted" not in caplog.text
    assert not use.reply.deleted
    assert "a fox in the snow" in use.reply.texts()


async def test_a_command_that_this_version_does_not_have_is_answered(app):
    app.discord.commands.all(None)[0]["name"] = "film"
    use = await app.member("Mara").use("/film", unchecked=True, prompt="a fox")
    told = await use.replied()
    assert (told.content, told.ephemeral) == (gives_back(ENGLISH.text("reply.outdated")), True)


async def test_such_a_command_offers_no_choices(app):
    (status,) = [one for one in app.discord.commands.all(None) if one["name"] == "status"]
    status["name"] = "state"
    use = app.member("Mara").completing("/state", "video", "videos", {})
    await use.answered()
    assert (use.state, use.choices) == ("answered", [])
