"""Room for new work: quotas, what is missing, who is told; and a refused request leaves no file."""

import asyncio
import logging
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.errors import Refusal
from bot.domain.limits import LEAST_FREE_BYTES
from bot.domain.media import Kept, MediaFormat, Offered
from bot.domain.models import Model, capability
from bot.domain.room_whys import ClipsQuota, FilesQuota, NoSpace
from bot.studio.room import Quota, Room
from bot.ui.refusals import refusal
from tests.studio.fakes import JumpingClock, NoAssets
from tests.studio.folder_media import FolderMedia
from tests.studio.rooms import NoJobs

MARA, TOMAS = 1001, 1002
MB = 1_000_000
ABLE = capability(Model.SEEDANCE_2)
PICTURE = Kept("a" * 64, MediaFormat.PNG, 100, 640, 480)
OTHER = replace(PICTURE, sha256="b" * 64)
OFFERED = Offered("https://cdn.test/a", "a.png", 100)


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
def room(media: FolderMedia, jobs: Taken) -> Room:
    return Room(media, jobs, NoAssets(), JumpingClock(), Quota(1000 * MB, 2000 * MB), input_days=30)


async def refused(room: Room, user_id: int = MARA, size: int = 0) -> object:
    with pytest.raises(Refusal) as caught:
        async with room.taking(user_id, size):
            pass
    return caught.value.why


async def test_what_is_missing_is_said_and_the_owner_is_told_once(room, media, caplog) -> None:
    media.free = LEAST_FREE_BYTES + 3 * MB
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            assert await refused(room, size=20 * MB) == NoSpace(17 * MB)
    assert len(caplog.records) == 1
    assert "17.0 MB are missing" in caplog.text
    assert "16.2 MB are missing" in refusal(NoSpace(17 * MB))
    async with room.taking(MARA, 3 * MB):
        pass


@pytest.mark.parametrize(("files", "clips"), [(991, 0), (0, 2010)])
async def test_a_quota_in_all_is_room_that_is_missing(room, media, files, clips) -> None:
    media.files, media.clips = files * MB, clips * MB
    assert await refused(room, TOMAS, 19 * MB) == NoSpace(10 * MB)


async def test_full_files_refuse_only_what_brings_files(room, media) -> None:
    media.files = 2000 * MB
    async with room.taking(MARA):
        pass


async def test_a_member_has_a_tenth_of_the_files_and_others_have_theirs(room, jobs) -> None:
    jobs.files = {"a": 60 * MB, "b": 30 * MB}
    why = await refused(room, size=11 * MB)
    assert why == FilesQuota(101 * MB, 100 * MB)
    assert "96.3 MB here; the limit is 95.4 MB" in refusal(why)
    async with room.taking(MARA, 10 * MB), room.taking(TOMAS, 100 * MB):
        assert await refused(room, size=MB) == FilesQuota(101 * MB, 100 * MB)
    async with room.taking(MARA, 10 * MB):
        pass


async def test_of_requests_at_once_each_knows_of_those_before_it(room, media) -> None:
    media.free = LEAST_FREE_BYTES + 50 * MB
    let_in = asyncio.Event()

    async def request(user_id: int) -> object:
        try:
            async with room.taking(user_id, 40 * MB):
                await let_in.wait()
        except Refusal as refusal:
            let_in.set()
            return refusal.why
        return None

    assert set(await asyncio.gather(request(MARA), request(TOMAS))) == {None, NoSpace(30 * MB)}


async def test_a_member_has_a_tenth_of_the_clips(room, jobs) -> None:
    jobs.clips = 201 * MB
    why = await refused(room)
    assert why == ClipsQuota(201 * MB, 200 * MB)
    assert "Your finished videos take" in refusal(why)
    async with room.taking(TOMAS):
        pass


async def test_a_refused_requests_files_go_unless_something_uses_them(room, media, jobs) -> None:
    media.keeps = [PICTURE, OTHER]
    jobs.used = {OTHER.sha256}

    async def request() -> None:
        async with room.taking(MARA) as held:
            await held.keep(OFFERED, ABLE)
            await held.keep(OFFERED, ABLE)
            raise Refusal(NoSpace())

    with pytest.raises(Refusal):
        await request()
    assert (media.discarded, media.released) == ([PICTURE], [])


async def test_what_was_taken_on_keeps_its_files(room, media) -> None:
    media.keeps = [PICTURE, OTHER]
    async with room.taking(MARA) as held:
        await held.keep(OFFERED, ABLE)
    assert (media.discarded, media.released) == ([], [PICTURE])
    assert await held.keep(OFFERED, ABLE) == OTHER
    assert media.released == [PICTURE, OTHER]
