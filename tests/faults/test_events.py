"""Any sequence of answers, deaths and restored backups, on the real studio over the real store: one job, many lives.

However it goes, the job ends told, is paid at most once, its clip is in at most one living message, and no message
that holds it is taken back.
"""

import asyncio
import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.domain.job import Job
from bot.domain.stages import Reason, Stage
from bot.storage.job_store import SqliteJobs
from bot.storage.note_store import SqliteNotes
from bot.storage.pause_store import SqlitePauses
from bot.storage.restored import stamp
from bot.storage.thread import Store
from bot.storage.upload_store import SqliteUploads
from bot.studio.assembly import Assembly, Resources
from bot.studio.lifecycle.balance_pause import BalancePause
from bot.studio.running.runner import JobRunner
from bot.studio.running.uploads import FileUploader
from tests.faults.worlds import DrawnMedia, DrawnProvider, DrawnReplies, Fuse, Script, World
from tests.new_database import new_database
from tests.storage.samples import up_to
from tests.studio.fakes import JumpingClock, job, reply

# A watchdog: hundreds of examples, each with a few databases.
pytestmark = pytest.mark.timeout(600)
_LIVES = 5
# No life here ends with the machine's: nothing is learnt from waiting for a disk, and most of the time went there.
_IN_MEMORY = next((folder for folder in ("/dev/shm",) if os.access(folder, os.W_OK)), None)
_PAID_AND_WITHOUT = {Reason.UNCLEAR, Reason.GENERATION, Reason.UNUSABLE, Reason.EXPIRED, Reason.LOST}


def work_in(world: World, store: Store, jobs: SqliteJobs, media: DrawnMedia) -> tuple[JobRunner, BalancePause]:
    """Put the work together in this world, whose account says nothing of itself."""
    clock, replies, provider = world.clock, DrawnReplies(world), DrawnProvider(world)
    resources = Resources(jobs, SqliteNotes(store), SqlitePauses(store), media, clock)
    assembly = Assembly(resources, 2, media.trouble, replies.show, _untold)
    uploader = FileUploader(provider, SqliteUploads(store), clock)
    running = assembly.connect(provider, replies, uploader, "https://toapis.test", uploads_first=False)
    return running.runner, assembly.balance


def _untold(_alert: object) -> None:
    """Tell the owner nothing."""


async def one_life(world: World, folder: Path, first: Job | None = None) -> None:
    """Live until the fuse is blown or nothing is left to be done; what is not written down dies."""
    async with Store(folder / "seedreel.db") as store:
        jobs = SqliteJobs(store)
        await jobs.stamp_restored()
        runner, balance = work_in(world, store, jobs, DrawnMedia(folder, world=world))
        if first is not None:
            await jobs.accept(first, up_to(5))
            if world.script.number(3) == 1:
                return  # it died before it could send it
        await balance.start(SilentAccount(), 0)
        await runner.resume()
        blown = asyncio.create_task(world.fuse.blown.wait())
        jobs_done = asyncio.create_task(until_quiet())
        done, _ = await asyncio.wait({blown, jobs_done}, timeout=60.0, return_when=asyncio.FIRST_COMPLETED)
        assert done, f"it never came to an end: {world.happened}"
        for task in (blown, jobs_done):
            task.cancel()
        await runner.drain(0)
        await balance.close()


class SilentAccount:
    """An account that nobody answers for."""

    async def account(self) -> None:
        """Say nothing."""


async def until_quiet() -> None:
    """Wait until no job has a task any more."""
    while running := {task for task in asyncio.all_tasks() if task.get_name() == "a job"}:
        await asyncio.wait(running)


async def lives(script: Script, folder: Path, *, can_find_by_own_id: bool) -> tuple[World, Job]:
    """Play the lives of one job, with a backup kept from one of them and put back after another."""
    clock = JumpingClock()
    world = World(script, clock, can_find_by_own_id=can_find_by_own_id)
    ordered = job(reply=reply(private=script.number(3) == 3, token_at=clock.now()))
    first: Job | None = ordered
    new_database(folder / "seedreel.db")
    for number in range(_LIVES):
        world.fuse = Fuse(script.number(14))
        await one_life(world, folder, first)
        first = None
        match script.number(3):
            case 1 if number > 0:
                continue
            case 2 if number > 0:
                await put_back(folder, clock)
                world.happened.append("restore")
            case _:
                shutil.copy(folder / "seedreel.db", folder / "backup")
                world.happened.append("backup")
    world.script, world.fuse = Script([]), Fuse()
    await one_life(world, folder)
    async with Store(folder / "seedreel.db") as store:
        found = await SqliteJobs(store).find(ordered.id)
    assert found is not None
    return world, found


async def put_back(folder: Path, clock: JumpingClock) -> None:
    """Put the backup in the database's place, as `restore` does."""
    clock.at += 1.0
    shutil.copy(folder / "backup", folder / "seedreel.db")
    async with Store(folder / "seedreel.db") as store:
        await store.run(stamp, clock.now())


# Sequences that once broke a promise, as they were found.
_TAKEN_BACK = [0, 0, 0, 0, 442, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 4, 1, 3, 3, 3, *[0] * 18]
_POSTED_TWICE = [
    *(0, 283, 1, 0, 1, 0, 486, 0, 0, 5, 401, 1, 1, 1, 1, 0, 0, 0, 1, 366, 0, 0, 0, 162, 0, 1, 0, 0, 0, 1, 1, 1),
    *[0] * 8,
]
_FOLLOWED = [0, 2, 1, 0, 2, 13, 0, 0, 7, 7, 7, 0, 1, 13, 0, 0, 0, 0, 0, 0, 0, 2, 13, 2, 13, 2, *[0] * 14]
_FAILED_OVER_IT = [0, 100, 1, 0, 0, 452, 1, 0, 0, 0, 0, 0, 1, 100, 3, 173, *[0] * 24]


@settings(max_examples=200, deadline=None, print_blob=True)
@example(_TAKEN_BACK)
@example(_POSTED_TWICE)
@example(_FOLLOWED)
@example(_FAILED_OVER_IT)
@given(st.lists(st.integers(0, 839), min_size=40, max_size=80))
def test_no_sequence_of_events_loses_a_job(numbers: list[int]) -> None:
    ends_well(numbers, can_find_by_own_id=False)


@settings(max_examples=100, deadline=None, print_blob=True)
@given(st.lists(st.integers(0, 839), min_size=40, max_size=80))
def test_nor_where_a_submit_can_be_asked_for_by_our_own_id(numbers: list[int]) -> None:
    ends_well(numbers, can_find_by_own_id=True)


def ends_well(numbers: list[int], *, can_find_by_own_id: bool) -> None:
    """Play those numbers, and compare what is true outside with what was promised."""
    with tempfile.TemporaryDirectory(dir=_IN_MEMORY) as name:
        world, found = asyncio.run(lives(Script(numbers), Path(name), can_find_by_own_id=can_find_by_own_id))
    outcome = f"{found.stage} {found.reason} told {found.notified_at}: {world.happened}"
    assert len(world.paid) <= 1, outcome
    assert world.copies() <= 1, outcome
    assert world.taken_back == [], outcome
    assert found.notified_at is not None, outcome
    assert found.ended or found.stage is Stage.HELD, outcome
    if found.stage is Stage.DELIVERED:
        assert world.copies() == 1 or world.reply_deleted, outcome
    if found.stage is Stage.FAILED and world.paid and not world.copies():
        assert found.reason in _PAID_AND_WITHOUT, outcome
