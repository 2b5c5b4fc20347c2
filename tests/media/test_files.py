"""Clips and images on our own disk."""

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.errors import (
    ClipError,
    ClipGone,
    ClipUnreachable,
    ClipUnusable,
    ImageNotAccepted,
    ImageTooLarge,
    ImageUnreachable,
    Refusal,
)
from bot.domain.models import ImageFormat
from bot.domain.request import KeptImage, Offered
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
IMAGE_MOST = 200_000


@asynccontextmanager
async def media(folder: Path, clip_most: int = 2_000_000) -> AsyncIterator[DiskMedia]:
    async with DiskMedia(folder, frozenset({"127.0.0.1"}), IMAGE_MOST, clip_most, SHORT) as it:
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
    program = tmp_path / "bin" / "ffmpeg"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\nkill -9 $$\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=":")


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
    async with place() as there, DiskMedia(tmp_path, frozenset({"127.0.0.1"}), 1, 10**9, brief) as keeps:
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

    async with place() as there, DiskMedia(tmp_path, frozenset({"127.0.0.1"}), IMAGE_MOST) as keeps:
        there.pages["/a.mp4"] = waits
        ids = [f"{number}{JOB[1:]}" for number in range(5)]
        fetches = [asyncio.create_task(keeps.fetch_clip(f"{there.url}/a.mp4", job_id)) for job_id in ids]
        await third.wait()
        # An image goes its whole way meanwhile: a fourth clip would have been asked for by then.
        assert isinstance(await offered(keeps, there, a_picture("PNG")), KeptImage)
        assert there.asked.count("/a.mp4") == 3
        gate.set()
        assert await asyncio.gather(*fetches) == [len(clip)] * 5


async def test_an_id_is_never_a_path(tmp_path: Path) -> None:
    async with media(tmp_path) as keeps:
        for job_id in ("../a", "a/b", "", "a\x00", "."):
            with pytest.raises(ValueError, match="id"):
                keeps.clip(job_id)


async def offered(keeps: DiskMedia, there, body, name: str = "image.png", size: int | None = None):
    there.pages["/image"] = body
    declared = size if size is not None else len(body) if isinstance(body, bytes) else 1000
    try:
        return await keeps.keep_image(Offered(f"{there.url}/image", name, declared))
    except Refusal as refusal:
        return refusal.why


async def test_an_image_is_kept_once_by_its_content(tmp_path: Path) -> None:
    body = a_picture("JPEG", (80, 60))
    digest = hashlib.sha256(body).hexdigest()
    async with place() as there, media(tmp_path) as keeps:
        kept = await offered(keeps, there, body, "holiday.png")
        assert kept == KeptImage(digest, ImageFormat.JPEG, len(body), 80, 60)
        assert await offered(keeps, there, body, "another.webp") == kept
        assert files(tmp_path) == [f"inputs/{digest}.jpg"]
        path = keeps.image(kept)
        assert path is not None
        assert path.read_bytes() == body


async def test_what_is_too_large_is_refused_by_word_and_by_bytes(tmp_path: Path) -> None:
    async with place() as there, media(tmp_path) as keeps:
        body = a_picture("PNG", (400, 400))
        assert len(body) > IMAGE_MOST
        assert await offered(keeps, there, body) == ImageTooLarge(len(body), IMAGE_MOST)
        assert there.asked == []
        assert await offered(keeps, there, body, size=10) == ImageTooLarge(len(body), IMAGE_MOST)
        assert isinstance(await offered(keeps, there, endless(body[:100])), ImageTooLarge)
        assert there.asked == ["/image", "/image"]
        assert files(tmp_path) == []


async def test_an_image_that_is_none_leaves_nothing(tmp_path: Path) -> None:
    async with place() as there, media(tmp_path) as keeps:
        assert await offered(keeps, there, b"words, named .png") == ImageNotAccepted("text")
        assert await offered(keeps, there, redirect("http://127.0.0.2:9/")) == ImageUnreachable()
        assert await offered(keeps, there, answering(404)) == ImageUnreachable()
        assert files(tmp_path) == []


async def test_an_image_is_asked_for_again_when_that_may_help(tmp_path: Path) -> None:
    body = a_picture("PNG")
    async with place() as there, media(tmp_path) as keeps:
        assert await offered(keeps, there, answering(503)) == ImageUnreachable()
        assert len(there.asked) == 3

        async def second_time(request):
            there.pages["/image"] = body
            return await answering(502)(request)

        assert isinstance(await offered(keeps, there, second_time), KeptImage)


async def test_only_old_images_that_nobody_uses_are_swept(tmp_path: Path) -> None:
    async with place() as there, media(tmp_path) as keeps:
        used, unused, young = [await offered(keeps, there, a_picture("PNG", (10, 10 + n))) for n in range(3)]
        for kept in (used, unused):
            path = keeps.image(kept)
            assert path is not None
            os.utime(path, (1_000_000_000, 1_000_000_000))
        assert await keeps.sweep_images({used.sha256}) == 1
        assert [keeps.image(kept) is not None for kept in (used, unused, young)] == [True, False, True]


async def test_an_old_image_is_young_again_once_it_is_offered_anew(tmp_path: Path) -> None:
    body = a_picture("PNG")
    async with place() as there, media(tmp_path) as keeps:
        kept = await offered(keeps, there, body)
        os.utime(tmp_path / "inputs" / kept.file_name, (1_000_000_000, 1_000_000_000))
        await offered(keeps, there, body)
        assert await keeps.sweep_images(set()) == 0


async def test_a_start_lays_the_folders_out_and_sweeps(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "data"
    (folder / "clips").mkdir(parents=True)
    (folder / "clips" / "x.part").touch()
    async with media(folder) as keeps:
        assert files(folder) == []
        assert (folder / "inputs").is_dir()
        assert await keeps.free_bytes() > 0


async def test_many_looks_at_once_are_all_answered(tmp_path: Path) -> None:
    async with place() as there, media(tmp_path) as keeps:
        there.pages["/image"] = a_picture("PNG")
        wish = Offered(f"{there.url}/image", "a.png", 10)
        kept = await asyncio.gather(*(keeps.keep_image(wish) for _ in range(6)))
        assert len(set(kept)) == 1
        assert len(files(tmp_path)) == 1
