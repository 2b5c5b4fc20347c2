"""The poster of each clip: a real JPEG of a few KB, made of real clips, that outlives them."""

import asyncio
import os
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from bot.media.bounded import find_ffmpeg
from bot.media.disk_media import DiskMedia
from bot.media.posters import MAX_BYTES, ClipInspections, Posters
from tests.media.broken_tools import BROKEN, broken_ffmpeg
from tests.media.made import Made
from tests.media.places import PATIENT, place

JOB = "k3f9a2" + "0" * 14
NOISE = ("-vf", "noise=alls=100:allf=t+u")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def kept(folder: Path, body: bytes, name: str = JOB) -> Path:
    (folder / "clips").mkdir(exist_ok=True)
    path = folder / "clips" / f"{name}.mp4"
    path.write_bytes(body)
    return path


def sides(poster: bytes | None) -> tuple[int, int]:
    assert poster is not None
    with Image.open(BytesIO(poster)) as picture:
        picture.load()
        assert picture.format == "JPEG"
        return picture.size


@pytest.mark.parametrize(
    ("size", "expected"), [("1280x720", (256, 144)), ("720x1280", (144, 256)), ("1344x576", (256, 110))]
)
async def test_a_poster_is_a_jpeg_of_a_few_kilobytes(tmp_path: Path, made: Made, size: str, expected) -> None:
    kept(tmp_path, made.video(2, size=size))
    async with DiskMedia(tmp_path, frozenset()) as media:
        assert await media.poster(JOB) is None
        assert await media.make_poster(JOB)
        poster = await media.poster(JOB)
    assert sides(poster) == expected
    assert poster is not None
    assert len(poster) < 12_000
    assert names(tmp_path / "posters") == [f"{JOB}.jpg"]


@pytest.mark.parametrize("seconds", [0.1, 0.5, 1.0, 4.0])
async def test_the_shortest_clip_has_one_too(tmp_path: Path, made: Made, seconds: float) -> None:
    clip = kept(tmp_path, made.video(seconds))
    (tmp_path / "posters").mkdir()
    posters = Posters(tmp_path / "posters")
    assert await posters.make(clip)
    assert sides(await posters.read(JOB)) == (256, 192)


async def test_nothing_is_harder_than_noise_and_it_fits(tmp_path: Path, made: Made) -> None:
    clip = kept(tmp_path, made.video(2, ".mp4", *NOISE, size="640x640"))
    posters = Posters(tmp_path / "posters")
    assert await posters.make(clip)
    assert len(await posters.read(JOB) or b"") < MAX_BYTES


async def test_it_shows_the_clip_a_second_in_and_none_of_what_is_written_in_it(tmp_path: Path, made: Made) -> None:
    red, blue = ("color=red:size=64x64:rate=24:duration=1", "color=blue:size=64x64:rate=24:duration=1")
    both = ("-f", "lavfi", "-i", red, "-f", "lavfi", "-i", blue, "-filter_complex", "[0][1]concat=n=2")
    body = made.by(".mp4", *both, "-metadata", "comment=the member's secret", "-pix_fmt", "yuv420p")
    assert b"secret" in body
    posters = Posters(tmp_path / "posters")
    assert await posters.make(kept(tmp_path, body))
    poster = await posters.read(JOB) or b""
    assert b"secret" not in poster
    with Image.open(BytesIO(poster)) as picture:
        pixel = picture.getpixel((128, 128))
    assert isinstance(pixel, tuple)
    red_light, _, blue_light = pixel
    assert blue_light > 200
    assert red_light < 50


async def test_it_outlives_the_clip_and_takes_none_of_the_quota(tmp_path: Path, clip) -> None:
    path = kept(tmp_path, clip)
    async with DiskMedia(tmp_path, frozenset()) as media:
        assert (await media.disk_usage()).clips == len(clip)
        assert await media.make_poster(JOB)
        poster = await media.poster(JOB)
        assert poster is not None
        assert (await media.disk_usage()).clips == len(clip)
        await media.delete_clip(JOB)
        assert not path.exists()
        assert await media.poster(JOB) == poster
        assert await media.make_poster(JOB), "it is there, so nothing is made"
        assert (await media.disk_usage()).clips == 0


async def test_what_cannot_be_read_has_none_and_is_tried_once(tmp_path: Path, caplog) -> None:
    posters = Posters(tmp_path / "posters")
    clip = kept(tmp_path, b"no video\n" * 400)
    assert not await posters.make(clip)
    assert not await posters.make(clip)
    assert caplog.text.count("No poster could be made") == 1
    assert await posters.read(JOB) is None
    assert names(tmp_path / "posters") == []


@pytest.mark.parametrize("script", BROKEN.values(), ids=BROKEN)
async def test_a_broken_ffmpeg_costs_the_poster_and_never_the_clip(
    tmp_path: Path, clip, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", str(broken_ffmpeg(tmp_path, script)))
    async with place() as there, DiskMedia(tmp_path, frozenset({"127.0.0.1"}), timeouts=PATIENT) as media:
        there.pages["/a.mp4"] = clip
        assert await media.fetch_clip(f"{there.url}/a.mp4", JOB) == len(clip)
        assert not await media.make_poster(JOB)
        assert media.clip(JOB) is not None
    assert names(tmp_path / "posters") == []


async def test_it_lets_clips_that_are_being_looked_at_go_first(
    tmp_path: Path, clip, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept(tmp_path, clip)
    looking, over = tmp_path / "looking", tmp_path / "over"
    os.mkfifo(looking)
    os.mkfifo(over)
    going = f"echo on >{looking}; read go <{over}"
    script = f'case "$*" in *pipe:2*) {going};; esac; exec {find_ffmpeg()} "$@"'
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", str(broken_ffmpeg(tmp_path, script)))
    async with place() as there, DiskMedia(tmp_path, frozenset({"127.0.0.1"}), timeouts=PATIENT) as media:
        there.pages["/a.mp4"] = clip
        fetching = asyncio.create_task(media.fetch_clip(f"{there.url}/a.mp4", "another"))
        await asyncio.to_thread(looking.read_text)
        making = asyncio.create_task(media.make_poster(JOB))
        # Long enough for one: another is made meanwhile, by what waits for nothing.
        assert await Posters(tmp_path / "elsewhere").make(kept(tmp_path, clip, "third"))
        assert not making.done()
        assert await media.poster(JOB) is None
        await asyncio.to_thread(over.write_text, "go\n")
        await fetching
        assert await making
        assert await media.poster(JOB) is not None


async def test_it_does_not_wait_for_ever(tmp_path: Path, clip) -> None:
    looks = ClipInspections()
    posters = Posters(tmp_path / "posters", looks, waits=0.01)
    with looks.one():
        assert await posters.make(kept(tmp_path, clip))


async def test_a_folder_that_is_gone_is_made_again(tmp_path: Path, clip) -> None:
    kept(tmp_path, clip)
    async with DiskMedia(tmp_path, frozenset()) as media:
        (tmp_path / "posters").rmdir()
        assert (await media.disk_usage()).clips == len(clip)
        assert await media.poster(JOB) is None
        assert await media.make_poster(JOB)


async def test_a_start_sweeps_what_was_left_half_made(tmp_path: Path) -> None:
    half = tmp_path / "posters" / f"{JOB}.abcd.fitting"
    half.mkdir(parents=True)
    (half / "poster.jpg").write_bytes(b"half")
    async with DiskMedia(tmp_path, frozenset()):
        assert names(tmp_path / "posters") == []


async def test_the_oldest_go_where_there_are_too_many(tmp_path: Path, clip) -> None:
    folder = tmp_path / "posters"
    folder.mkdir()
    for at in range(600):
        old = folder / f"old{at:03}.jpg"
        old.write_bytes(b"old")
        os.utime(old, (at, at))
    posters = Posters(folder, maximum=601)
    assert await posters.make(kept(tmp_path, clip))
    assert len(names(folder)) == 601
    assert await posters.make(kept(tmp_path, clip, "another"))
    assert names(folder)[:3] == ["another.jpg", f"{JOB}.jpg", "old501.jpg"]
    assert len(names(folder)) == 101
