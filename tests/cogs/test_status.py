"""`/status`: a member's own jobs, shown to that member alone."""

import asyncio
from dataclasses import replace

import pytest

from bot.domain.errors import NoSuchJob
from bot.domain.stages import Stage
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
    reply = await (await app.member("Mara").use("/status", job=user_input)).replied()
    assert reply.ephemeral
    assert "40%" in reply.texts()
    assert "Refresh" in [label for label, *_ in reply.buttons()]


async def test_the_clip_is_offered_while_it_is_kept(app):
    app.history.jobs = [replace(WAITING, stage=Stage.DELIVERED)]
    without = await (await app.member("Mara").use("/status", job=JOB_ID)).replied()
    app.history.clip = True
    stored = await (await app.member("Mara").use("/status", job=JOB_ID)).replied()
    catalogue = "Get the video"
    assert [catalogue in [label for label, *_ in reply.buttons()] for reply in (without, stored)] == [False, True]


async def test_anothers_job_is_no_job_of_mine(app):
    app.history.jobs = [ANOTHERS]
    reply = await (await app.member("Mara").use("/status", job="z" * 20)).replied()
    assert (reply.content, reply.ephemeral) == (problem_text(ENGLISH, NoSuchJob()), True)


async def test_choices_name_prompt_stage_age_and_id(app):
    long = replace(RENDERING, id="m" * 20, request=replace(WAITING.request, prompt="very " * 100))
    app.history.jobs = [RENDERING, long, ANOTHERS]
    short, cut = await app.member("Mara").complete("/status", "job", job="fox")
    assert (short["value"], cut["value"]) == (JOB_ID, "m" * 20)
    for part in ("a fox in the snow", "Rendering", "1 min ago", "#k3f9a2"):
        assert part in short["name"]
    assert len(cut["name"]) <= 100
    assert "… · Rendering" in cut["name"]
    assert app.history.calls("complete") == [[MARA, "fox"]]


async def test_a_failing_lookup_gives_no_choices(app, caplog):
    app.history.fails["complete"] = RuntimeError("the store is gone")
    use = app.member("Mara").completing("/status", "job", "videos", {})
    await use.answered()
    assert (use.state, use.choices) == ("answered", [])
    assert "the store is gone" in caplog.text


async def test_a_lookup_that_hangs_gives_no_choices_in_time(app):
    never = asyncio.Event()

    async def complete(_user_id, _typed, _most):
        await never.wait()

    app.history.complete = complete
    use = app.member("Mara").completing("/status", "job", "videos", {})
    await use.answered()
    assert (use.state, use.choices) == ("answered", [])
