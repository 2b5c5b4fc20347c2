"""Buttons: answered by what their custom ids say, and only to whom the studio allows it."""

from dataclasses import replace

import pytest

from bot.domain.errors import AlreadyRetried, ClipNotStored, NotYours, Refusal, TooLateToCancel
from bot.domain.progress import Forecast
from bot.domain.stages import Reason, Stage
from bot.domain.takes import Cancelled
from bot.ui.components import NEUTRAL, Card, controls
from bot.ui.custom_ids import AGAIN, AGAIN_TAKES
from bot.ui.job_cards import job_card, status_card
from bot.ui.problem_texts import problem_text
from bot.ui.take_texts import cancelled_text
from tests.cogs.fakes import JOB_ID, MARA, NOW, TOMAS, WAITING
from tests.languages import ENGLISH

DONE = replace(WAITING, stage=Stage.DELIVERED)
UNCLEAR = replace(WAITING, stage=Stage.FAILED, reason=Reason.UNCLEAR)
HELD = replace(WAITING, stage=Stage.HELD)


async def own_card(app, job, **where):
    """Post a job's own card; the runner knows it as the job's reply."""
    message = await app.post(job_card(ENGLISH, job, Forecast(), NOW), **where)
    app.runner.job = replace(job, reply=replace(job.reply, message_id=int(message.id)))
    app.history.jobs = [app.runner.job]
    return message


async def private_card(app, job, *, clip=False):
    """Post the private card of /status for a job whose own message is another."""
    app.runner.job = replace(job, reply=replace(job.reply, message_id=77))
    app.history.jobs, app.history.clip = [app.runner.job], clip
    return await app.post(status_card(ENGLISH, app.runner.job, Forecast(), NOW, clip), private_to=MARA)


async def test_cancel_brings_a_new_token_first_and_leaves_the_card_to_the_studio(app):
    card = await own_card(app, WAITING)
    use = await app.member("Mara").press(card, label="Cancel")
    assert await app.asked(app.runner, "cancel") == [JOB_ID, MARA]
    job_id, user_id, reply = await app.asked(app.runner, "renew")
    assert (job_id, user_id, str(reply.message_id), reply.token) == (JOB_ID, MARA, card.id, use.token)
    assert [name for name, *_ in app.runner.asked] == ["renew", "cancel"]
    assert (use.reply, use.followups) == (card, [])
    later = await (await app.member("Mara").use("/status")).replied()
    edited = [entry.detail["path"] for entry in app.discord.ledger.of("rest", "PATCH")]
    assert len(edited) == 1, later
    assert use.token not in edited[0]


async def test_cancel_on_the_private_card_shows_it_there(app):
    card = await private_card(app, WAITING)
    use = await app.member("Mara").press(card, label="Cancel")
    shown = await use.replied(lambda reply: "You cancelled this. Nothing was sent" in reply.texts())
    assert shown == card


async def test_cancel_that_comes_too_late_is_told_privately(app):
    card = await own_card(app, WAITING)
    app.runner.fails["cancel"] = Refusal(TooLateToCancel(Stage.RENDERING))
    use = await app.member("Mara").press(card, label="Cancel")
    told = await use.followed()
    assert (told.content, told.ephemeral) == (problem_text(ENGLISH, TooLateToCancel(Stage.RENDERING)), True)
    assert not card.deleted


@pytest.mark.parametrize("takes", [((2, 3), (1,)), ((3,), (1, 2)), ((1, 2, 3), ())])
async def test_of_takes_it_is_said_which_are_cancelled_and_for_which_it_is_too_late(app, takes):
    card = await own_card(app, WAITING)
    app.runner.takes = takes
    use = await app.member("Mara").press(card, label="Cancel")
    if not takes[1]:
        assert await app.asked(app.runner, "cancel") == [JOB_ID, MARA]
        await (await app.member("Mara").use("/status")).replied()
        assert use.followups == []
        return
    told = await use.followed()
    assert (told.content, told.ephemeral) == (cancelled_text(ENGLISH, Cancelled(WAITING, *takes)), True)
    assert "cancelled" in told.content
    assert "Take 1 has" in told.content or "Takes 1 and 2 have" in told.content


async def test_a_stranger_cannot_cancel(app):
    card = await own_card(app, WAITING)
    use = await app.member("Tomas").press(card, label="Cancel")
    told = await use.followed()
    assert (told.content, told.ephemeral) == (problem_text(ENGLISH, NotYours()), True)
    assert told not in app.member("Mara").sees("videos")
    assert app.runner.calls("cancel") == []


@pytest.mark.parametrize(("job", "label"), [(DONE, "Again"), (UNCLEAR, "Try again (may cost twice)")])
async def test_again_is_answered_where_it_was_pressed_for_who_pressed(app, job, label):
    card = await own_card(app, job)
    use = await app.member("Tomas").press(card, label=label)
    job_id, user_id, interaction_id, reply = await app.asked(app.intake, "submit_again")
    assert (job_id, user_id, str(interaction_id)) == (JOB_ID, TOMAS, use.id)
    assert use.reply != card
    assert (str(reply.message_id), reply.private) == (use.reply.id, False)
    assert use.reply.loading


@pytest.mark.parametrize("row", [AGAIN, AGAIN_TAKES])
async def test_again_of_takes_makes_as_many(app, row):
    card = await app.post(Card(NEUTRAL, controls(ENGLISH, JOB_ID, [row])))
    await app.member("Mara").press(card, label="Again")
    assert (await app.asked(app.intake, "submit_again"))[4:] == (["takes"] if row is AGAIN_TAKES else [])


async def test_again_on_a_private_message_stays_private(app):
    card = await private_card(app, DONE)
    use = await app.member("Mara").press(card, label="Again")
    *_, reply = await app.asked(app.intake, "submit_again")
    assert reply.private
    assert use.reply.ephemeral


async def test_again_that_is_refused_leaves_nothing_in_the_channel(app):
    card = await own_card(app, DONE)
    app.intake.fails["submit_again"] = Refusal(AlreadyRetried("z" * 20))
    use = await app.member("Tomas").press(card, label="Again")
    told = await use.followed()
    assert (told.content, told.ephemeral) == (problem_text(ENGLISH, AlreadyRetried("z" * 20)), True)
    await app.removed(use)
    assert app.member("Mara").sees("videos") == [card]


async def test_refresh_shows_the_job_as_it_is_now(app):
    card = await private_card(app, WAITING)
    app.history.jobs = [replace(WAITING, stage=Stage.RENDERING, percent=70, submitted=NOW - 9)]
    use = await app.member("Mara").press(card, label="Refresh")
    assert await use.replied(lambda reply: "70%" in reply.texts()) == card


async def test_the_clip_is_asked_for_into_a_private_message(app):
    card = await own_card(app, HELD)
    use = await app.member("Mara").press(card, label="Get the video")
    job_id, user_id, reply = await app.asked(app.runner, "send_privately")
    assert (job_id, user_id, str(reply.message_id), reply.private) == (JOB_ID, MARA, use.reply.id, True)
    assert use.reply.ephemeral


async def test_a_clip_that_is_not_kept_is_told_in_that_message(app):
    card = await private_card(app, DONE, clip=True)
    app.runner.fails["send_privately"] = Refusal(ClipNotStored())
    use = await app.member("Mara").press(card, label="Get the video")
    told = await use.replied()
    assert (told.content, told.ephemeral) == (problem_text(ENGLISH, ClipNotStored()), True)
    assert use.followups == []


async def test_a_stranger_gets_no_clip(app):
    card = await own_card(app, HELD)
    use = await app.member("Tomas").press(card, label="Get the video")
    told = await use.replied()
    assert (told.content, told.ephemeral) == (problem_text(ENGLISH, NotYours()), True)


async def test_bring_it_here_gives_the_same_message_a_new_token(app):
    private = replace(WAITING, stage=Stage.RENDERING, reply=replace(WAITING.reply, private=True, token_at=NOW - 800))
    card = await own_card(app, private, private_to=MARA)
    use = await app.member("Mara").press(card, label="Move it here")
    _, _, reply = await app.asked(app.runner, "move_here")
    assert (str(reply.message_id), reply.token, reply.private) == (card.id, use.token, True)
    assert use.state == "answered"


async def test_bring_it_here_on_a_job_that_has_ended_shows_how(app):
    private = replace(WAITING, stage=Stage.RENDERING, reply=replace(WAITING.reply, private=True, token_at=NOW - 800))
    card = await own_card(app, private, private_to=MARA)
    ended = replace(private, stage=Stage.FAILED, reason=Reason.GENERATION)
    app.runner.job, app.history.jobs = ended, [ended]
    use = await app.member("Mara").press(card, label="Move it here")
    await use.replied(lambda shown: "Failed" in shown.texts())


@pytest.mark.parametrize("custom_id", ["seedreel:remix:k3f9a2k3f9a2k3f9a2ab", "seedreel:cancel:x", "v0/again/7"])
async def test_a_button_of_another_version_is_answered_with_a_sentence(app, custom_id):
    button = {"type": 2, "style": 2, "label": "Old", "custom_id": custom_id}
    card = await app.post_raw([{"type": 1, "components": [button]}])
    told = await (await app.member("Mara").press(card, label="Old")).replied()
    assert (told.content, told.ephemeral) == (ENGLISH.text("reply.outdated"), True)


async def test_what_was_searched_for_is_not_logged(app, caplog):
    button = {"type": 2, "style": 2, "label": "Old", "custom_id": f"seedreel:page:{MARA}:x:my secret fox"}
    card = await app.post_raw([{"type": 1, "components": [button]}])
    await (await app.member("Mara").press(card, label="Old")).replied()
    assert "button 'seedreel:page'" in caplog.text
    assert "secret fox" not in caplog.text


async def test_whose_media_are_in_a_part_of_a_reel_alone_is_asked_about_its_message(app):
    app.deletion.reels = True
    question = await (await app.member("Tomas").use("/delete", video=JOB_ID)).replied()
    assert "Delete the joined video" in question.texts()
    told = await app.member("Tomas").press(question, label="Yes, delete it")
    assert "the message with the joined video" in (await told.followed()).content
