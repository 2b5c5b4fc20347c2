"""The studio on a real store, with fakes at its other ports."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.domain.job import Job
from bot.storage import SqliteJobs, Store
from bot.storage.notes import SqliteNotes
from bot.storage.restored import stamp
from bot.studio.delivery.aspect_ratio import AspectRatioCheck
from bot.studio.delivery.deliver import Deliverer
from bot.studio.delivery.fetch import Fetch
from bot.studio.delivery.notify import Notifier
from bot.studio.delivery.restore_check import RestoreCheck
from bot.studio.running.forecasts import Forecasts
from bot.studio.running.input_urls import InputUrls
from bot.studio.running.job_moves import JobMoves
from bot.studio.running.pipeline import Pipeline
from bot.studio.running.queue import Queue
from bot.studio.running.runner import JobRunner
from bot.studio.running.shutdown import ShutdownGuard
from bot.studio.running.unclear_submits import UnclearSubmits
from bot.studio.running.uploads import FileUploader
from tests.studio.fakes import JumpingClock, ListedUploads, ScriptedProvider, ScriptedReplies
from tests.studio.folder_media import FolderMedia
from tests.studio.ways import way_to


@dataclass
class Studio:
    """Every part of the studio, and the fakes around it."""

    store: Store
    jobs: SqliteJobs
    clock: JumpingClock
    provider: ScriptedProvider
    replies: ScriptedReplies
    media: FolderMedia
    job_moves: JobMoves
    queue: Queue
    shutdown: ShutdownGuard
    fetch: Fetch
    deliver: Deliverer
    tell: Notifier
    produce: Pipeline
    runner: JobRunner
    forecasts: Forecasts

    async def disk_usage(self, job: Job) -> Job:
        """Write a job down at whatever stage it stands, as a crash would have left it."""
        await self.jobs.accept(job.__class__(**_waiting(job)), 1000)
        await _walk(self.jobs, job)
        found = await self.jobs.find(job.id)
        assert found is not None
        return found

    async def restored(self, at: float) -> None:
        """Stamp the store as one that was put back from a backup at that time."""
        await self.store.run(stamp, at)

    async def row(self, job: Job) -> Job:
        """Read the job's row."""
        found = await self.jobs.find(job.id)
        assert found is not None
        return found


def _waiting(job: Job) -> dict[str, object]:
    stored = ("id", "user_id", "interaction_id", "request", "reply", "created", "input_urls", "source")
    return {name: getattr(job, name) for name in stored}


async def _walk(jobs: SqliteJobs, job: Job) -> None:
    """Move the row to the job's stage by allowed moves only."""
    for was, after in way_to(job):
        assert await jobs.save(after, was)
    if job.notified_at is not None:
        await jobs.mark_notified(job.id, job.notified_at)


@pytest.fixture
async def studio(tmp_path: Path) -> AsyncIterator[Studio]:
    """Build a studio over a real database."""
    async with built(tmp_path, ScriptedProvider()) as studio:
        yield studio


@pytest.fixture
async def recalling(tmp_path: Path) -> AsyncIterator[Studio]:
    """Build one whose provider keeps files and can be asked by our own id."""
    async with built(tmp_path, ScriptedProvider(knows_our_ids=True)) as studio:
        yield studio


def host_of(
    provider: ScriptedProvider, replies: ScriptedReplies, media: FolderMedia, job_moves: JobMoves, clock: JumpingClock
) -> InputUrls:
    """Build a host; a provider that knows our ids is one that every file is brought to."""
    upload = FileUploader(provider, ListedUploads(), clock)
    return InputUrls(replies, media, upload, job_moves, clock, uploads_first=provider.knows_our_ids)


@asynccontextmanager
async def built(tmp_path: Path, provider: ScriptedProvider) -> AsyncIterator[Studio]:
    """Put the parts together, and drain them in the end."""
    clock, replies, media = JumpingClock(), ScriptedReplies(), FolderMedia(tmp_path)
    async with Store(tmp_path / "seedreel.db") as store:
        jobs, notes = SqliteJobs(store), SqliteNotes(store)
        queue = Queue(2, jobs, clock, replies.show, media.trouble)
        forecasts = Forecasts(jobs, queue, clock, replies.show)
        job_moves, shutdown = JobMoves(jobs, clock, forecasts.wait_for_room), ShutdownGuard()
        fetch = Fetch(provider, media, job_moves, forecasts, clock)
        deliver, tell = (
            Deliverer(replies, media, job_moves, fetch, shutdown, clock),
            Notifier(replies, job_moves, shutdown, clock),
        )
        produce = Pipeline(
            provider=provider,
            queue=queue,
            job_moves=job_moves,
            host=host_of(provider, replies, media, job_moves, clock),
            unclear_submits=UnclearSubmits(provider, notes, queue, job_moves, clock, "https://toapis.test"),
            fetch=fetch,
            ratio=AspectRatioCheck(media, notes),
            deliver=deliver,
            earlier=RestoreCheck(replies, job_moves, clock),
            tell=tell,
            replies=replies,
            forecasts=forecasts,
            shutdown=shutdown,
            clock=clock,
        )
        runner = JobRunner(
            jobs=jobs,
            job_moves=job_moves,
            queue=queue,
            produce=produce,
            deliver=deliver,
            replies=replies,
            media=media,
            shutdown=shutdown,
            clock=clock,
        )
        steps = (job_moves, queue, shutdown, fetch, deliver, tell, produce, runner, forecasts)
        yield Studio(store, jobs, clock, provider, replies, media, *steps)
        await runner.drain(0)
