"""Media in a store of files: what lies on our own disk meanwhile, and a store that goes and comes back."""

import asyncio
import os
from collections.abc import AsyncIterator

import pytest

from bot.domain.clip_errors import FileStoreDown
from bot.domain.disk_problems import CannotSave
from bot.domain.errors import Refusal
from bot.media.bucket import Bucket
from bot.media.bucket_media import BucketMedia
from bot.media.local_copies import LocalCopies
from tests.media.places import Place, a_picture, place
from tests.media.test_shared_place import JOB, LONG_AGO, disk, found, keep, on_store

OTHER = "otherjob"


@pytest.fixture
async def there() -> AsyncIterator[Place]:
    async with place() as it:
        it.pages["/a"] = a_picture("PNG", (320, 320))
        yield it


async def fetched(media: BucketMedia, there: Place, clip: bytes, job_id: str = JOB) -> int:
    there.pages["/a.mp4"] = clip
    return await media.fetch_clip(f"{there.url}/a.mp4", job_id)


async def test_a_store_that_is_down_costs_no_video_and_has_it_in_the_end(tmp_path, there, clip, server, caplog) -> None:
    await server.stop()
    async with on_store(tmp_path / "worker", server) as worker:
        with pytest.raises(FileStoreDown) as down:
            await fetched(worker, there, clip)
        assert (down.value.detail, down.value.size) == ("it can't be reached (connect)", len(clip))
        # What lies on our own disk can be posted meanwhile, also after a failed try.
        assert (await worker.bring(JOB)).read_bytes() == clip
        with pytest.raises(FileStoreDown):
            await worker.bring(OTHER)
        trouble = await worker.trouble()
        assert trouble == f"{server.place()} can't be used (it can't be reached (connect))"
        with pytest.raises(Refusal) as refused:
            await keep(worker, there)
        assert refused.value.problem == CannotSave()
        assert await worker.poster(JOB) is None
        await server.start()
        assert await fetched(worker, there, clip) == len(clip)
        assert there.asked.count("/a.mp4") == 1
        assert [path.read_bytes() for path in found(server.folder, ".mp4")] == [clip]


async def test_a_store_that_is_down_while_it_is_asked_for_what_it_has(tmp_path, there, clip, server) -> None:
    async with on_store(tmp_path / "worker", server) as worker, on_store(tmp_path / "other", server) as other:
        kept = await keep(worker, there)
        await fetched(worker, there, clip)
        await server.stop()
        with pytest.raises(FileStoreDown):
            await other.bring_input(kept)
        with pytest.raises(FileStoreDown):
            await other.bring(JOB)
        with pytest.raises(FileStoreDown):
            await worker.delete_clip(JOB)
        with pytest.raises(FileStoreDown):
            await worker.delete_unused_files(set())
        assert await worker.reuse(kept)
        assert not await other.reuse(kept)
        assert other.has_clip(JOB, noted=True)
        usage = await other.disk_usage()
        assert (usage.files, usage.clips) == (0, 0)


async def test_half_an_object_or_another_one_is_never_taken(tmp_path, there, server) -> None:
    async with on_store(tmp_path / "worker", server) as worker, on_store(tmp_path / "other", server) as other:
        kept = await keep(worker, there)
        [path] = found(server.folder, kept.file_name)
        path.write_bytes(path.read_bytes()[:-1])
        with pytest.raises(FileStoreDown, match="content"):
            await other.bring_input(kept)
        assert found(tmp_path / "other", "*") == []


async def test_copies_that_take_too_much_go_and_come_back(tmp_path, there, clip, server) -> None:
    bucket, folder = server.bucket(), tmp_path / "worker"
    copies = LocalCopies(folder, bucket, maximum=len(clip))
    async with BucketMedia(disk(folder), copies, bucket) as worker:
        for job_id in (JOB, OTHER):
            await fetched(worker, there, clip, job_id)
        assert await copies.trim_now() == 0  # they are new: they may just be posted
        (folder / "clips" / "damaged.held").write_bytes(clip)
        for at, path in enumerate((folder / "clips").iterdir()):
            os.utime(path, (LONG_AGO + at, LONG_AGO + at))
        os.utime(worker.clip(OTHER), (LONG_AGO + 9, LONG_AGO + 9))
        assert await copies.trim_now(frozenset({f"clips/{JOB}.mp4"})) == 0
        assert await copies.trim_now() == 1
        assert (worker.clip(JOB), worker.clip(OTHER) is not None) == (None, True)
        assert (folder / "clips" / "damaged.held").exists()
        first, second = await asyncio.gather(worker.bring(JOB), worker.bring(JOB))
        assert first == second == worker.clip(JOB)
        assert worker.clip(JOB).read_bytes() == clip


async def test_what_lay_there_before_there_was_a_store_stays(tmp_path, there, clip, server) -> None:
    bucket, folder = server.bucket(), tmp_path / "worker"
    async with disk(folder) as before:
        await fetched(before, there, clip, JOB)
    copies = LocalCopies(folder, bucket, maximum=1)
    async with BucketMedia(disk(folder), copies, bucket) as worker:
        await fetched(worker, there, clip, OTHER)
        for job_id in (JOB, OTHER):
            os.utime(worker.clip(job_id), (LONG_AGO, LONG_AGO))
        assert [await copies.trim_now(), await copies.trim_now()] == [1, 0]
        assert (worker.clip(JOB) is not None, worker.clip(OTHER)) == (True, None)


async def test_nothing_of_the_keys_stands_in_the_log(tmp_path, there, clip, server, caplog) -> None:
    wrong = Bucket(server.place(key="a-key-that-is-wrong"), pause=0.01)
    folder = tmp_path / "worker"
    async with BucketMedia(disk(folder), LocalCopies(folder, wrong, 10**9), wrong) as worker:
        with pytest.raises(FileStoreDown, match="HTTP 403 Forbidden, SignatureDoesNotMatch"):
            await fetched(worker, there, clip)
        with pytest.raises(Refusal):
            await keep(worker, there)
    assert "HTTP 403" in caplog.text
    assert "a-key-that-is-wrong" not in caplog.text
    assert "an-id-of-a-key" not in caplog.text
