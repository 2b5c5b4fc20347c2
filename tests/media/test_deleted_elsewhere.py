"""Copies on a disk of what another process deleted: they go, also where nothing of it was heard, and nothing more."""

import asyncio
import os
from collections.abc import AsyncIterator, Collection

import pytest

from bot.domain.clip_errors import FileStoreDown
from bot.domain.storage_limits import REEL
from bot.media.bucket_media import BucketMedia
from bot.studio.delivery.deleted_elsewhere import DeletedElsewhere
from tests.media.places import Place, a_picture, place
from tests.media.test_bucket_media import fetched
from tests.media.test_shared_place import JOB, LONG_AGO, found, keep, nothing, on_store
from tests.studio.fakes import JumpingClock

OTHER = "otherjob"


class Rows:
    """The rows of videos that are there; of those that are `old` no clip is."""

    def __init__(self, *there: str, old: str = "") -> None:
        self.there = {*there, old}
        self.old = {old}

    async def latest(self) -> str:
        return ""

    async def gone(self, file_ids: Collection[str]) -> set[str]:
        return set(file_ids) - self.there

    async def past_their_days(self, job_ids: Collection[str]) -> set[str]:
        return set(job_ids) & self.old


@pytest.fixture
async def there() -> AsyncIterator[Place]:
    async with place() as it:
        it.pages["/a"] = a_picture("PNG", (320, 320))
        it.pages["/b"] = a_picture("PNG", (330, 330))
        yield it


def looking(rows: Rows, media: BucketMedia, in_use=nothing) -> DeletedElsewhere:
    return DeletedElsewhere(rows, media, in_use, JumpingClock())


async def test_a_copy_goes_with_all_that_was_made_of_it_and_others_stay(tmp_path, there, clip, server) -> None:
    async with on_store(tmp_path / "worker", server) as worker, on_store(tmp_path / "other", server) as other:
        for job_id in (JOB, OTHER):
            await fetched(worker, there, clip, job_id)
            assert await worker.make_poster(job_id)
            assert await other.bring(job_id)
        for name in (f"{JOB}{REEL}.mp4", f"{OTHER}{REEL}.mp4", f"{JOB}.fit-9.mp4", f"{JOB}.x7.part", f"{JOB}.held"):
            (tmp_path / "worker" / "clips" / name).write_bytes(clip)
        await other.delete_clip(JOB, poster=True)
        assert await worker.make_poster(JOB)  # its clip is here still
        await looking(Rows(OTHER, f"{OTHER}{REEL}"), worker).look()
        left = {path.name for each in ("clips", "posters") for path in (tmp_path / "worker" / each).iterdir()}
        assert left == {f"{OTHER}.mp4", f"{OTHER}.jpg", f"{OTHER}{REEL}.mp4"}
        assert {path.name for path in found(server.folder, "")} == {f"{OTHER}.mp4", f"{OTHER}.jpg"}


async def test_a_copy_that_is_past_its_days_goes_where_it_is_not_new_and_its_poster_stays(
    tmp_path, there, clip, server
) -> None:
    async with on_store(tmp_path / "worker", server) as worker:
        await fetched(worker, there, clip)
        assert await worker.make_poster(JOB)
        await looking(Rows(old=JOB), worker).look()
        path = worker.clip(JOB)
        assert path is not None  # it may have just been fetched once more, and its row doesn't say so yet
        os.utime(path, (LONG_AGO, LONG_AGO))
        await looking(Rows(old=JOB), worker).look()
        assert worker.clip(JOB) is None
        assert (tmp_path / "worker" / "posters" / f"{JOB}.jpg").exists()


async def test_input_files_go_that_neither_rows_nor_requests_nor_the_store_have(tmp_path, there, server) -> None:
    async with on_store(tmp_path / "gateway", server) as gateway, on_store(tmp_path / "other", server) as other:
        first, second = await keep(gateway, there), await keep(gateway, there, "/b")
        look = looking(Rows(), gateway)
        gateway.release([second])
        await look.look()  # both are in the store
        await other.delete_inputs({first.sha256, second.sha256}, nothing)

        async def in_use() -> set[str]:
            return {second.sha256}

        await looking(Rows(), gateway, in_use).look()
        assert len(found(tmp_path / "gateway", ".png")) == 2  # the first one is that of a request not written down yet
        await look.look()
        assert [path.stem for path in found(tmp_path / "gateway", ".png")] == [first.sha256]
        gateway.release([first])
        await look.look()
        assert found(tmp_path / "gateway", ".png") == []


async def test_what_was_to_be_stored_by_and_by_is_not_stored_any_more(tmp_path, there, clip, server) -> None:
    await server.stop()
    async with on_store(tmp_path / "worker", server) as worker:
        with pytest.raises(FileStoreDown):
            await fetched(worker, there, clip)
        assert len(list((tmp_path / "worker" / "clips").iterdir())) == 2
        await server.start()
        await looking(Rows(), worker).look()
        assert list((tmp_path / "worker" / "clips").iterdir()) == []
    async with on_store(tmp_path / "worker", server):
        assert found(server.folder, ".mp4") == []


class Disk:
    """A disk with nothing on it, and how often it was looked at."""

    def __init__(self) -> None:
        self.looks = 0
        self.is_down = False

    async def copied_clips(self) -> frozenset[str]:
        self.looks += 1
        return frozenset()

    async def drop_inputs(self, _in_use) -> None:
        if self.is_down:
            raise FileStoreDown("down")


async def test_all_is_looked_at_in_the_beginning_at_each_deletion_until_it_is_done_and_now_and_then() -> None:
    disk, notes, done = Disk(), ["", "", "one", "one", "two", "two", *["two"] * 200], asyncio.Event()
    looks = list[int]()

    class Noted(Rows):
        async def latest(self) -> str:
            looks.append(disk.looks)
            if len(looks) == len(notes):
                done.set()
            disk.is_down = len(looks) == 5
            return notes[len(looks) - 1]

    following = asyncio.create_task(DeletedElsewhere(Noted(), disk, nothing, JumpingClock()).follow())
    await done.wait()
    following.cancel()
    assert looks[:8] == [0, 1, 1, 2, 2, 3, 4, 4]
    assert looks[-1] == 5  # an hour later
