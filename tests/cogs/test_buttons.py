"""Buttons: answered by what their custom ids say, and only to whom the studio allows it."""

from dataclasses import replace

import pytest

from bot.domain.errors import AlreadyTried, ClipNotKept, NotYours, Refusal, TooLateToCancel
from bot.domain.progress import Outlook
from bot.domain.stages import Reason, Stage
from bot.ui import texts
from bot.ui.cards import job_card, status_card
from bot.ui.refusals import refusal
from tests.cogs.fakes import JOB_ID, MARA, NOW, TOMAS, WAITING

DONE = replace(WAITING, stage=Stage.DELIVERED)
UNCLEAR = replace(WAITING, stage=Stage.FAILED, reason=Reason.UNCLEAR)
HELD = replace(WAITING, stage=Stage.HELD)


async def own_card(house, job, **where):
    """Post a job's own card; the desk knows it as the job's reply."""
    message = await house.post(job_card(job, Outlook(), NOW), **where)
    house.desk.job = replace(job, reply=replace(job.reply, message_id=int(message.id)))
    house.archive.jobs = [house.desk.job]
    return message


async def private_card(house, job, *, clip=False):
    """Post the private card of /status for a job whose own message is another."""
    house.desk.job = replace(job, reply=replace(job.reply, message_id=77))
    house.archive.jobs, house.archive.clip = [house.desk.job], clip
    return await house.post(status_card(house.desk.job, Outlook(), NOW, clip), private_to=MARA)


async def test_cancel_brings_a_new_token_first_and_leaves_the_card_to_the_studio(house):
    card = await own_card(house, WAITING)
    use = await house.member("Mara").press(card, label="Cancel")
    assert await house.asked(house.desk, "cancel") == [JOB_ID, MARA]
    job_id, user_id, reply = await house.asked(house.desk, "renew")
    assert (job_id, user_id, str(reply.message_id), reply.token) == (JOB_ID, MARA, card.id, use.token)
    assert [name for name, *_ in house.desk.asked] == ["renew", "cancel"]
    assert (use.reply, use.followups) == (card, [])
    later = await (await house.member("Mara").use("/status")).replied()
    edited = [entry.detail["path"] for entry in house.discord.ledger.of("rest", "PATCH")]
    assert len(edited) == 1, later
    assert use.token not in edited[0]


async def test_cancel_on_the_private_card_shows_it_there(house):
    card = await private_card(house, WAITING)
    use = await house.member("Mara").press(card, label="Cancel")
    shown = await use.replied(lambda reply: "Cancelled. Nothing was sent" in reply.texts())
    assert shown == card


async def test_cancel_that_comes_too_late_is_told_privately(house):
    card = await own_card(house, WAITING)
    house.desk.fails["cancel"] = Refusal(TooLateToCancel(Stage.RENDERING))
    use = await house.member("Mara").press(card, label="Cancel")
    told = await use.followed()
    assert (told.content, told.ephemeral) == (refusal(TooLateToCancel(Stage.RENDERING)), True)
    assert not card.deleted


async def test_a_stranger_cannot_cancel(house):
    card = await own_card(house, WAITING)
    use = await house.member("Tomas").press(card, label="Cancel")
    told = await use.followed()
    assert (told.content, told.ephemeral) == (refusal(NotYours()), True)
    assert told not in house.member("Mara").sees("videos")
    assert house.desk.calls("cancel") == []


@pytest.mark.parametrize(("job", "label"), [(DONE, "Again"), (UNCLEAR, "Try again (may cost twice)")])
async def test_again_is_answered_where_it_was_pressed_for_whoever_pressed(house, job, label):
    card = await own_card(house, job)
    use = await house.member("Tomas").press(card, label=label)
    job_id, user_id, interaction_id, reply = await house.asked(house.accept, "again")
    assert (job_id, user_id, str(interaction_id)) == (JOB_ID, TOMAS, use.id)
    assert use.reply != card
    assert (str(reply.message_id), reply.private) == (use.reply.id, False)
    assert use.reply.loading


async def test_again_on_a_private_message_stays_private(house):
    card = await private_card(house, DONE)
    use = await house.member("Mara").press(card, label="Again")
    *_, reply = await house.asked(house.accept, "again")
    assert reply.private
    assert use.reply.ephemeral


async def test_again_that_is_refused_leaves_nothing_in_the_channel(house):
    card = await own_card(house, DONE)
    house.accept.fails["again"] = Refusal(AlreadyTried("z" * 20))
    use = await house.member("Tomas").press(card, label="Again")
    told = await use.followed()
    assert (told.content, told.ephemeral) == (refusal(AlreadyTried("z" * 20)), True)
    await house.removed(use)
    assert house.member("Mara").sees("videos") == [card]


async def test_refresh_shows_the_job_as_it_is_now(house):
    card = await private_card(house, WAITING)
    house.archive.jobs = [replace(WAITING, stage=Stage.RENDERING, percent=70, submitted=NOW - 9)]
    use = await house.member("Mara").press(card, label="Refresh")
    assert await use.replied(lambda reply: "70 %" in reply.texts()) == card


async def test_the_clip_is_asked_for_into_a_private_message(house):
    card = await own_card(house, HELD)
    use = await house.member("Mara").press(card, label="Give me the clip")
    job_id, user_id, reply = await house.asked(house.desk, "hand_over")
    assert (job_id, user_id, str(reply.message_id), reply.private) == (JOB_ID, MARA, use.reply.id, True)
    assert use.reply.ephemeral


async def test_a_clip_that_is_not_kept_is_told_in_that_message(house):
    card = await private_card(house, DONE, clip=True)
    house.desk.fails["hand_over"] = Refusal(ClipNotKept())
    use = await house.member("Mara").press(card, label="Give me the clip")
    told = await use.replied()
    assert (told.content, told.ephemeral) == (refusal(ClipNotKept()), True)
    assert use.followups == []


async def test_a_stranger_gets_no_clip(house):
    card = await own_card(house, HELD)
    use = await house.member("Tomas").press(card, label="Give me the clip")
    told = await use.replied()
    assert (told.content, told.ephemeral) == (refusal(NotYours()), True)


async def test_bring_it_here_gives_the_same_message_a_new_token(house):
    private = replace(WAITING, stage=Stage.RENDERING, reply=replace(WAITING.reply, private=True, token_at=NOW - 800))
    card = await own_card(house, private, private_to=MARA)
    use = await house.member("Mara").press(card, label="Bring it here")
    _, _, reply = await house.asked(house.desk, "bring")
    assert (str(reply.message_id), reply.token, reply.private) == (card.id, use.token, True)
    assert use.state == "answered"


async def test_bring_it_here_on_a_job_that_has_ended_shows_how(house):
    private = replace(WAITING, stage=Stage.RENDERING, reply=replace(WAITING.reply, private=True, token_at=NOW - 800))
    card = await own_card(house, private, private_to=MARA)
    ended = replace(private, stage=Stage.FAILED, reason=Reason.GENERATION)
    house.desk.job, house.archive.jobs = ended, [ended]
    use = await house.member("Mara").press(card, label="Bring it here")
    await use.replied(lambda shown: "Failed" in shown.texts())


@pytest.mark.parametrize("custom_id", ["seedreel:share:k3f9a2k3f9a2k3f9a2ab", "seedreel:cancel:x", "v0/again/7"])
async def test_a_button_of_another_version_is_answered_with_a_sentence(house, custom_id):
    button = {"type": 2, "style": 2, "label": "Old", "custom_id": custom_id}
    card = await house.post_raw([{"type": 1, "components": [button]}])
    told = await (await house.member("Mara").press(card, label="Old")).replied()
    assert (told.content, told.ephemeral) == (texts.OUTDATED, True)


async def test_what_was_searched_for_is_not_logged(house, caplog):
    button = {"type": 2, "style": 2, "label": "Old", "custom_id": f"seedreel:page:{MARA}:x:my secret fox"}
    card = await house.post_raw([{"type": 1, "components": [button]}])
    await (await house.member("Mara").press(card, label="Old")).replied()
    assert "button 'seedreel:page'" in caplog.text
    assert "secret fox" not in caplog.text
