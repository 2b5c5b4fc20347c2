"""Clips made smaller to fit: real footage, real passes."""

import asyncio
import os
import subprocess
from pathlib import Path

import pytest

from bot.domain.reply import ShrunkClip
from bot.media.bounded import find_ffmpeg
from bot.media.disk_media import DiskMedia
from bot.media.facts import Broken, Facts
from bot.media.headers import is_cut_short
from bot.media.probe import inspect_video, read_streams
from bot.media.shrink import Shrinker, plan_shrink, shrunk_path
from bot.media.sniff import MOV
from tests.media.marks import is_marked
from tests.media.places import maker

JOB = "k3f9a2" + "0" * 14
LIMIT = 100_000
PROVENANCE = b"\0\0\0\x1cuuid" + bytes.fromhex("d8fec3d61b0e483c92975828877ec481") + b"c2pa"


def film(path: Path, seconds: float = 2, size: str = "640x360", *options: str) -> Path:
    """Film noise, with sound: nothing is harder to make small."""
    source = f"testsrc2=size={size}:rate=24:duration={seconds}"
    subprocess.run(
        [
            *(maker(), "-y", "-v", "error", "-f", "lavfi", "-i", source, "-f", "lavfi", "-i", f"sine=d={seconds}"),
            *("-vf", "noise=alls=40:allf=t+u", "-c:v", "libx264", "-preset", "ultrafast", "-b:v", "6M"),
            *("-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", "64k", *options, path),
        ],
        check=True,
    )
    return path


@pytest.fixture(scope="session")
def footage(tmp_path_factory) -> bytes:
    return film(tmp_path_factory.mktemp("footage") / "film.mp4").read_bytes()


@pytest.fixture
def original(tmp_path: Path, footage: bytes) -> Path:
    """A clip with a box of provenance (C2PA's), as a provider may put it there."""
    (tmp_path / "clips").mkdir()
    path = tmp_path / "clips" / f"{JOB}.mp4"
    path.write_bytes(footage + PROVENANCE)
    assert len(footage) > 5 * LIMIT
    return path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def frames(path: Path) -> int:
    """Decode every frame, as whoever looks at it does."""
    done = subprocess.run(
        [find_ffmpeg(), "-v", "error", "-i", path, "-map", "0:v", "-f", "rawvideo", "-pix_fmt", "gray", "-"],
        check=True,
        capture_output=True,
    )
    assert done.stderr == b""
    return len(done.stdout)


def until_under_way(folder: Path) -> None:
    while not list(folder.glob("*.fitting/*")):
        os.sched_yield()


async def test_a_clip_is_made_to_fit_with_its_sound_and_plays_to_its_end(original: Path) -> None:
    shrunk = await Shrinker().shrink(original, LIMIT)
    made = shrunk_path(original, LIMIT)
    assert shrunk is not None
    assert shrunk.size == made.stat().st_size <= LIMIT
    assert shrunk.size > LIMIT * 0.6
    facts = await inspect_video(made, MOV)
    assert facts is not None
    assert (facts.width, facts.height) == (shrunk.width, shrunk.height) == (480, 270)
    assert (facts.rate, facts.has_sound) == (24.0, True)
    assert abs(facts.seconds - 2) < 0.1
    assert frames(made) == 48 * 480 * 270
    assert not is_cut_short(made)
    assert is_marked(made)
    # The index stands before the pictures, so that it plays while it is loading.
    assert made.read_bytes().index(b"moov") < made.read_bytes().index(b"mdat")
    assert names(original.parent) == [made.name, original.name]


@pytest.mark.parametrize("seconds", [0.1, 0.25])
async def test_a_first_try_that_overshoots_is_followed_by_one_that_aims_lower(tmp_path: Path, seconds: float) -> None:
    # Pure noise of a few frames: no two passes meet their rate on it.
    noise = film(tmp_path / "noise.mp4", seconds, "640x360", "-vf", "noise=alls=100:allf=t+u", "-qp", "4")
    shrunk = await Shrinker().shrink(noise, 60_000)
    assert shrunk is not None
    assert shrunk.size <= 60_000


async def test_it_is_made_once_for_each_limit_and_always_from_the_original(original: Path, footage: bytes) -> None:
    fitter = Shrinker()
    first = await fitter.shrink(original, LIMIT)
    when = shrunk_path(original, LIMIT).stat().st_mtime_ns
    assert await fitter.shrink(original, LIMIT) == first
    assert shrunk_path(original, LIMIT).stat().st_mtime_ns == when
    smaller = await fitter.shrink(original, LIMIT // 2)
    assert smaller is not None
    assert smaller.size <= LIMIT // 2
    assert len(names(original.parent)) == 3
    assert original.read_bytes() == footage + PROVENANCE


async def test_what_no_longer_plays_is_made_anew(original: Path) -> None:
    shrunk_path(original, LIMIT).write_bytes(b"half of it")
    shrunk = await Shrinker().shrink(original, LIMIT)
    assert shrunk is not None
    assert shrunk.size == shrunk_path(original, LIMIT).stat().st_size


@pytest.mark.parametrize("limit", [1, 5_000, 20_000])
async def test_where_nothing_watchable_fits_nothing_is_made(original: Path, limit: int) -> None:
    assert await Shrinker().shrink(original, limit) is None
    assert names(original.parent) == [original.name]


@pytest.mark.parametrize("body", [b"", b"no video\n" * 400, None])
async def test_what_cannot_be_read_is_not_made_smaller(tmp_path: Path, body: bytes | None) -> None:
    clip = tmp_path / "clip.mp4"
    if body is not None:
        clip.write_bytes(body)
    assert await Shrinker().shrink(clip, LIMIT) is None
    assert names(tmp_path) == ([] if body is None else [clip.name])


async def test_a_clip_that_breaks_off_half_way_leaves_nothing(original: Path, footage: bytes) -> None:
    start = footage.index(b"moov") - 4
    # Its index is whole, so it says what it is; its pictures are noise.
    head = footage.index(b"mdat") + 40
    original.write_bytes(footage[:head] + bytes(start - head) + footage[start:])
    assert await Shrinker().shrink(original, LIMIT) is None
    assert names(original.parent) == [original.name]


async def test_one_at_a_time_and_whoever_waits_too_long_gets_none(original: Path) -> None:
    fitter = Shrinker(turn_seconds=0.05)
    results = await asyncio.gather(fitter.shrink(original, LIMIT), fitter.shrink(original, LIMIT + 1))
    assert isinstance(results[0], ShrunkClip)
    assert results[1] is None
    assert isinstance(await fitter.shrink(original, LIMIT + 1), ShrunkClip)


async def test_cancelled_it_leaves_nothing_and_lets_the_next_one_in(original: Path) -> None:
    fitter = Shrinker()
    making = asyncio.create_task(fitter.shrink(original, LIMIT))
    await asyncio.to_thread(until_under_way, original.parent)
    making.cancel()
    with pytest.raises(asyncio.CancelledError):
        await making
    assert names(original.parent) == [original.name]
    assert await fitter.shrink(original, LIMIT) is not None


async def test_media_fits_finds_and_drops(tmp_path: Path, original: Path) -> None:
    async with DiskMedia(tmp_path, frozenset()) as media:
        assert media.shrunk_clip(JOB, LIMIT) is None
        shrunk = await media.shrink_clip(JOB, LIMIT)
        path = media.shrunk_clip(JOB, LIMIT)
        assert shrunk is not None
        assert path is not None
        assert path.stat().st_size == shrunk.size
        assert media.shrunk_clip(JOB, LIMIT + 1) is None
        await media.delete_clip(JOB)
    assert names(original.parent) == []


async def test_a_start_sweeps_what_was_left_half_made_or_without_its_original(tmp_path: Path, original: Path) -> None:
    half = original.parent / "xyz.fitting"
    half.mkdir()
    (half / "fitted.mp4").write_bytes(b"half")
    shrunk_path(original, 1000).write_bytes(b"made")
    shrunk_path(original.with_name("gone.mp4"), 1000).write_bytes(b"made")
    async with DiskMedia(tmp_path, frozenset()):
        assert names(original.parent) == [shrunk_path(original, 1000).name, original.name]


async def test_a_clip_stored_on_its_side_is_seen_as_it_is_shown(tmp_path: Path) -> None:
    lying = film(tmp_path / "lying.mp4", 0.5, "320x180")
    turned = tmp_path / "turned.mp4"
    turn = [maker(), "-v", "error", "-display_rotation", "90", "-i", lying, "-c", "copy", turned]
    subprocess.run(turn, check=True)
    facts = await inspect_video(turned, MOV)
    assert facts is not None
    assert (facts.width, facts.height) == (180, 320)


def test_a_listing_that_lacks_something_is_no_description() -> None:
    head = "#tb 0: 1/24\n#media_type 0: video\n#codec_id 0: h264\n#dimensions 0: 1920x1080\n#sar 0: 1/1\n"
    packets = "".join(f"0, {at}, {at}, 1, 2764800, 0x12345678\n" for at in range(97))
    [read] = read_streams(head + packets)
    assert (read.end, read.width, read.height, read.rate, read.shows) == (97 / 24, 1920, 1080, 24.0, True)
    for lacking in ("#tb 0: 1/24\n", "#media_type 0: video\n"):
        with pytest.raises(Broken):
            read_streams(head.replace(lacking, "") + packets)
    [sideless] = read_streams(head.replace("1920x1080", "?") + packets)
    [silent] = read_streams(head)
    for stream in (sideless, silent):
        assert plan_shrink(Facts(stream.width, stream.height, stream.end, rate=stream.rate), LIMIT) is None
    assert read_streams("") == ()


def test_a_packet_without_a_time_is_counted_by_when_it_is_decoded() -> None:
    head = "#tb 0: 1/90000\n#media_type 0: video\n"
    unknown = "-9223372036854775808"
    [read] = read_streams(f"{head}0, 0, {unknown}, 3600, 9, 0x1\n0, {unknown}, {unknown}, 3600, 9, 0x1\n")
    assert (read.start, read.end, read.packets) == (0.0, 0.04, 1)
