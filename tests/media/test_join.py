"""Clips that are joined: real films, as small as can be, and what ffmpeg finds in the result."""

from pathlib import Path

import pytest

from bot.domain.clip_errors import ClipTooMuch, ClipUnusable
from bot.media.bounded import run_ffmpeg
from bot.media.clips import inspect_clip
from bot.media.disk_media import DiskMedia
from bot.media.join import MAX_CLIPS, Joiner
from bot.media.probe import BOUNDS
from tests.media.made import Made
from tests.media.marks import is_marked

PARTS = ["one" + "0" * 17, "two" + "0" * 17, "three" + "0" * 15]
REEL = "k3f9a2" + "0" * 14 + "-reel"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "clips").mkdir()
    return tmp_path / "clips"


def joiner(place: Path) -> Joiner:
    return Joiner(lambda name: place / f"{name}.mp4")


def laid(place: Path, *films: bytes) -> list[Path]:
    paths = [place / f"{part}.mp4" for part in PARTS[: len(films)]]
    for path, film in zip(paths, films, strict=True):
        path.write_bytes(film)
    return paths


async def pictures(path: Path) -> list[str]:
    """The digest of each of its pictures, decoded: the same where they were copied."""
    ran = await run_ffmpeg(("-v", "fatal", "-i", str(path), "-map", "0:v", "-f", "framecrc", "-"), BOUNDS)
    return [line.split(",")[5].strip() for line in ran.output.splitlines() if not line.startswith("#")]


async def loudness(path: Path, *part: str) -> float:
    """The integrated loudness of a part, in LUFS."""
    ran = await run_ffmpeg((*part, "-i", str(path), "-af", "ebur128", "-vn", "-f", "null", "-"), BOUNDS)
    return float(ran.output.rpartition("Integrated loudness:")[2].split("I:")[1].split("LUFS")[0])


async def test_clips_of_one_form_are_joined_without_being_encoded(place: Path, made: Made) -> None:
    film = made.with_sound(0.5)
    paths = laid(place, film, film)
    size = await joiner(place).join(PARTS[: len(paths)], REEL)
    joined = place / f"{REEL}.mp4"
    assert joined.stat().st_size == size
    facts = await inspect_clip(joined)
    # The rate is frames by seconds, and of clips this short older versions of ffmpeg count the last frame shorter.
    assert (facts.width, facts.height, facts.has_sound, facts.rate) == (64, 48, True, pytest.approx(24, abs=1))
    assert facts.seconds == pytest.approx(1.0, abs=0.1)
    assert await pictures(joined) == await pictures(paths[0]) * 2
    assert is_marked(joined)
    # The index stands before the pictures, and nothing is left beside.
    assert joined.read_bytes().index(b"moov") < joined.read_bytes().index(b"mdat")
    assert sorted(path.name for path in place.iterdir()) == sorted([joined.name, *(path.name for path in paths)])


async def test_what_does_not_go_together_gets_the_size_of_the_largest_and_silence_where_it_has_no_sound(
    place: Path, made: Made
) -> None:
    paths = laid(place, made.with_sound(0.5), made.video(0.5, size="96x48"), made.video(0.5, ".mp4", "-r", "12"))
    await joiner(place).join(PARTS[: len(paths)], REEL)
    assert is_marked(place / f"{REEL}.mp4")
    facts = await inspect_clip(place / f"{REEL}.mp4")
    assert (facts.width, facts.height, facts.has_sound, facts.codec) == (96, 48, True, "h264")
    assert facts.seconds == pytest.approx(2.0, abs=0.2)


async def test_loud_and_quiet_are_evened_out_where_they_are_encoded(place: Path, made: Made) -> None:
    def tone(volume: str, size: str) -> bytes:
        sound = ("-f", "lavfi", "-i", f"sine=duration=3,volume={volume}", "-ac", "2")
        picture = ("-f", "lavfi", "-i", f"testsrc=size={size}:rate=4:duration=3")
        return made.by(".mp4", *picture, *sound, "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")

    paths = laid(place, tone("8", "64x48"), tone("0.2", "32x32"))
    before = [await loudness(path) for path in paths]
    assert before[0] - before[1] > 20
    await joiner(place).join(PARTS[: len(paths)], REEL)
    first = await loudness(place / f"{REEL}.mp4", "-t", "3")
    second = await loudness(place / f"{REEL}.mp4", "-ss", "3")
    assert abs(first - second) < 4


async def test_what_can_not_be_read_or_is_too_much_leaves_nothing(place: Path, made: Made) -> None:
    paths = laid(place, made.video(0.5), b"no film at all")
    with pytest.raises(ClipUnusable):
        await joiner(place).join(PARTS[: len(paths)], REEL)
    with pytest.raises(ClipTooMuch):
        await joiner(place).join(PARTS[:1] * (MAX_CLIPS + 1), REEL)
    long = made.by(".mp4", *("-f", "lavfi", "-i", "color=size=32x32:rate=1:duration=160", "-c:v", "libx264"))
    laid(place, long, long)
    with pytest.raises(ClipTooMuch):
        await joiner(place).join(PARTS[:2], REEL)
    assert {path.suffix for path in place.iterdir()} == {".mp4"}
    assert not (place / f"{REEL}.mp4").exists()


async def test_a_reel_on_our_disk_is_made_once_and_goes_with_the_sweep(tmp_path: Path, place: Path, made: Made) -> None:
    laid(place, made.video(0.5), made.video(0.5))
    async with DiskMedia(tmp_path, frozenset()) as media:
        size = await media.join_clips(PARTS[:2], REEL)
        joined = media.clip(REEL)
        assert joined is not None
        (place / f"{PARTS[0]}.mp4").unlink()
        assert await media.join_clips(PARTS[:2], REEL) == size == joined.stat().st_size
        await media.delete_clip(REEL)
        with pytest.raises(ClipUnusable, match="not on the disk"):
            await media.join_clips(PARTS[:2], REEL)
