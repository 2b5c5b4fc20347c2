"""Edit: a form of the job's request, opened in time or not at all."""

import asyncio

from bot.domain.edits import Edit
from bot.domain.errors import NoSuchJob, Refusal
from bot.domain.models import Model, Ratio
from bot.ui.problem_texts import problem_text
from tests.cogs.fakes import JOB_ID, MARA
from tests.cogs.test_buttons import DONE, own_card
from tests.languages import ENGLISH

FILLED = {"prompt": "a wolf", "duration": ["8"], "ratio": ["1:1"], "model": ["seedance-2-fast"]}


async def test_what_was_filled_in_goes_to_the_studio(app):
    card = await own_card(app, DONE)
    opened = await app.member("Mara").press(card, label="Edit")
    assert await app.asked(app.intake, "find_source") == [JOB_ID, MARA]
    sent = await app.member("Mara").submit(opened, **FILLED)
    job_id, user_id, _, reply, edit = await app.asked(app.intake, "submit_again")
    assert (job_id, user_id, reply.token) == (JOB_ID, MARA, sent.token)
    assert (edit.prompt, edit.duration, edit.ratio) == ("a wolf", 8, Ratio.SQUARE)
    assert isinstance(edit, Edit)
    assert edit.model is Model.SEEDANCE_2_FAST


async def test_a_store_that_does_not_answer_in_time_opens_no_form_and_says_so(app):
    never = asyncio.Event()
    app.intake.find_source = lambda *_: never.wait()
    card = await own_card(app, DONE)
    use = await app.member("Mara").press(card, label="Edit")
    assert use.modal is None
    assert use.state == "answered"
    assert "Something went wrong on my side" in use.reply.content


async def test_a_job_that_is_not_there_opens_no_form(app):
    app.intake.fails["find_source"] = Refusal(NoSuchJob())
    card = await own_card(app, DONE)
    use = await app.member("Tomas").press(card, label="Edit")
    assert (use.modal, use.reply.content, use.reply.ephemeral) == (None, problem_text(ENGLISH, NoSuchJob()), True)


async def test_a_form_of_another_version_is_outdated(app):
    card = await own_card(app, DONE)
    opened = await app.member("Mara").press(card, label="Edit")
    [model] = [row["component"] for row in opened.modal["components"] if row["component"]["custom_id"] == "model"]
    model["options"].append({"label": "seedance-9", "value": "seedance-9"})
    sent = await app.member("Mara").submit(opened, **{**FILLED, "model": ["seedance-9"]})
    told = sent.reply if sent.reply and ENGLISH.text("reply.outdated") in sent.reply.content else await sent.followed()
    assert ENGLISH.text("reply.outdated") in told.content
    assert app.intake.calls("submit_again") == []
