"""Room for new work: quotas, what is missing, who is told; and a refused request leaves no file."""

import asyncio
import logging
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.disk_problems import CannotSave, ClipsQuota, FilesQuota, NoSpace
from bot.domain.errors import Refusal
from bot.domain.media import AttachmentInput, MediaFormat, StoredFile
from bot.domain.models import Model
from bot.domain.storage_limits import MIN_FREE_BYTES
from bot.studio.intake.disk_quota import DiskQuota, Quota
from bot.ui.problem_texts import problem_text
from tests.languages import ENGLISH
from tests.models import capability_of
from tests.studio.disk_fakes import NoJobs
from tests.studio.fakes import JumpingClock, NoAssets, NoDrafts
from tests.studio.folder_media import FolderMedia

MARA, TOMAS = 1001, 1002


MB = 1_000_000
ABLE = capability_of(Model.SEEDANCE_2)
PICTURE = StoredFile("a" * 64, MediaFormat.PNG, 100, 640, 480)
OTHER = replace(PICTURE, sha256="b" * 64)
OFFERED = AttachmentInput("https://cdn.test/a", "a.png", 100)


class Taken(NoJobs):
    """What one member has."""

    def __init__(self) -> None:
        self.files: dict[str, int] = {}
        self.clips = 0
        self.used: set[str] = set()

    async def stored_by(self, user_id: int, since: float) -> tuple[dict[str, int], int]:
        await asyncio.sleep(0)  # the store has a thread of its own
        return (dict(self.files), self.clips) if user_id == MARA else ({}, 0)

    async def files_in_use(self, since: float) -> set[str]:
        return self.used


@pytest.fixture
def media(tmp_path: Path) -> FolderMedia:
    return FolderMedia(tmp_path)


@pytest.fixture
def jobs() -> Taken:
    return Taken()


@pytest.fixture
def disk_quota(media: FolderMedia, jobs: Taken) -> DiskQuota:
    return DiskQuota(media, jobs, NoAssets(), NoDrafts(), JumpingClock(), Quota(1000 * MB, 2000 * MB), input_days=30)


async def refused(disk_quota: DiskQuota, user_id: int = MARA, size: int = 0) -> object:
    with pytest.raises(Refusal) as caught:
        async with disk_quota.reserve(user_id, size):
            pass
    return caught.value.problem


async def test_what_is_missing_is_said_and_the_owner_is_told_once(disk_quota, media, caplog) -> None:
    media.free = MIN_FREE_BYTES + 3 * MB
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            assert await refused(disk_quota, size=20 * MB) == NoSpace(17 * MB)
    assert len(caplog.records) == 1
    assert "17.0 MB short" in caplog.text
    assert "16.2 MB more disk space" in problem_text(ENGLISH, NoSpace(17 * MB))
    async with disk_quota.reserve(MARA, 3 * MB):
        pass


async def test_where_no_clip_could_be_kept_nothing_is_accepted(disk_quota, media, caplog) -> None:
    media.closed = "the folder is read-only"
    with caplog.at_level(logging.WARNING):
        assert [await refused(disk_quota) for _ in range(2)] == [CannotSave()] * 2
        media.closed = None
        async with disk_quota.reserve(MARA):
            pass
    assert len(caplog.records) == 2


@pytest.mark.parametrize(("files", "clips"), [(991, 0), (0, 2010)])
async def test_a_quota_in_all_is_room_that_is_missing(disk_quota, media, files, clips) -> None:
    media.files, media.clips = files * MB, clips * MB
    assert await refused(disk_quota, TOMAS, 19 * MB) == NoSpace(10 * MB)


async def test_full_files_refuse_only_what_brings_files(disk_quota, media) -> None:
    media.files = 2000 * MB
    async with disk_quota.reserve(MARA):
        pass


async def test_a_member_has_a_tenth_of_the_files_and_others_have_theirs(disk_quota, jobs) -> None:
    jobs.files = {"a": 60 * MB, "b": 30 * MB}
    problem = await refused(disk_quota, size=11 * MB)
    assert problem == FilesQuota(101 * MB, 100 * MB)
    assert "96.3 MB of my storage; the limit is 95.4 MB" in problem_text(ENGLISH, problem)
    async with disk_quota.reserve(MARA, 10 * MB), disk_quota.reserve(TOMAS, 100 * MB):
        assert await refused(disk_quota, size=MB) == FilesQuota(101 * MB, 100 * MB)
    async with disk_quota.reserve(MARA, 10 * MB):
        pass


async def test_of_requests_at_once_each_knows_of_those_before_it(disk_quota, media) -> None:
    media.free = MIN_FREE_BYTES + 50 * MB
    let_in = asyncio.Event()

    async def request(user_id: int) -> object:
        try:
            async with disk_quota.reserve(user_id, 40 * MB):
                await let_in.wait()
        except Refusal as refusal:
            let_in.set()
            return refusal.problem
        return None

    assert set(await asyncio.gather(request(MARA), request(TOMAS))) == {None, NoSpace(30 * MB)}


async def test_a_member_has_a_tenth_of_the_clips(disk_quota, jobs) -> None:
    jobs.clips = 201 * MB
    problem = await refused(disk_quota)
    assert problem == ClipsQuota(201 * MB, 200 * MB)
    assert "Your finished videos take" in problem_text(ENGLISH, problem)
    async with disk_quota.reserve(TOMAS):
        pass


async def test_a_refused_requests_files_go_unless_something_uses_them(disk_quota, media, jobs) -> None:
    media.keeps = [PICTURE, OTHER]
    jobs.used = {OTHER.sha256}

    async def request() -> None:
        async with disk_quota.reserve(MARA) as held:
            await held.keep(OFFERED, ABLE)
            await held.keep(OFFERED, ABLE)
            raise Refusal(NoSpace())

    with pytest.raises(Refusal):
        await request()
    assert (media.discarded, media.released) == ([PICTURE], [])


async def test_what_was_taken_on_keeps_its_files(disk_quota, media) -> None:
    media.keeps = [PICTURE, OTHER]
    async with disk_quota.reserve(MARA) as held:
        await held.keep(OFFERED, ABLE)
    assert (media.discarded, media.released) == ([], [PICTURE])
    assert await held.keep(OFFERED, ABLE) == OTHER
    assert media.released == [PICTURE, OTHER]
