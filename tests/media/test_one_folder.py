"""Several processes, each with media of its own, on one folder: none deletes or damages what another one uses."""

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.domain.media import AttachmentInput, Role, StoredFile
from bot.domain.models import Model
from bot.media import file_use
from bot.media.disk_media import DiskMedia
from bot.media.place_check import try_folder
from tests.media.drawings import stored
from tests.media.places import PATIENT, Place, a_picture, place
from tests.models import capability_of

ABLE = capability_of(Model.SEEDANCE_2)
JOB = "k3f9a2" + "0" * 14
LONG_AGO = 1_000_000_000


@asynccontextmanager
async def process(folder: Path) -> AsyncIterator[DiskMedia]:
    async with DiskMedia(folder, frozenset({"127.0.0.1"}), timeouts=PATIENT, alone=False) as media:
        yield media


@pytest.fixture
async def there() -> AsyncIterator[Place]:
    async with place() as found:
        found.pages["/a"] = a_picture("PNG", (320, 320))
        found.pages["/turned"] = stored("JPEG", orientation=6)
        yield found


@pytest.fixture
async def two(tmp_path: Path) -> AsyncIterator[tuple[DiskMedia, DiskMedia]]:
    async with process(tmp_path) as one, process(tmp_path) as other:
        yield one, other


async def keep(media: DiskMedia, there: Place, page: str = "/a") -> StoredFile:
    return await media.keep(AttachmentInput(f"{there.url}{page}", "image.png", 10, Role.FIRST_FRAME), ABLE)


async def nothing() -> set[str]:
    return set()


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("page", ["/a", "/turned"])
async def test_what_one_gives_up_goes_at_once_unless_the_other_has_used_it_since(two, there, tmp_path, page) -> None:
    one, other = two
    kept = await keep(one, there, page)
    await one.discard([kept], nothing)
    assert names(tmp_path / "inputs") == []
    kept, same = await keep(one, there, page), await keep(other, there, page)
    await one.discard([kept], nothing)
    assert other.input_path(same) is not None
    # Nor does the other one know for how long it was needed: it is left to the sweep.
    await other.discard([same], nothing)
    assert other.input_path(same) is not None
    for path in (tmp_path / "inputs").iterdir():
        os.utime(path, (LONG_AGO, LONG_AGO))
    await one.delete_unused_files(set())
    assert names(tmp_path / "inputs") == []


async def test_a_draft_that_one_takes_up_again_is_not_deleted_by_the_other(two, there) -> None:
    one, other = two
    kept = await keep(one, there)
    one.release([kept])
    assert await other.reuse(kept)
    assert await one.reuse(kept)
    await one.discard([kept], nothing)
    assert other.input_path(kept) is not None


async def test_the_sweep_of_one_leaves_what_the_other_holds_for_a_request(two, there, tmp_path) -> None:
    one, other = two
    kept = await keep(other, there)
    assert await one.delete_unused_files(set()) == 0
    path = tmp_path / "inputs" / kept.file_name
    os.utime(path, (LONG_AGO, LONG_AGO))
    assert await other.reuse(kept)
    assert await one.delete_unused_files(set()) == 0
    os.utime(path, (LONG_AGO, LONG_AGO))
    assert await one.delete_unused_files(set()) == 1
    assert not await other.reuse(kept)


async def test_a_file_that_another_one_has_just_locked_to_use_it_is_not_deleted(two, there, tmp_path) -> None:
    one, other = two
    kept = await keep(other, there)
    path = tmp_path / "inputs" / kept.file_name
    os.utime(path, (LONG_AGO, LONG_AGO))
    with path.open("r+b") as using:
        fcntl.flock(using, fcntl.LOCK_EX)
        assert await one.delete_unused_files(set()) == 0
    assert await one.delete_unused_files(set()) == 1


def test_a_lock_that_is_never_given_back_holds_nobody_up_for_long(tmp_path) -> None:
    path = tmp_path / "a.jpg"
    path.touch()
    with path.open("r+b") as stopped:
        fcntl.flock(stopped, fcntl.LOCK_EX)
        with pytest.raises(OSError, match="unavailable"):
            file_use.touch(path)


def test_each_touch_has_a_time_of_its_own(tmp_path) -> None:
    path = tmp_path / "a.jpg"
    path.touch()
    times = [file_use.touch(path) for _ in range(50)]
    assert [before for before, _ in times[1:]] == [now for _, now in times[:-1]]
    assert len({now for _, now in times}) == 50


async def test_a_start_leaves_what_the_other_is_still_making(tmp_path) -> None:
    for folder in ("clips", "inputs", "posters"):
        (tmp_path / folder).mkdir()
        for name in ("new.part", "old.part"):
            (tmp_path / folder / name).touch()
        for name in ("new.fitting", "old.fitting", "old-but-written.fitting"):
            (tmp_path / folder / name).mkdir()
            (tmp_path / folder / name / "made.mp4").touch()
    for path in [*tmp_path.glob("*/old*/made.mp4"), *tmp_path.glob("*/old*")]:
        if "but-written" not in str(path) or path.is_dir():
            os.utime(path, (LONG_AGO, LONG_AGO))
    left = ["new.fitting", "new.part", "old-but-written.fitting"]
    async with process(tmp_path) as one:
        assert [names(tmp_path / folder) for folder in ("clips", "inputs", "posters")] == [left] * 3
        os.utime(tmp_path / "clips" / "new.part", (LONG_AGO, LONG_AGO))
        assert await one.delete_unused_files(set()) == 0
        assert "new.part" not in names(tmp_path / "clips")


async def test_both_fetch_shrink_and_picture_the_same_clip_at_once_and_it_stays_whole(
    two, there, tmp_path, made
) -> None:
    one, other = two
    clip = made.video(2, size="640x360")
    there.pages["/a.mp4"] = clip
    sizes = await asyncio.gather(*(each.fetch_clip(f"{there.url}/a.mp4", JOB) for each in two))
    assert sizes == [len(clip)] * 2
    with (tmp_path / "clips" / f"{JOB}.mp4").open("rb") as reading:
        # What is being read keeps its name: on a network file system a file that lost it may not be read on.
        await other.fetch_clip(f"{there.url}/a.mp4", JOB)
        assert os.fstat(reading.fileno()).st_nlink == 1
    limit = len(clip) * 3 // 4
    shrunk = await asyncio.gather(
        *(each.shrink_clip(JOB, limit) for each in two), *(each.make_poster(JOB) for each in two)
    )
    assert shrunk[0] is not None
    assert shrunk[0] == shrunk[1]
    assert shrunk[2:] == [True, True]
    assert names(tmp_path / "clips") == [f"{JOB}.fit-{limit}.mp4", f"{JOB}.mp4"]
    assert names(tmp_path / "posters") == [f"{JOB}.jpg"]
    assert one.clip(JOB).read_bytes() == clip
    await other.delete_clip(JOB)
    assert one.clip(JOB) is None


def test_check_tries_the_folder_and_leaves_nothing(tmp_path) -> None:
    assert try_folder(tmp_path / "new" / "media") is None
    assert names(tmp_path) == []
    (tmp_path / "file").touch()
    assert try_folder(tmp_path / "file") == f"{tmp_path / 'file'} can't be written to (Not a directory)"
