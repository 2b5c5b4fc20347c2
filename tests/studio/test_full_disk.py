"""A full disk: what cannot be written is not done, and the card says what is true meanwhile."""

import pytest

from bot.domain.errors import StoreFull
from bot.domain.job import Job
from bot.domain.progress import Forecast, Holdup
from bot.domain.reply import Reply
from bot.domain.stages import Stage
from bot.studio.lifecycle.job_moves import JobMoves
from tests.studio.conftest import Studio
from tests.studio.fakes import MEGABYTE, START, job

FIELDS = {"task_id": "t", "submitted": START, "completed": START, "clip_url": "https://files.test/a.mp4"}


class FullJobs:
    """A store that has no room for the first few times."""

    def __init__(self, times: int) -> None:
        self.times = times

    async def save(self, job: Job, was: Stage) -> Reply | None:
        self.times -= 1
        if self.times >= 0:
            raise StoreFull("full")
        return job.reply


@pytest.mark.parametrize(
    ("was", "to", "shown"),
    [
        (Stage.WAITING, Stage.SUBMITTING, Stage.WAITING),
        (Stage.SUBMITTING, Stage.QUEUED, Stage.QUEUED),
        (Stage.QUEUED, Stage.READY, Stage.READY),
        (Stage.RENDERING, Stage.FAILED, Stage.RENDERING),
        (Stage.READY, Stage.DELIVERING, Stage.READY),
    ],
)
async def test_what_waits_to_be_written_is_shown_as_what_it_truly_is(
    studio: Studio, was: Stage, to: Stage, shown: Stage
) -> None:
    seen: list[tuple[Stage, Forecast]] = []
    studio.replies.on_show = lambda one: seen.append((one.stage, studio.forecasts.now(one)))
    job_moves = JobMoves(FullJobs(3), studio.clock, studio.forecasts.wait_for_room)
    await job_moves.move(job(stage=to, **FIELDS), was)
    assert seen == [(shown, Forecast(holdup=Holdup.NO_ROOM)), (shown, Forecast())]


async def test_what_is_written_at_once_shows_nothing(studio: Studio) -> None:
    job_moves = JobMoves(FullJobs(0), studio.clock, studio.forecasts.wait_for_room)
    await job_moves.move(job(stage=Stage.READY, **FIELDS), Stage.QUEUED)
    assert studio.replies.ledger == []


async def test_a_clip_waits_for_room_before_its_card_is_left_alone(studio: Studio) -> None:
    (studio.media.folder / f"{job().id}.mp4").write_bytes(b"clip")
    ready = await studio.stored(job(stage=Stage.READY, clip_bytes=MEGABYTE, **FIELDS))
    save, full = studio.jobs.save, FullJobs(2)

    async def save_later(saved: Job, was: Stage) -> Reply | None:
        return await full.save(saved, was) and await save(saved, was)

    studio.jobs.save = save_later
    await studio.running.deliverer.deliver(ready)
    said = [what for what, *_ in studio.replies.ledger]
    assert said[: said.index("drop")] == ["show", "show", "settle"]
