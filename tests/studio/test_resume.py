"""What a start does with the jobs that have not ended."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.domain.errors import StoreFull
from bot.domain.job import Job
from bot.domain.stages import Stage
from bot.studio.running.runner import JobRunner
from tests.studio.conftest import Studio
from tests.studio.fakes import START, job, until


async def test_resume_takes_up_every_unfinished_job(studio: Studio) -> None:
    made = [job(n) for n in range(3)]
    stages = (Stage.WAITING, Stage.QUEUED, Stage.SUBMITTING)
    for each, stage in zip(made, stages, strict=True):
        await studio.stored(replace(each, stage=stage, task_id=f"t-{each.id}", submitted=START))
    assert await studio.runner.resume() == 3
    await until(lambda: studio.runner.live() == 0)
    ends = [(await studio.row(each)).stage for each in made]
    assert ends == [Stage.DELIVERED, Stage.DELIVERED, Stage.FAILED]


async def test_many_videos_that_are_being_made_hold_up_nothing_at_a_start(studio: Studio) -> None:
    made = [job(n) for n in range(40)]
    for each in made:
        await studio.stored(replace(each, stage=Stage.RENDERING, task_id=f"t-{each.id}", submitted=START))
    waiting = await studio.stored(job(40))
    assert await studio.runner.resume() == 41
    assert studio.runner.live() == 21
    assert all(studio.queue.has_slot(each.id) for each in made)
    async with asyncio.timeout(60):
        for each in (*made, waiting):
            while (await studio.row(each)).stage is not Stage.DELIVERED:
                pass


class ForgetfulJobs:
    """Jobs that are being made, whose rows can't be read the first time, after what was begun is over."""

    def __init__(self, jobs: Sequence[Job]) -> None:
        self.jobs = jobs
        self.fails = True
        self.are_over: Callable[[], bool] = lambda: True

    async def unfinished(self) -> Sequence[Job]:
        return self.jobs

    async def find(self, job_id: str) -> Job | None:
        fails, self.fails = self.fails, False
        if fails:
            await until(self.are_over)
            raise StoreFull
        return next((each for each in self.jobs if each.id == job_id), None)


class ShortWork:
    """Work that is over at once."""

    def __init__(self) -> None:
        self.done: list[str] = []

    async def run(self, job: Job) -> None:
        self.done.append(job.id)


async def test_a_start_that_breaks_half_way_takes_up_no_job_twice(studio: Studio) -> None:
    made = [replace(job(n), stage=Stage.RENDERING, task_id=f"t-{n}", submitted=START) for n in range(60)]
    jobs, work = ForgetfulJobs(made), ShortWork()
    runner = JobRunner(
        jobs=jobs,
        job_moves=studio.job_moves,
        queue=studio.queue,
        pipeline=work,  # type: ignore[arg-type] # what a job goes through is told elsewhere
        shutdown=studio.shutdown,
        clock=studio.clock,
        tell_owner=studio.alerts.append,
    )
    jobs.are_over = lambda: runner.live() == 0
    assert await runner.resume() == 60
    await until(lambda: len(set(work.done)) == 60 and runner.live() == 0)
    assert sorted(work.done) == sorted(each.id for each in made)
