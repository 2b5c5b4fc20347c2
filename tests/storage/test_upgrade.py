"""A database and a backup that commit 8852eb4 itself wrote: nothing in them is lost, and everything goes on."""

import gzip
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.assets import AssetStage, VerificationStage
from bot.domain.stages import ENDS, MOVES, Reason, Stage
from bot.storage import SqliteJobs, SqliteNotes, SqliteOwnJobs, SqlitePendingReplies, SqliteUploads, Store
from bot.storage.backups import restore
from tests.storage.asset_samples import AssetTables
from tests.storage.data.values import (
    ASSETS,
    CHARACTERS,
    JOBS,
    MARA,
    NOTES,
    NOW,
    PENDING_REPLIES,
    TOMAS,
    UPLOADS,
    VERIFICATIONS,
)
from tests.storage.samples import up_to

pytestmark = pytest.mark.sqlite

DATA = Path(__file__).parent / "data"


def unpack(name: str, path: Path) -> Path:
    """Put a file that commit 8852eb4 wrote where it is asked for."""
    with gzip.open(DATA / name) as packed, path.open("wb") as file:
        shutil.copyfileobj(packed, file)
    return path


@pytest.fixture(params=["opened", "restored"])
async def upgraded(request, path, tmp_path):
    """Open what that commit wrote: its database, and its backup put back."""
    if request.param == "opened":
        unpack("8852eb4.db.gz", path)
    else:
        restore(unpack("8852eb4-backup.db.gz", tmp_path / "backup.db"), path)
    async with Store(path) as store:
        yield store


# What that commit knew nothing of: it counts as it would have counted.
COUNTED = [
    replace(
        job,
        charged_to=job.reply.guild_id,
        charged=job.request.duration if job.completed or job.stage not in ENDS or job.reason is Reason.UNCLEAR else 0,
    )
    for job in JOBS
]


def test_there_is_a_job_of_every_stage_with_every_kind_of_address_and_end():
    assert {job.stage for job in JOBS} == set(Stage)
    assert {job.notified_at is None for job in JOBS if job.stage in ENDS} == {True, False}
    assert {job.attempt.route for job in JOBS if job.attempt} == {"token", "bot", "channel", "direct", "asked"}
    assert {asset.stage for asset in ASSETS} == set(AssetStage)
    assert {each.stage for each in VERIFICATIONS} == set(VerificationStage)


async def test_every_job_reads_as_it_was_written(upgraded):
    jobs = SqliteJobs(upgraded)
    for written in COUNTED:
        assert await jobs.find(written.id) == written
    open_ones = [job for job in COUNTED if job.stage not in ENDS or job.notified_at is None]
    assert {job.id: job for job in await jobs.unfinished()} == {job.id: job for job in open_ones}
    for owner in (MARA, TOMAS):
        page = await SqliteOwnJobs(upgraded).mine(owner, "", 1, 1000)
        assert sorted(page.jobs, key=COUNTED.index) == [job for job in COUNTED if job.user_id == owner]
        assert page.total == len(page.jobs)
    found = await SqliteOwnJobs(upgraded).mine(MARA, "ЛИСА", 1, 1000)
    assert sorted(found.jobs, key=COUNTED.index) == [
        job for job in COUNTED if job.user_id == MARA and "лиса" in job.request.prompt
    ]


async def test_everything_else_reads_as_it_was_written(upgraded):
    assets = AssetTables(upgraded)
    for written in ASSETS:
        assert await assets.find(written.id) == written
    for owner in (MARA, TOMAS):
        assert {each.id: each for each in await assets.characters(owner)} == {
            each.id: each for each in CHARACTERS if each.owner_id == owner
        }
    for written in VERIFICATIONS:
        assert await assets.verification(written.id) == written
        # They were all written under the first wording.
        assert (written.consent, written.language) == (1, "")
    assert await assets.consented(MARA, CHARACTERS[1].id)
    assert list(await SqlitePendingReplies(upgraded).left()) == PENDING_REPLIES
    for written in UPLOADS:
        assert await SqliteUploads(upgraded).remembered(written.sha256) == written
    for key, value in NOTES.items():
        assert await SqliteNotes(upgraded).get(key) == value


async def test_every_job_goes_on_by_every_move_that_its_stage_has(upgraded):
    jobs = SqliteJobs(upgraded)
    for number, written in enumerate(COUNTED):
        moves = sorted(MOVES[written.stage])
        if not moves:
            assert await jobs.mark_notified(written.id, NOW + 1) == (written.notified_at is None)
            continue
        moved = replace(written, stage=moves[number % len(moves)], changed=NOW + 1, provider_message="on")
        assert await jobs.save(moved, written.stage)
        assert await jobs.find(written.id) == moved
    pressed = replace(COUNTED[0], id="new00000000000000001", interaction_id=1, source=COUNTED[0].id, created=NOW + 9)
    pressed = replace(pressed, charged_to=None)
    assert await jobs.accept(pressed, up_to(10**6)) == pressed


async def test_one_interaction_and_one_task_stay_one_job(upgraded):
    jobs = SqliteJobs(upgraded)
    again = replace(COUNTED[0], id="new00000000000000001")
    assert await jobs.accept(again, up_to(10**6)) == COUNTED[0]
    other = replace(COUNTED[0], id="new00000000000000001", interaction_id=COUNTED[-1].interaction_id)
    assert await jobs.accept(other, up_to(10**6)) == COUNTED[-1]


async def test_assets_and_verifications_go_on(upgraded):
    assets = AssetTables(upgraded)
    for written in ASSETS:
        moved = replace(written, stage=AssetStage.FAILED, provider_message="over")
        assert await assets.save(moved, written.stage)
        await assets.save_address(replace(moved, reply=None))
        assert await assets.find(written.id) == replace(moved, reply=None)
    started = next(each for each in VERIFICATIONS if each.stage is VerificationStage.STARTED)
    made = replace(CHARACTERS[0], id="character00000000009", name="Cy", real=True)
    assert await assets.verified(started, made)
    assert await assets.consented(MARA, made.id)


async def test_what_was_unsent_in_a_backup_is_not_sent_again(path, tmp_path):
    restore(unpack("8852eb4-backup.db.gz", tmp_path / "backup.db"), path)
    unsent = [job for job in JOBS if job.stage in {Stage.WAITING, Stage.SUBMITTING}]
    async with Store(path) as store:
        jobs = SqliteJobs(store)
        assert await jobs.stamp_restored() == len(unsent)
        for job in unsent:
            found = await jobs.find(job.id)
            assert (found.stage, found.reason) == (Stage.FAILED, Reason.UNCLEAR)
        assert await SqlitePendingReplies(store).left() == []


async def test_what_was_there_is_kept_beside_it(path):
    old = unpack("8852eb4.db.gz", path).read_bytes()
    async with Store(path):
        pass
    (stored,) = path.parent.glob("seedreel.db.before-*")
    assert stored.name == "seedreel.db.before-6"
    assert len(stored.read_bytes()) == len(old)
