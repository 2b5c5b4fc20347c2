"""The studio on a real store, with fakes at its other ports."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.domain.alerts import Alert
from bot.domain.job import Job
from bot.domain.reply import Reply
from bot.domain.server_settings import Spoilers
from bot.storage import SqliteJobs, SqlitePauses, SqliteTakes, SqliteUploads, Store
from bot.storage.note_store import SqliteNotes
from bot.storage.restored import stamp
from bot.studio.assembly import Assembly, Resources, Running
from bot.studio.delivery.payload import Covers, never_covered
from bot.studio.lifecycle.forecasts import Forecasts
from bot.studio.lifecycle.job_moves import JobMoves
from bot.studio.lifecycle.queue import Queue
from bot.studio.lifecycle.shutdown import ShutdownGuard
from bot.studio.running.actions import JobActions
from bot.studio.running.runner import JobRunner
from bot.studio.running.uploads import FileUploader
from tests.new_database import new_database
from tests.storage.samples import up_to
from tests.studio.fakes import JumpingClock, ScriptedProvider, ScriptedReplies
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
    assembly: Assembly
    running: Running
    alerts: list[Alert]

    @property
    def job_moves(self) -> JobMoves:
        return self.assembly.job_moves

    @property
    def queue(self) -> Queue:
        return self.assembly.queue

    @property
    def shutdown(self) -> ShutdownGuard:
        return self.assembly.shutdown

    @property
    def forecasts(self) -> Forecasts:
        return self.assembly.forecasts

    @property
    def runner(self) -> JobRunner:
        return self.running.runner

    @property
    def actions(self) -> JobActions:
        return self.running.actions

    async def stored(self, job: Job) -> Job:
        """Write a job down at whatever stage it stands, as a crash would have left it."""
        await self.jobs.accept(job.__class__(**_waiting(job)), up_to(1000))
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
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    """Open a new database."""
    async with Store(new_database(tmp_path / "seedreel.db")) as store:
        yield store


@pytest.fixture
async def studio(tmp_path: Path) -> AsyncIterator[Studio]:
    """Build a studio over a real database."""
    async with built(tmp_path, ScriptedProvider()) as studio:
        yield studio


@pytest.fixture
async def covering_studio(tmp_path: Path) -> AsyncIterator[Studio]:
    """Build one whose server covers what its channels see."""

    async def covers(reply: Reply) -> bool:
        return Spoilers.ALWAYS.cover_reply(reply)

    async with built(tmp_path, ScriptedProvider(), covers) as studio:
        yield studio


@pytest.fixture
async def videos_studio(tmp_path: Path) -> AsyncIterator[Studio]:
    """Build one whose provider keeps files and can be asked by our own id."""
    async with built(tmp_path, ScriptedProvider(knows_our_ids=True)) as studio:
        yield studio


@asynccontextmanager
async def built(
    tmp_path: Path,
    provider: ScriptedProvider,
    covers: Covers = never_covered,
    clock: JumpingClock | None = None,
) -> AsyncIterator[Studio]:
    """Put the parts together, and drain them in the end."""
    clock, replies, media = clock or JumpingClock(), ScriptedReplies(), FolderMedia(tmp_path)
    async with Store(new_database(tmp_path / "seedreel.db")) as store:
        jobs = SqliteJobs(store)
        alerts: list[Alert] = []
        resources = Resources(
            jobs, SqliteNotes(store), SqlitePauses(store), media, clock, covers=covers, takes=SqliteTakes(store)
        )
        assembly = Assembly(resources, 2, media.trouble, replies.show, alerts.append)
        uploader = FileUploader(provider, SqliteUploads(store), clock)
        running = assembly.connect(
            provider, replies, uploader, "https://toapis.test", uploads_first=provider.knows_our_ids
        )
        yield Studio(store, jobs, clock, provider, replies, media, assembly, running, alerts)
        await running.runner.drain(0)
        await assembly.posters.close()
