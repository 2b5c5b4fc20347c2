"""One contract over both places that processes share, a folder and a store: what one has put there another one gets."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.chain import Operation
from bot.domain.media import AttachmentInput, Role, StoredFile
from bot.domain.models import Dialect, Model
from bot.media.bucket_media import BucketMedia
from bot.media.disk_media import DiskMedia
from bot.media.local_copies import LocalCopies
from bot.studio.ports.files import Media
from tests.media.drawings import stored as drawing
from tests.media.places import PATIENT, Place, a_picture, place
from tests.media.s3_server import S3Server, s3_server
from tests.models import capability_of

ABLE = capability_of(Model.SEEDANCE_2)
JOB = "k3f9a2" + "0" * 14
LONG_AGO = 1_000_000_000

Process = Callable[[str], Awaitable[Media]]


def disk(folder: Path) -> DiskMedia:
    return DiskMedia(folder, frozenset({"127.0.0.1"}), timeouts=PATIENT, alone=False)


def on_store(folder: Path, server: S3Server) -> BucketMedia:
    bucket = server.bucket()
    return BucketMedia(disk(folder), LocalCopies(folder, bucket, 10**9), bucket)


@pytest.fixture(params=["folder", "store"])
def shared(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The folder that holds what is shared: what all use, or what the store serves."""
    return tmp_path / "shared" if request.param == "folder" else tmp_path / "served"


@pytest.fixture
async def server(shared: Path) -> AsyncIterator[S3Server | None]:
    if shared.name == "shared":
        yield None
        return
    async with s3_server(shared) as it:
        yield it


@pytest.fixture
async def grown_old(shared: Path, server: S3Server | None) -> Callable[[str], Awaitable[None]]:
    """Have a file that is shared be long unused."""

    async def grow_old(name: str) -> None:
        [path] = found(shared, name)
        os.utime(path, (LONG_AGO, LONG_AGO))
        if server is not None:
            await server.stop()
            await server.start()

    return grow_old


@pytest.fixture
async def process(shared: Path, server: S3Server | None, tmp_path: Path) -> AsyncIterator[Process]:
    """Start a process, which has a folder of its own for what it doesn't share."""
    async with AsyncExitStack() as stack:

        async def started(name: str) -> Media:
            media = disk(shared) if server is None else on_store(tmp_path / name, server)
            return await stack.enter_async_context(media)

        yield started


@pytest.fixture
async def there() -> AsyncIterator[Place]:
    async with place() as found:
        found.pages["/a"] = a_picture("PNG", (320, 320))
        found.pages["/turned"] = drawing("JPEG", orientation=6)
        yield found


async def keep(media: Media, there: Place, page: str = "/a") -> StoredFile:
    return await media.keep(AttachmentInput(f"{there.url}{page}", "image.png", 10, Role.FIRST_FRAME), ABLE)


async def nothing() -> set[str]:
    return set()


def found(shared: Path, ending: str) -> list[Path]:
    return [path for path in shared.rglob(f"*{ending}") if path.is_file()]


async def test_a_clip_that_one_fetched_is_posted_by_another_and_deleted_by_a_third(
    process, there, clip, shared
) -> None:
    worker, gateway, leader = [await process(name) for name in ("worker", "gateway", "leader")]
    there.pages["/a.mp4"] = clip
    assert await gateway.bring(JOB) is None
    assert await worker.fetch_clip(f"{there.url}/a.mp4", JOB) == len(clip)
    assert [path.read_bytes() for path in found(shared, ".mp4")] == [clip]
    path = await gateway.bring(JOB)
    assert path is not None
    assert path.read_bytes() == clip
    assert gateway.clip(JOB) == path
    assert gateway.has_clip(JOB, noted=True)
    await leader.delete_clip(JOB)
    await leader.delete_clip(JOB)
    assert found(shared, ".mp4") == []
    assert await (await process("later")).bring(JOB) is None


async def test_its_poster_is_seen_by_all_and_outlives_it(process, there, clip) -> None:
    worker, gateway = await process("worker"), await process("gateway")
    there.pages["/a.mp4"] = clip
    assert await gateway.poster(JOB) is None
    await worker.fetch_clip(f"{there.url}/a.mp4", JOB)
    assert await worker.make_poster(JOB)
    await worker.delete_clip(JOB)
    poster = await gateway.poster(JOB)
    assert poster is not None
    assert poster == await worker.poster(JOB)


async def test_one_makes_a_clip_smaller_that_another_fetched(process, there, made) -> None:
    clip = made.video(2, size="640x360")
    worker, other = await process("worker"), await process("other")
    there.pages["/a.mp4"] = clip
    await worker.fetch_clip(f"{there.url}/a.mp4", JOB)
    limit = len(clip) * 3 // 4
    assert await other.bring(JOB) is not None
    assert await other.shrink_clip(JOB, limit) is not None
    assert other.shrunk_clip(JOB, limit) is not None


@pytest.mark.parametrize("page", ["/a", "/turned"])
async def test_a_file_that_a_gateway_took_in_is_uploaded_by_a_worker(process, there, page) -> None:
    gateway, worker = await process("gateway"), await process("worker")
    kept = await keep(gateway, there, page)
    path = await worker.bring_input(kept)
    assert path is not None
    assert (path.name, path.stat().st_size) == (kept.file_name, kept.size)
    assert await worker.bring_input(StoredFile("0" * 64, kept.format, 1)) is None


async def test_a_file_is_there_for_all_until_it_is_old_and_unused(process, grown_old, there, shared) -> None:
    gateway, leader = await process("gateway"), await process("leader")
    kept = await keep(gateway, there)
    gateway.release([kept])
    assert await leader.delete_unused_files(set()) == 0
    await grown_old(kept.file_name)
    assert await leader.delete_unused_files({kept.sha256}) == 0
    # A press of Again on another gateway takes it, before its job is written down.
    again = await process("again")
    assert await again.reuse(kept)
    assert await leader.delete_unused_files(set()) == 0
    again.release([kept])
    await grown_old(kept.file_name)
    assert await leader.delete_unused_files(set()) == 1
    assert found(shared, kept.file_name) == []
    assert await (await process("later")).bring_input(kept) is None


async def test_what_one_gives_up_stays_for_the_other_that_uses_it(process, there) -> None:
    one, other = await process("one"), await process("other")
    kept, same = await keep(one, there), await keep(other, there)
    await one.discard([kept], nothing)
    assert await other.bring_input(same) is not None
    assert await (await process("worker")).bring_input(same) is not None


async def test_the_quota_counts_what_all_have_put_there(process, there, clip) -> None:
    one, other = await process("one"), await process("other")
    there.pages["/a.mp4"] = clip
    kept = await keep(one, there)
    await one.fetch_clip(f"{there.url}/a.mp4", JOB)
    usage = await other.disk_usage()
    assert (usage.files, usage.clips) == (kept.size, len(clip))
    assert usage.free > 0
    assert await other.trouble() is None


async def test_a_clip_that_one_fetched_is_a_file_of_the_next_request_on_another(process, there, made) -> None:
    worker, gateway = await process("worker"), await process("gateway")
    there.pages["/a.mp4"] = made.video(2, size="640x360")
    await worker.fetch_clip(f"{there.url}/a.mp4", JOB)
    newest = capability_of(Model.SEEDANCE_2_5, Dialect.VIDEOS).for_operation(Operation.EXTEND)
    clip = AttachmentInput("", "clip.mp4", 0, Role.REFERENCE_VIDEO, "video 1", clip_of=JOB)
    for given in (clip, replace(clip, role=Role.FIRST_FRAME)):
        kept = await gateway.keep_clip(given, newest)
        assert await worker.bring_input(kept) is not None
