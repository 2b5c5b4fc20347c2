"""Clips on our own disk."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.clip_errors import (
    ClipDamaged,
    ClipError,
    ClipForbidden,
    ClipGone,
    ClipTooMuch,
    ClipUnreachable,
    ClipUnusable,
)
from bot.domain.media import AttachmentInput, StoredFile
from bot.domain.models import Model
from bot.domain.reply import RepairedClip
from bot.media.bounded import find_ffmpeg
from bot.media.disk_media import DiskMedia
from bot.media.probe import try_ffmpeg
from tests.media.broken_tools import BROKEN, broken_ffmpeg
from tests.media.places import (
    PATIENT,
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
from tests.models import capability_of

JOB = "k3f9a2" + "0" * 14
OTHER = "otherjob"


@asynccontextmanager
async def media(folder: Path, max_clip: int = 2_000_000) -> AsyncIterator[DiskMedia]:
    async with DiskMedia(folder, frozenset({"127.0.0.1"}), max_clip, PATIENT) as it:
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
        await keeps.delete_clip(JOB)
        await keeps.delete_clip(JOB)
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
        (endless(b"\x00\x00\x00\x18ftypmp42"), ClipTooMuch),
        (endless(b"<html>"), ClipUnusable),
        (redirect("http://127.0.0.2:9/a.mp4"), ClipForbidden),
        (redirect("file:///etc/hostname"), ClipForbidden),
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
        there.pages["/a.mp4"] = cut_short(clip)
        with pytest.raises(ClipUnreachable):
            await keeps.fetch_clip(f"{there.url}/a.mp4", JOB)
        with pytest.raises(ClipUnreachable):
            await keeps.fetch_clip("http://127.0.0.1:9/a.mp4", JOB)
        assert files(tmp_path) == []
        there.pages["/a.mp4"] = clip
        assert await keeps.fetch_clip(f"{there.url}/a.mp4", JOB) == len(clip)


@pytest.mark.parametrize("script", BROKEN.values(), ids=BROKEN)
async def test_a_tool_that_does_not_work_is_never_the_clip_s_failure(
    tmp_path: Path, clip, script, monkeypatch: pytest.MonkeyPatch, caplog
) -> None:
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", str(broken_ffmpeg(tmp_path, script)))
    async with place() as there, media(tmp_path / "data") as keeps:
        there.pages.update({"/a.mp4": clip, "/page": b"<!doctype html><title>Sign in</title>"})
        assert await keeps.fetch_clip(f"{there.url}/a.mp4", JOB) == len(clip)
        assert keeps.clip(JOB).read_bytes() == clip
        assert there.asked == ["/a.mp4"]
        assert "is delivered unchecked: ffmpeg can't read the bot's test video" in caplog.text
        # What is plainly no video needs no tool to be told.
        with pytest.raises(ClipUnusable):
            await keeps.fetch_clip(f"{there.url}/page", OTHER)


@pytest.mark.parametrize("executable", [True, False])
async def test_a_machine_without_ffmpeg_lets_clips_out(
    tmp_path: Path, clip, executable, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = broken_ffmpeg(tmp_path, "exit 0", executable=False)
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", str(program if executable else program.with_name("gone")))
    async with place() as there, media(tmp_path / "data") as keeps:
        there.pages["/a.mp4"] = clip
        assert await keeps.fetch_clip(f"{there.url}/a.mp4", JOB) == len(clip)
        assert await keeps.self_test.problem() is not None


async def test_a_machine_whose_ffmpeg_works_says_so() -> None:
    assert await try_ffmpeg() is None


async def test_a_clip_that_kills_a_tool_that_works_is_kept_in_the_end(
    tmp_path: Path, clip, monkeypatch: pytest.MonkeyPatch
) -> None:
    picky = f'case "$*" in *sample.mp4*) exec {find_ffmpeg()} "$@";; esac; kill -9 $$'
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", str(broken_ffmpeg(tmp_path, picky)))
    async with place() as there, media(tmp_path / "data") as keeps:
        there.pages["/a.mp4"] = clip
        for _ in range(2):
            with pytest.raises(ClipUnreachable):
                await keeps.fetch_clip(f"{there.url}/a.mp4", JOB)
        assert await keeps.fetch_clip(f"{there.url}/a.mp4", JOB) == len(clip)


async def test_a_clip_in_order_is_looked_at_by_one_start_of_ffmpeg(
    tmp_path: Path, clip, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A look may write no file; a folder is none.
    counting = f'mkdir {tmp_path}/start-$$; exec {find_ffmpeg()} "$@"'
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", str(broken_ffmpeg(tmp_path, counting)))
    async with place() as there, media(tmp_path / "data") as keeps:
        there.pages["/a.mp4"] = clip
        await keeps.fetch_clip(f"{there.url}/a.mp4", JOB)
        assert keeps.clip_seconds(JOB) == 1.0
        assert keeps.clip_sides(JOB) == (160, 90)
    assert len(list(tmp_path.glob("start-*"))) == 1


async def test_a_look_that_fails_at_one_question_asks_each_alone(
    tmp_path: Path, clip, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = f'case "$*" in *pipe:2*) echo sorry >&2; exit 1;; esac; exec {find_ffmpeg()} "$@"'
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", str(broken_ffmpeg(tmp_path, both)))
    async with place() as there, media(tmp_path / "data") as keeps:
        there.pages["/a.mp4"] = clip
        await keeps.fetch_clip(f"{there.url}/a.mp4", JOB)
        assert keeps.clip_sides(JOB) == (160, 90)


@pytest.mark.parametrize("how", [bytes, chunked, ended_by_closing])
async def test_half_a_clip_is_held_back_until_it_is_mended(tmp_path: Path, clip, how) -> None:
    half, longer = clip[: len(clip) * 2 // 3], clip[: len(clip) * 3 // 4]
    async with place() as there, media(tmp_path) as keeps:
        assert await keeps.repair_clip(JOB, in_part=True) is None
        same = []
        for body in (half, half, longer, longer):
            there.pages["/a.mp4"] = how(body)
            with pytest.raises(ClipDamaged, match="boxes") as damaged:
                await keeps.fetch_clip(f"{there.url}/a.mp4", JOB)
            same.append(damaged.value.same)
        assert same == [False, True, False, True]
        assert (keeps.clip(JOB), files(tmp_path)) == (None, [f"clips/{JOB}.held"])
        assert await keeps.repair_clip(JOB, in_part=False) is None
        mended = await keeps.repair_clip(JOB, in_part=True)
        assert mended is not None
        assert mended.incomplete
        assert files(tmp_path) == [f"clips/{JOB}.mp4"]


async def test_a_whole_clip_takes_the_place_of_the_half_that_was_held_back(tmp_path: Path, clip) -> None:
    async with place() as there, media(tmp_path) as keeps:
        there.pages["/a.mp4"] = clip[:-1]
        with pytest.raises(ClipDamaged):
            await keeps.fetch_clip(f"{there.url}/a.mp4", JOB)
        there.pages["/a.mp4"] = clip
        await keeps.fetch_clip(f"{there.url}/a.mp4", JOB)
        assert files(tmp_path) == [f"clips/{JOB}.mp4"]


async def test_a_damaged_clip_goes_out_as_it_is_where_no_tool_works(
    tmp_path: Path, clip, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", str(broken_ffmpeg(tmp_path, "exit 127")))
    async with place() as there, media(tmp_path / "data") as keeps:
        there.pages["/a.mp4"] = clip[:-1]
        with pytest.raises(ClipDamaged):
            await keeps.fetch_clip(f"{there.url}/a.mp4", JOB)
        assert await keeps.repair_clip(JOB, in_part=False) is None
        assert await keeps.repair_clip(JOB, in_part=True) == RepairedClip(len(clip) - 1, incomplete=True)
        assert keeps.clip(JOB).read_bytes() == clip[:-1]


async def test_a_host_that_the_guard_forbids_is_named_with_the_setting_that_allows_it(tmp_path: Path, clip) -> None:
    async with place() as there, DiskMedia(tmp_path, frozenset(), timeouts=PATIENT) as keeps:
        there.pages["/a.mp4"] = clip
        with pytest.raises(ClipForbidden) as forbidden:
            await keeps.fetch_clip(f"{there.url}/a.mp4?sign=secretsign", JOB)
        assert f"add {there.url.removeprefix('http://')} to MEDIA_ALLOW_HOSTS" in forbidden.value.detail
        assert "secretsign" not in forbidden.value.detail
        assert there.asked == []


async def test_a_clip_that_drips_until_its_time_is_over_is_too_much(tmp_path: Path, clip) -> None:
    brief = replace(PATIENT, clip_total=0.3)
    async with place() as there, DiskMedia(tmp_path, frozenset({"127.0.0.1"}), 10**9, brief) as keeps:
        there.pages["/a.mp4"] = dripping(clip[:5000])
        with pytest.raises(ClipTooMuch, match="within"):
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
        offered = AttachmentInput(f"{there.url}/image", "image.png", 10)
        assert isinstance(await keeps.keep(offered, capability_of(Model.SEEDANCE_2)), StoredFile)
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
        assert (await keeps.disk_usage()).free > 0
