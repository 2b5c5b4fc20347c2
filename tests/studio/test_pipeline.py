"""One job's way, from every stage at which a process can die."""

import asyncio
import math
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from bot.domain.errors import NotAccepted, StoreClosed, SubmitRefused, SubmitUnclear
from bot.domain.job import Job
from bot.domain.progress import Silence, Snapshot, TaskStatus
from bot.domain.reply import Route
from bot.domain.run_lengths import RunLengths
from bot.domain.stages import Reason, Stage
from bot.studio.lifecycle.deadline import LOOKS_APART
from bot.studio.lifecycle.forecasts import Forecasts
from bot.studio.running.pipeline import LOST_AFTER
from tests.studio.conftest import Studio, built
from tests.studio.fakes import START, JumpingClock, ScriptedProvider, completed, job, until

WORKING = Snapshot(TaskStatus.WORKING, 40)


async def run(studio: Studio, stage: Stage, **changes: object) -> object:
    stored = await studio.stored(job(stage=stage, **changes))
    await studio.running.pipeline.run(stored)
    return await studio.row(stored)


async def test_a_job_goes_all_its_way(studio: Studio) -> None:
    studio.provider.snapshots = [Snapshot(TaskStatus.QUEUED), WORKING, completed()]
    row = await run(studio, Stage.WAITING)
    assert row.stage is Stage.DELIVERED
    assert row.notified_at is not None
    assert len(studio.provider.submitted) == 1
    assert studio.queue.running == 0


@pytest.mark.parametrize("stage", [Stage.QUEUED, Stage.RENDERING, Stage.READY])
async def test_a_restart_goes_on_without_a_second_post(studio: Studio, stage: Stage) -> None:
    row = await run(studio, stage, task_id="t", submitted=START, clip_url="https://files.test/a.mp4")
    assert (row.stage, studio.provider.submitted) == (Stage.DELIVERED, [])


async def test_a_restart_in_submitting_is_unclear_told_and_never_sent_again(studio: Studio) -> None:
    row = await run(studio, Stage.SUBMITTING, submitted=START)
    assert (row.stage, row.reason, studio.provider.submitted) == (Stage.FAILED, Reason.UNCLEAR, [])
    assert studio.replies.did("end") == [Route.TOKEN]
    assert row.notified_at is not None


async def test_an_ended_job_that_was_not_told_is_told(studio: Studio) -> None:
    row = await run(studio, Stage.FAILED, reason=Reason.GENERATION, changed=START)
    assert (studio.replies.did("end"), row.notified_at is None) == ([Route.TOKEN], False)


async def test_submitting_is_on_disk_before_the_post_leaves(studio: Studio) -> None:
    studio.provider.gate = asyncio.Event()
    stored = await studio.stored(job())
    task = asyncio.create_task(studio.running.pipeline.run(stored))
    await until(lambda: studio.provider.submitted)
    assert (await studio.row(stored)).stage is Stage.SUBMITTING
    studio.provider.gate.set()
    await task


async def test_what_was_not_accepted_is_sent_again_later(studio: Studio) -> None:
    studio.provider.submits = [NotAccepted("429", 30.0), NotAccepted("refused")]
    row = await run(studio, Stage.WAITING)
    assert (row.stage, len(studio.provider.submitted)) == (Stage.DELIVERED, 3)
    assert row.submitted >= START + 30


@pytest.mark.parametrize("asked", [None, 500.0])
async def test_what_is_not_accepted_of_this_request_is_sent_three_times_with_growing_waits(
    studio: Studio, asked: float | None
) -> None:
    sent: list[float] = []
    submit = studio.provider.submit

    async def note(waiting: Job) -> str:
        sent.append(studio.clock.at)
        return await submit(waiting)

    studio.provider.submit = note
    studio.provider.submits = [NotAccepted("500", asked, of_this=True, provider_message="busy")] * 9
    row = await run(studio, Stage.WAITING)
    assert (row.stage, row.reason, row.provider_message) == (Stage.FAILED, Reason.NOT_TAKEN, "busy")
    first, second = (later - sooner for sooner, later in pairwise(sent))
    assert (asked or 20) <= first < (asked or 20) * 1.5 + 5
    assert (asked or 60) <= second < (asked or 60) * 1.5 + 5


async def test_an_unclear_post_is_the_only_one(studio: Studio) -> None:
    studio.provider.submits = [SubmitUnclear("502", "upstream is gone")]
    row = await run(studio, Stage.WAITING)
    assert (row.stage, row.reason, len(studio.provider.submitted)) == (Stage.FAILED, Reason.UNCLEAR, 1)
    assert row.provider_message == "upstream is gone"


async def test_a_task_that_is_another_job_s_is_nobody_s_and_is_not_sent_again(studio: Studio) -> None:
    studio.provider.submits = ["the same task", "the same task"]
    first, second = await run(studio, Stage.WAITING), await studio.stored(job(number=2))
    await studio.running.pipeline.run(second)
    row = await studio.row(second)
    assert (first.stage, first.task_id) == (Stage.DELIVERED, "the same task")
    assert (row.stage, row.reason, row.task_id) == (Stage.FAILED, Reason.UNCLEAR, None)
    assert (len(studio.provider.submitted), row.notified_at is not None) == (2, True)


async def test_a_refusal_fails_with_what_the_provider_said(studio: Studio) -> None:
    studio.provider.submits = [SubmitRefused(Reason.REFUSED, "422", "not this")]
    row = await run(studio, Stage.WAITING)
    assert (row.reason, row.provider_message) == (Reason.REFUSED, "not this")


async def test_silence_fails_nothing_and_stands_on_the_card(studio: Studio) -> None:
    studio.provider.snapshots = [Silence(START), Silence(START), completed()]
    assert (await run(studio, Stage.QUEUED, task_id="t", submitted=START)).stage is Stage.DELIVERED


async def test_the_percent_never_falls(studio: Studio) -> None:
    percents = [40, 20, None, 60]
    studio.provider.snapshots = [Snapshot(TaskStatus.WORKING, percent) for percent in percents] + [completed()]
    await run(studio, Stage.QUEUED, task_id="t", submitted=START)
    shown = [entry.percent for name, entry, _ in studio.replies.ledger if name == "show" and entry.percent]
    assert shown == sorted(shown)


class OnAndOn(ScriptedProvider):
    """Answers by script, some time of the clock apart."""

    clock: JumpingClock
    apart = 0.0

    async def follow(self, job: Job, lengths: RunLengths) -> AsyncIterator[Snapshot | Silence]:
        for snapshot in self.snapshots:
            yield snapshot
            self.clock.at += self.apart


@pytest.mark.parametrize(
    ("apart", "end"), [(LOOKS_APART, (Stage.FAILED, Reason.LOST)), (LOOKS_APART / 4, (Stage.DELIVERED, None))]
)
async def test_a_day_without_an_end_is_lost_only_on_a_successful_answer_and_at_a_second_look(
    tmp_path: Path, apart: float, end: tuple[Stage, Reason | None]
) -> None:
    provider = OnAndOn([], [WORKING, Silence(START), WORKING, completed()])
    async with built(tmp_path, provider) as studio:
        provider.clock, provider.apart = studio.clock, apart
        studio.clock.at = START + LOST_AFTER + 1
        row = await run(studio, Stage.RENDERING, task_id="t", submitted=START)
        assert (row.stage, row.reason) == end


async def test_the_day_in_which_a_task_has_to_end_begins_when_it_was_sent(tmp_path: Path) -> None:
    provider = OnAndOn([], [WORKING, WORKING, completed()])
    async with built(tmp_path, provider) as studio:
        provider.clock, provider.apart = studio.clock, LOOKS_APART
        studio.clock.at = START + LOST_AFTER + 1
        row = await run(studio, Stage.RENDERING, task_id="t", submitted=START + 11 * 3600)
        assert row.stage is Stage.DELIVERED


async def test_only_the_providers_own_failure_fails_a_task(studio: Studio) -> None:
    studio.provider.snapshots = [Snapshot(TaskStatus.MISSING), Snapshot(TaskStatus.FAILED, provider_message="no")]
    row = await run(studio, Stage.QUEUED, task_id="t", submitted=START)
    assert (row.reason, row.provider_message) == (Reason.GENERATION, "no")


async def test_a_clip_that_left_the_disk_is_fetched_again(studio: Studio) -> None:
    row = await run(
        studio, Stage.READY, task_id="t", submitted=START, clip_url="https://files.test/a.mp4", clip_bytes=5
    )
    assert (row.stage, studio.media.fetched) == (Stage.DELIVERED, ["https://files.test/a.mp4"])


async def test_a_wait_of_twelve_hours_is_cancelled_and_told(studio: Studio) -> None:
    studio.queue.take_slot(job(8), math.inf)
    studio.queue.take_slot(job(9), math.inf)
    row = await run(studio, Stage.WAITING)
    assert (row.stage, row.reason) == (Stage.CANCELLED, Reason.TOO_OLD)
    assert studio.replies.did("end") == [Route.BOT]


async def test_a_task_that_never_ends_gives_its_slot_back_after_an_hour_and_its_video_still_comes(
    tmp_path: Path,
) -> None:
    running: list[tuple[float, bool]] = []

    class Slow(ScriptedProvider):
        async def follow(self, job: Job, lengths: RunLengths) -> AsyncIterator[Snapshot | Silence]:
            assert lengths.overdue_after == 3600.0
            for age in (1000.0, 3500.0, 3700.0, 9000.0):
                slow.clock.at = START + age
                yield WORKING
                running.append((age, slow.queue.has_slot(job.id)))
            yield completed()

    async with built(tmp_path, Slow()) as slow:
        stuck = await slow.stored(job(stage=Stage.QUEUED, task_id="t", submitted=START))
        await slow.running.pipeline.run(stuck)
        assert running == [(1000.0, True), (3500.0, True), (3700.0, False), (9000.0, False)]
        assert (await slow.row(stuck)).stage is Stage.DELIVERED


async def test_what_comparable_jobs_took_says_when_one_is_overdue(studio: Studio) -> None:
    for number in (2, 3):
        await studio.stored(
            job(number, stage=Stage.READY, task_id=f"t{number}", submitted=START, completed=START + 1500.0)
        )
    slow = job(stage=Stage.RENDERING, task_id="t", submitted=START)
    assert (await studio.forecasts.lengths(slow)).overdue_after == 6000.0
    studio.clock.at = START + 5999.0
    assert not (await studio.forecasts.of(slow)).overdue
    studio.clock.at = START + 6000.0
    assert (await studio.forecasts.of(slow)).overdue


class NoRows:
    """A database that was moved away, until it is back."""

    def __init__(self) -> None:
        self.gone = True

    async def runs(self, *_: object) -> Sequence[float]:
        if self.gone:
            raise StoreClosed
        return [1500.0, 1500.0]


async def test_a_paid_job_goes_on_where_it_cannot_be_read_what_others_took(studio: Studio) -> None:
    rows = NoRows()
    forecasts = Forecasts(rows, studio.queue, studio.assembly.pauses, studio.clock, lambda _: None)
    paid = job(stage=Stage.QUEUED, task_id="t", submitted=START)
    assert (await forecasts.lengths(paid)).runs == ()
    rows.gone = False
    assert (await forecasts.lengths(paid)).runs == (1500.0, 1500.0)


async def test_how_long_jobs_ran_tells_when_the_next_one_ends(tmp_path: Path) -> None:
    heard: list[tuple[float, ...]] = []

    class Learning(ScriptedProvider):
        async def follow(self, job: Job, lengths: RunLengths) -> AsyncIterator[Snapshot | Silence]:
            heard.append(lengths.runs)
            yield replace(completed(), ran=None if job.id == the_third.id else 100.0 + len(heard))

    jobs = [job(number, stage=Stage.QUEUED, task_id=f"t{number}", submitted=START) for number in range(1, 5)]
    the_third = jobs[2]
    async with built(tmp_path, Learning()) as studio:
        await studio.stored(job(9, stage=Stage.READY, task_id="t9", submitted=START, completed=START + 70.0))
        for each in jobs:
            await studio.running.pipeline.run(await studio.stored(each))
    assert heard == [(70.0,), (101.0, 70.0), (102.0, 101.0, 70.0), (102.0, 101.0, 70.0)]
