"""`/status`: a member's own jobs, shown to that member alone."""

import asyncio
from dataclasses import replace

import pytest

from bot.domain.caller import Caller
from bot.domain.errors import NoSuchJob, NotYours, Refusal, TooLateToCancel
from bot.domain.stages import Stage
from bot.ui.custom_ids import OPEN_LISTED
from bot.ui.job_lists import overview_card
from bot.ui.problem_texts import problem_text
from tests.cogs.fakes import JOB_ID, MARA, NOW, TOMAS, WAITING
from tests.languages import ENGLISH

RENDERING = replace(WAITING, stage=Stage.RENDERING, percent=40, submitted=NOW - 30)
ANOTHERS = replace(WAITING, id="z" * 20, user_id=TOMAS, request=replace(WAITING.request, prompt="his secret"))


async def test_without_a_job_it_lists_mine_to_me_alone(app):
    app.history.jobs = [RENDERING, ANOTHERS]
    reply = await (await app.member("Mara").use("/status")).replied()
    assert "a fox in the snow" in reply.texts()
    assert "his secret" not in reply.texts()
    assert reply.ephemeral
    assert app.member("Tomas").sees("videos") == []


@pytest.mark.parametrize("user_input", [JOB_ID, "k3f9a2", "#k3f9a2"])
async def test_a_job_shows_as_it_is_now(app, user_input):
    app.history.jobs = [RENDERING]
    reply = await (await app.member("Mara").use("/status", video=user_input)).replied()
    assert reply.ephemeral
    assert "40%" in reply.texts()
    assert "Refresh" in [label for label, *_ in reply.buttons()]


async def test_the_clip_is_offered_while_it_is_kept(app):
    app.history.jobs = [replace(WAITING, stage=Stage.DELIVERED)]
    without = await (await app.member("Mara").use("/status", video=JOB_ID)).replied()
    app.history.clip = True
    stored = await (await app.member("Mara").use("/status", video=JOB_ID)).replied()
    catalogue = "Get the video"
    assert [catalogue in [label for label, *_ in reply.buttons()] for reply in (without, stored)] == [False, True]


async def test_anothers_job_is_no_job_of_mine(app):
    app.history.jobs = [ANOTHERS]
    reply = await (await app.member("Mara").use("/status", video="z" * 20)).replied()
    assert (reply.content, reply.ephemeral) == (problem_text(ENGLISH, NoSuchJob()), True)


async def test_choices_name_prompt_stage_age_and_id(app):
    long = replace(RENDERING, id="m" * 20, request=replace(WAITING.request, prompt="very " * 100))
    app.history.jobs = [RENDERING, long, ANOTHERS]
    short, cut = await app.member("Mara").complete("/status", "video", video="fox")
    assert (short["value"], cut["value"]) == (JOB_ID, "m" * 20)
    for part in ("a fox in the snow", "Rendering", "1 minute ago", "#k3f9a2"):
        assert part in short["name"]
    assert len(cut["name"]) <= 100
    assert "… · Rendering" in cut["name"]
    assert app.history.calls("complete") == [[MARA, "fox"]]


async def test_a_failing_lookup_gives_no_choices(app, caplog):
    app.history.fails["complete"] = RuntimeError("the store is gone")
    use = app.member("Mara").completing("/status", "video", "videos", {})
    await use.answered()
    assert (use.state, use.choices) == ("answered", [])
    assert "the store is gone" in caplog.text


async def test_a_lookup_that_hangs_gives_no_choices_in_time(app):
    never = asyncio.Event()

    async def complete(_user_id, _typed, _most):
        await never.wait()

    app.history.complete = complete
    use = app.member("Mara").completing("/status", "video", "videos", {})
    await use.answered()
    assert (use.state, use.choices) == ("answered", [])


async def overview(app, *jobs):
    """Let Mara ask for her overview."""
    app.history.jobs = list(jobs)
    return await (await app.member("Mara").use("/status")).replied()


async def test_the_overview_is_shown_anew_by_refresh(app):
    card = await overview(app, RENDERING)
    assert "40%" in card.texts()
    app.history.jobs = [replace(RENDERING, percent=80)]
    use = await app.member("Mara").press(card, label="Refresh")
    await use.replied(lambda reply: "80%" in reply.texts())
    assert use.followups == []


async def test_a_waiting_one_is_cancelled_from_the_overview_which_stays(app):
    card = await overview(app, WAITING, replace(RENDERING, id="m" * 20))
    app.history.jobs = [replace(WAITING, stage=Stage.CANCELLED), replace(RENDERING, id="m" * 20)]
    use = await app.member("Mara").press(card, label="Cancel")
    assert await app.asked(app.runner, "cancel") == [JOB_ID, MARA]
    await use.replied(lambda reply: "Cancelled" in reply.texts())
    assert "Rendering" in card.texts()
    assert [label for label, *_ in card.buttons()] == ["Refresh"]


async def test_one_that_has_been_sent_meanwhile_is_said_and_the_overview_is_right_again(app):
    card = await overview(app, WAITING)
    app.history.jobs = [RENDERING]
    problem = TooLateToCancel(Stage.RENDERING)
    app.runner.fails["cancel"] = Refusal(problem)
    use = await app.member("Mara").press(card, label="Cancel")
    told = await use.followed()
    assert (told.content, told.ephemeral) == (problem_text(ENGLISH, problem), True)
    assert "Rendering" in card.texts()


async def test_a_finished_one_is_handed_over_from_the_overview(app):
    app.history.clip = True
    card = await overview(app, replace(WAITING, stage=Stage.DELIVERED))
    await app.member("Mara").press(card, label="Get the video")
    job_id, user_id, reply = await app.asked(app.runner, "send_privately")
    assert (job_id, user_id, reply.private) == (JOB_ID, MARA, True)
    assert str(reply.message_id) != card.id


async def test_one_is_opened_in_a_message_of_its_own(app):
    card = await overview(app, RENDERING, replace(RENDERING, id="m" * 20, percent=77))
    select = OPEN_LISTED.encode(MARA)
    opened = await app.member("Mara").press(card, custom_id=select, values=["m" * 20])
    shown = await opened.followed()
    assert shown.ephemeral
    assert "77%" in shown.texts()
    assert "40%" not in shown.texts()
    await app.discord.ledger.until(lambda: len(app.history.calls("overview")) == 2, what="the overview again")


@pytest.mark.parametrize("press", [{"label": "Refresh"}, {"custom_id": OPEN_LISTED.encode(MARA), "values": [JOB_ID]}])
async def test_another_members_overview_is_theirs(app, press):
    listed = await app.history.overview(Caller(MARA))
    card = await app.post(overview_card(ENGLISH, listed, MARA, NOW))
    told = await (await app.member("Tomas").press(card, **press)).replied()
    assert (told.content, told.ephemeral) == (problem_text(ENGLISH, NotYours()), True)
    assert "a fox in the snow" in card.texts()
    assert app.history.calls("find") == []


async def test_another_members_video_is_not_cancelled_from_there(app):
    listed = await app.history.overview(Caller(MARA))
    card = await app.post(overview_card(ENGLISH, listed, MARA, NOW))
    use = await app.member("Tomas").press(card, label="Cancel")
    told = await use.followed()
    assert (told.content, told.ephemeral) == (problem_text(ENGLISH, NoSuchJob()), True)
    assert app.runner.calls("cancel") == []
    assert "a fox in the snow" in card.texts()
