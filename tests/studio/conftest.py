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
from bot.studio.busy import Busy
from bot.studio.deliver import Deliver
from bot.studio.desk import Desk
from bot.studio.earlier import Earlier
from bot.studio.fetch import Fetch
from bot.studio.host import Host
from bot.studio.outlook import Outlooks
from bot.studio.produce import Produce
from bot.studio.queue import Queue
from bot.studio.ratio import RatioCheck
from bot.studio.recall import Recall
from bot.studio.rows import Rows
from bot.studio.tell import Tell
from bot.studio.upload import Upload
from tests.studio.fakes import JumpingClock, KeptUploads, ScriptedProvider, ScriptedReplies
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
    rows: Rows
    queue: Queue
    busy: Busy
    fetch: Fetch
    deliver: Deliver
    tell: Tell
    produce: Produce
    desk: Desk
    outlooks: Outlooks

    async def stored(self, job: Job) -> Job:
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
    kept = ("id", "user_id", "interaction_id", "request", "reply", "created", "hosted", "source")
    return {name: getattr(job, name) for name in kept}


async def _walk(jobs: SqliteJobs, job: Job) -> None:
    """Move the row to the job's stage by allowed moves only."""
    for was, after in way_to(job):
        assert await jobs.save(after, was)
    if job.told is not None:
        await jobs.mark_told(job.id, job.told)


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
    provider: ScriptedProvider, replies: ScriptedReplies, media: FolderMedia, rows: Rows, clock: JumpingClock
) -> Host:
    """Build a host; a provider that knows our ids is one that every file is brought to."""
    upload = Upload(provider, KeptUploads(), clock)
    return Host(replies, media, upload, rows, clock, uploads_first=provider.knows_our_ids)


@asynccontextmanager
async def built(tmp_path: Path, provider: ScriptedProvider) -> AsyncIterator[Studio]:
    """Put the parts together, and drain them in the end."""
    clock, replies, media = JumpingClock(), ScriptedReplies(), FolderMedia(tmp_path)
    async with Store(tmp_path / "seedreel.db") as store:
        jobs, notes = SqliteJobs(store), SqliteNotes(store)
        queue = Queue(2, jobs, clock, replies.show, media.trouble)
        outlooks = Outlooks(jobs, queue, clock, replies.show)
        rows, busy = Rows(jobs, clock, outlooks.wait_for_room), Busy()
        fetch = Fetch(provider, media, rows, outlooks, clock)
        deliver, tell = Deliver(replies, media, rows, fetch, busy, clock), Tell(replies, rows, busy, clock)
        produce = Produce(
            provider=provider,
            queue=queue,
            rows=rows,
            host=host_of(provider, replies, media, rows, clock),
            recall=Recall(provider, notes, queue, rows, clock, "https://toapis.test"),
            fetch=fetch,
            ratio=RatioCheck(media, notes),
            deliver=deliver,
            earlier=Earlier(replies, rows, clock),
            tell=tell,
            replies=replies,
            outlooks=outlooks,
            busy=busy,
            clock=clock,
        )
        desk = Desk(
            jobs=jobs,
            rows=rows,
            queue=queue,
            produce=produce,
            deliver=deliver,
            replies=replies,
            media=media,
            busy=busy,
            clock=clock,
        )
        steps = (rows, queue, busy, fetch, deliver, tell, produce, desk, outlooks)
        yield Studio(store, jobs, clock, provider, replies, media, *steps)
        await desk.drain(0)
