"""Whatever raises, the member reads a sentence with a reference, and the log holds that reference and the traceback."""

import re

import pytest

from bot.domain.errors import Duplicate
from bot.domain.progress import Outlook
from bot.domain.stages import Reason, Stage
from bot.ui import texts
from bot.ui.cards import job_card, status_card
from bot.ui.custom_ids import PageOf, encode_page
from tests.cogs.fakes import JOB_ID, MARA, NOW, WAITING, replace

FAULT = RuntimeError("the shelf broke")


def assert_told(told, caplog) -> None:
    reference = re.search(r"reference: `(\w+)`", told.content)
    assert reference, told
    assert told.ephemeral
    assert "the shelf broke" not in told.content
    (record,) = [record for record in caplog.records if record.name == "cogs.errors"]
    assert reference[1] in record.getMessage()
    assert record.exc_info[1] is FAULT


async def test_video_that_breaks_before_the_deferral(house, caplog):
    house.accept.fails["check"] = FAULT
    told = await (await house.member("Mara").use("/video", prompt="a fox")).replied()
    assert_told(told, caplog)


async def test_an_interaction_that_comes_twice_is_dropped_without_a_word(house, caplog):
    house.accept.fails["begun"] = Duplicate("7")
    use = await house.member("Mara").use("/video", prompt="a fox", wait=False)
    await house.discord.ledger.until(lambda: "dropped (it came twice); 1 so far" in caplog.text)
    assert house.discord.ledger.of("rest", use.token) == []
    assert house.accept.calls("take") == []


async def test_video_that_breaks_after_the_deferral(house, caplog):
    house.accept.fails["take"] = FAULT
    use = await house.member("Mara").use("/video", prompt="a fox")
    told = await use.followed()
    assert_told(told, caplog)
    await house.removed(use)


@pytest.mark.parametrize(
    ("command", "options", "case"),
    [
        ("/status", {}, "overview"),
        ("/status", {"job": JOB_ID}, "find"),
        ("/status", {"job": JOB_ID}, "card_facts"),
        ("/history", {}, "history"),
    ],
)
async def test_a_private_command_that_breaks(house, caplog, command, options, case):
    house.archive.fails[case] = FAULT
    use = await house.member("Mara").use(command, **options)
    told = await use.replied()
    assert_told(told, caplog)
    assert use.followups == []


async def private_card(house, job):
    return await house.post(status_card(job, Outlook(), NOW, True), private_to=MARA)


@pytest.mark.parametrize(("label", "room", "case"), [("Cancel", "desk", "cancel"), ("Refresh", "archive", "find")])
async def test_a_press_that_breaks_is_told_beside_its_message(house, caplog, label, room, case):
    card = await private_card(house, WAITING)
    before = card.texts()
    getattr(house, room).fails[case] = FAULT
    use = await house.member("Mara").press(card, label=label)
    assert_told(await use.followed(), caplog)
    assert card.texts() == before


@pytest.mark.parametrize(
    ("job", "label", "room", "case"),
    [
        (replace(WAITING, stage=Stage.DELIVERED), "Again", "accept", "again"),
        (replace(WAITING, stage=Stage.FAILED, reason=Reason.UNCLEAR), "Try again (may cost twice)", "accept", "again"),
        (replace(WAITING, stage=Stage.HELD), "Give me the clip", "desk", "hand_over"),
    ],
)
async def test_a_press_with_a_private_answer_that_breaks_is_told_in_it(house, caplog, job, label, room, case):
    card = await private_card(house, job)
    getattr(house, room).fails[case] = FAULT
    use = await house.member("Mara").press(card, label=label)
    told = await use.replied()
    assert_told(told, caplog)
    assert told != card
    assert use.followups == []


async def test_bring_that_breaks(house, caplog):
    job = replace(WAITING, stage=Stage.RENDERING, reply=replace(WAITING.reply, private=True, token_at=NOW - 800))
    card = await house.post(job_card(job, Outlook(), NOW), private_to=MARA)
    house.desk.fails["bring"] = FAULT
    use = await house.member("Mara").press(card, label="Bring it here")
    assert_told(await use.followed(), caplog)


async def test_a_page_that_breaks(house, caplog):
    button = {"type": 2, "style": 2, "label": "Older", "custom_id": encode_page(PageOf(MARA, 2, ""))}
    shown = await house.post_raw([{"type": 1, "components": [button]}], private_to=MARA)
    house.archive.fails["history"] = FAULT
    use = await house.member("Mara").press(shown, label="Older")
    assert_told(await use.followed(), caplog)


async def test_a_public_card_that_is_there_already_is_not_taken_back(house, caplog):
    async def take(_caller, _wish, _interaction_id, reply):
        await house.edit(reply.message_id, job_card(WAITING, Outlook(), NOW))
        raise FAULT

    house.accept.take = take
    use = await house.member("Mara").use("/video", prompt="a fox")
    told = await use.followed()
    assert told.ephemeral
    assert "taken back" not in caplog.text
    assert not use.reply.deleted
    assert "a fox in the snow" in use.reply.texts()


async def test_a_command_that_this_version_does_not_have_is_answered(house):
    house.discord.commands.all(None)[0]["name"] = "film"
    use = await house.member("Mara").use("/film", unchecked=True, prompt="a fox")
    told = await use.replied()
    assert (told.content, told.ephemeral) == (texts.OUTDATED, True)


async def test_such_a_command_offers_no_choices(house):
    (status,) = [one for one in house.discord.commands.all(None) if one["name"] == "status"]
    status["name"] = "state"
    use = house.member("Mara").completing("/state", "job", "videos", {})
    await use.answered()
    assert (use.state, use.choices) == ("answered", [])
