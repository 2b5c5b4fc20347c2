"""Clips on our own disk."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.errors import ClipError, ClipGone, ClipUnreachable, ClipUnusable
from bot.domain.media import Kept, Offered
from bot.domain.models import Model, capability
from bot.media.files import DiskMedia
from tests.media.places import (
    SHORT,
    a_picture,
    answering,
    chunked,
    cut_short,
    dripping,
    ended_by_closing,
    endless,
    place,
    redirect,
)

JOB = "k3f9a2" + "0" * 14
OTHER = "otherjob"


@asynccontextmanager
async def media(folder: Path, clip_most: int = 2_000_000) -> AsyncIterator[DiskMedia]:
    async with DiskMedia(folder, frozenset({"127.0.0.1"}), clip_most, SHORT) as it:
        yield it


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


async def test_a_clip_is_kept_and_handed_out_and_dropped(tmp_path: Path, clip) -> None:
    async with place() as there, media(tmp_path) as keeps:
        there.pages["/a.mp4"] = clip
        assert keeps.clip(JOB) is None
        assert await keeps.fetch_clip(f"{there.url}/a.mp4?sign=1", JOB) == len(clip)
        path = keeps.clip(JOB)
        assert path is not None
        assert path.read_bytes() == clip
        assert files(tmp_path) == [f"clips/{JOB}.mp4"]
        await keeps.drop_clip(JOB)
        await keeps.drop_clip(JOB)
        assert keeps.clip(JOB) is None


async def test_a_clip_that_is_there_is_not_fetched_again(tmp_path: Path, clip) -> None:
    async with place() as there, media(tmp_path) as keeps:
        there.pages["/a.mp4"] = clip
        await keeps.fetch_clip(f"{there.url}/a.mp4", JOB)
        assert await keeps.fetch_clip(f"{there.url}/a.mp4", JOB) == len(clip)
        assert there.asked == ["/a.mp4"]


async def test_a_clip_without_a_declared_length_comes_whole(tmp_path: Path, clip) -> None:
    async with place() as there, media(tmp_path) as keeps:
        there.pages["/a.mp4"] = ended_by_closing(clip)
        assert await keeps.fetch_clip(f"{there.url}/a.mp4", JOB) == len(clip)


@pytest.mark.parametrize(
    ("page", "error"),
    [
        (answering(403), ClipGone),
        (answering(404), ClipGone),
        (answering(410), ClipGone),
        (answering(204), ClipUnusable),
        (answering(429), ClipUnreachable),
        (answering(500), ClipUnreachable),
        (answering(503), ClipUnreachable),
        (b"", ClipUnusable),
        (b"<!doctype html><title>Sign in</title>", ClipUnusable),
        (b"no video\n" * 400, ClipUnusable),
        (endless(b"\x00\x00\x00\x18ftypmp42"), ClipUnusable),
        (endless(b"<html>"), ClipUnusable),
        (redirect("http://127.0.0.2:9/a.mp4"), ClipUnusable),
        (redirect("file:///etc/hostname"), ClipUnusable),
        (redirect("/a.mp4"), ClipUnreachable),
    ],
)
async def test_a_clip_that_does_not_come_says_why_and_leaves_nothing(tmp_path: Path, page, error) -> None:
    async with place() as there, media(tmp_path) as keeps:
        there.pages["/a.mp4"] = page
        with pytest.raises(ClipError) as missed:
            await keeps.fetch_clip(f"{there.url}/a.mp4?sign=secretsign", JOB)
        assert type(missed.value) is error
        assert "secretsign" not in missed.value.detail
        assert keeps.clip(JOB) is None
        assert files(tmp_path) == []


async def test_half_a_clip_can_be_fetched_again(tmp_path: Path, clip) -> None:
    async with place() as there, media(tmp_path) as keeps:
        for page in (cut_short(clip), ended_by_closing(clip[: len(clip) // 2])):
            there.pages["/a.mp4"] = page
            with pytest.raises(ClipUnreachable):
                await keeps.fetch_clip(f"{there.url}/a.mp4", JOB)
        with pytest.raises(ClipUnreachable):
            await keeps.fetch_clip("http://127.0.0.1:9/a.mp4", JOB)
        assert files(tmp_path) == []
        there.pages["/a.mp4"] = clip
        assert await keeps.fetch_clip(f"{there.url}/a.mp4", JOB) == len(clip)


@pytest.fixture
def dying_ffmpeg(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine whose ffmpeg is killed each time, as by a kernel without memory."""
    program = tmp_path / "ffmpeg"
    program.write_text("#!/bin/sh\nkill -9 $$\n")
    program.chmod(0o755)
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", str(program))


@pytest.mark.usefixtures("dying_ffmpeg")
async def test_a_whole_clip_that_nobody_can_look_at_is_kept_in_the_end(tmp_path: Path, clip) -> None:
    async with place() as there, media(tmp_path) as keeps:
        there.pages["/a.mp4"] = clip
        for _ in range(2):
            with pytest.raises(ClipUnreachable):
                await keeps.fetch_clip(f"{there.url}/a.mp4", JOB)
        assert await keeps.fetch_clip(f"{there.url}/a.mp4", JOB) == len(clip)
        assert keeps.clip(JOB).read_bytes() == clip
        there.pages["/b.mp4"] = clip[: len(clip) // 2]
        for _ in range(4):
            with pytest.raises(ClipUnusable):
                await keeps.fetch_clip(f"{there.url}/b.mp4", OTHER)


@pytest.mark.parametrize("how", [bytes, chunked])
async def test_half_a_clip_that_is_said_to_be_all_is_unusable(tmp_path: Path, clip, how) -> None:
    async with place() as there, media(tmp_path) as keeps:
        there.pages["/a.mp4"] = how(clip[: len(clip) // 2])
        with pytest.raises(ClipUnusable, match="boxes"):
            await keeps.fetch_clip(f"{there.url}/a.mp4", JOB)
        assert files(tmp_path) == []


async def test_a_clip_that_drips_until_its_time_is_over_is_unusable(tmp_path: Path, clip) -> None:
    brief = replace(SHORT, clip_total=0.3)
    async with place() as there, DiskMedia(tmp_path, frozenset({"127.0.0.1"}), 10**9, brief) as keeps:
        there.pages["/a.mp4"] = dripping(clip[:5000])
        with pytest.raises(ClipUnusable, match="within"):
            await keeps.fetch_clip(f"{there.url}/a.mp4", JOB)
        assert files(tmp_path) == []


async def test_only_three_clips_come_at_a_time(tmp_path: Path, clip) -> None:
    gate, third = asyncio.Event(), asyncio.Event()

    async def waits(request):
        if there.asked.count("/a.mp4") == 3:
            third.set()
        await gate.wait()
        return await chunked(clip)(request)

    async with place() as there, DiskMedia(tmp_path, frozenset({"127.0.0.1"})) as keeps:
        there.pages["/a.mp4"] = waits
        ids = [f"{number}{JOB[1:]}" for number in range(5)]
        fetches = [asyncio.create_task(keeps.fetch_clip(f"{there.url}/a.mp4", job_id)) for job_id in ids]
        await third.wait()
        # An image goes its whole way meanwhile: a fourth clip would have been asked for by then.
        there.pages["/image"] = a_picture("PNG")
        offered = Offered(f"{there.url}/image", "image.png", 10)
        assert isinstance(await keeps.keep(offered, capability(Model.SEEDANCE_2)), Kept)
        assert there.asked.count("/a.mp4") == 3
        gate.set()
        assert await asyncio.gather(*fetches) == [len(clip)] * 5


async def test_an_id_is_never_a_path(tmp_path: Path) -> None:
    async with media(tmp_path) as keeps:
        for job_id in ("../a", "a/b", "", "a\x00", "."):
            with pytest.raises(ValueError, match="id"):
                keeps.clip(job_id)


async def test_a_start_lays_the_folders_out_and_sweeps(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "data"
    (folder / "clips").mkdir(parents=True)
    (folder / "clips" / "x.part").touch()
    async with media(folder) as keeps:
        assert files(folder) == []
        assert (folder / "inputs").is_dir()
        assert (await keeps.stored()).free > 0
