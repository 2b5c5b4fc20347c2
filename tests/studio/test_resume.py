"""What a start does with the jobs that have not ended."""

import asyncio
from dataclasses import replace

from bot.domain.stages import Stage
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
