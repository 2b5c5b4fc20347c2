"""Videos and sounds that members send, all the way: fetched, looked at, and kept as what the provider takes."""

import asyncio
from pathlib import Path

import pytest

from bot.domain.media import MediaFormat, Original, Role, StoredFile
from bot.domain.media_problems import LengthOutside, MediumNotAccepted, MediumNotChecked, TooFewPixels
from tests.media.made import Made
from tests.media.places import place
from tests.media.test_inputs import ABLE, files, media, offered

VIDEO, SOUND = Role.REFERENCE_VIDEO, Role.REFERENCE_AUDIO
LIB264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")


def film(made: Made, suffix: str, sides: str, rate: str, seconds: float, *options: str) -> bytes:
    source = f"testsrc=size={sides}:rate={rate}:duration={seconds}"
    return made.by(suffix, "-f", "lavfi", "-i", source, *(options or LIB264))


async def kept_of(folder: Path, body: bytes, role: Role | None = None) -> object:
    async with place() as there, media(folder) as keeps:
        return await offered(keeps, there, body, role)


@pytest.mark.parametrize(
    ("suffix", "sides", "rate", "sent"),
    [
        (".mov", "1920x1080", "30", (1280, 720)),
        (".mp4", "1080x1920", "60", (720, 1280)),
        (".mp4", "1280x720", "120", (1280, 720)),
        (".mp4", "1280x720", "10", (1280, 720)),
        (".mp4", "1280x720", "24000/1001", (1280, 720)),
    ],
)
async def test_a_phones_video_is_sent_as_the_provider_takes_it(tmp_path: Path, made, suffix, sides, rate, sent) -> None:
    kept = await kept_of(tmp_path, film(made, suffix, sides, rate, 2))
    assert isinstance(kept, StoredFile)
    assert (kept.format, kept.width, kept.height) == (MediaFormat.MP4, *sent)
    width, height = map(int, sides.split("x"))
    name = suffix.removeprefix(".").upper()
    assert kept.original == Original(name, width, height, pytest.approx(2.0, abs=0.1))
    assert kept.seconds == pytest.approx(2.0, abs=0.1)


async def test_what_the_provider_takes_goes_as_it_is(tmp_path: Path, made) -> None:
    body = film(made, ".mp4", "864x480", "24", 2)
    kept = await kept_of(tmp_path, body)
    assert isinstance(kept, StoredFile)
    assert (kept.original, kept.size) == (None, len(body))


VIDEOS = {
    "WebM": (".webm", "-c:v", "libvpx", "-deadline", "realtime"),
    "MKV": (".mkv", *LIB264),
    "AVI": (".avi", "-c:v", "mpeg4"),
}
SOUNDS = {"OGG": ".ogg", "Opus": ".opus", "FLAC": ".flac", "AAC": ".aac", "M4A": ".m4a", "AIFF": ".aiff"}


@pytest.mark.parametrize("name", VIDEOS)
async def test_other_videos_are_sent_as_mp4(tmp_path: Path, made, name) -> None:
    suffix, *codec = VIDEOS[name]
    kept = await kept_of(tmp_path, film(made, suffix, "864x480", "24", 2, *codec))
    assert isinstance(kept, StoredFile)
    assert (kept.format, kept.width, kept.height) == (MediaFormat.MP4, 864, 480)
    assert kept.original == Original(name, 864, 480, pytest.approx(2.0, abs=0.05))


@pytest.mark.parametrize("role", [None, SOUND])
@pytest.mark.parametrize("name", SOUNDS)
async def test_other_sounds_are_sent_as_mp3(tmp_path: Path, made, name, role) -> None:
    kept = await kept_of(tmp_path, made.sound(2.5, SOUNDS[name]), role)
    assert isinstance(kept, StoredFile)
    assert (kept.format, kept.seconds) == (MediaFormat.MP3, pytest.approx(2.5, abs=0.06))
    assert kept.original == Original(name, 0, 0, pytest.approx(2.5, abs=0.06))


@pytest.mark.parametrize("padding", [10, 300_000])
@pytest.mark.parametrize("suffix", [".aac", ".flac", ".wav"])
async def test_what_stands_behind_a_tag_is_named_and_sent(tmp_path: Path, made, suffix, padding) -> None:
    tag = b"ID3\x04\x00\x00" + bytes(padding >> shift & 0x7F for shift in (21, 14, 7, 0)) + bytes(padding)
    kept = await kept_of(tmp_path, tag + made.sound(2.5, suffix))
    assert isinstance(kept, StoredFile)
    assert kept.seconds == pytest.approx(2.5, abs=0.06)
    # A WAV is sent without the tag, as it is.
    form = MediaFormat.WAV if suffix == ".wav" else MediaFormat.MP3
    assert (kept.format, kept.given.name) == (form, suffix.removeprefix(".").upper())
    refused = await kept_of(tmp_path, tag + made.sound(2.5, suffix), Role.FIRST_FRAME)
    assert isinstance(refused, MediumNotAccepted)
    if padding < 4096:
        assert refused.found == suffix.removeprefix(".").upper()


async def test_an_animated_gif_is_a_video_as_a_reference_and_its_first_picture_as_a_frame(tmp_path: Path, made) -> None:
    body = film(made, ".gif", "480x270", "10", 1.5, "-loop", "0")
    kept = await kept_of(tmp_path, body)
    assert isinstance(kept, StoredFile)
    assert kept.format is MediaFormat.MP4
    # It goes round until it is long enough, and no GIF is as large as a video has to be.
    assert kept.seconds == pytest.approx(3.0, abs=0.1)
    assert kept.width * kept.height >= 409_600
    assert kept.original == Original("GIF", 480, 270, pytest.approx(1.5, abs=0.05))
    frame = await kept_of(tmp_path, body, Role.FIRST_FRAME)
    assert isinstance(frame, StoredFile)
    assert frame.kind == "image"


async def test_a_container_without_pictures_is_a_sound(tmp_path: Path, made) -> None:
    body = made.sound(2.5, ".mp4")
    kept = await kept_of(tmp_path, body)
    assert isinstance(kept, StoredFile)
    assert kept.format is MediaFormat.MP3
    formats = ABLE.rules[VIDEO].formats
    assert await kept_of(tmp_path, body, VIDEO) == MediumNotAccepted("mine", "M4A", formats)


async def test_what_no_copy_can_help_is_refused_before_one_is_made(tmp_path: Path, made, monkeypatch) -> None:
    long = film(made, ".webm", "64x48", "24", 16, "-c:v", "libvpx", "-deadline", "realtime")
    small = film(made, ".webm", "320x240", "24", 2, "-c:v", "libvpx", "-deadline", "realtime")
    few = TooFewPixels("mine", 320, 240, 409_600)
    assert await kept_of(tmp_path, small) == few
    too_long = LengthOutside("mine", pytest.approx(16.0, abs=0.1), 2.0, 15.0)
    assert await kept_of(tmp_path, long) == (TooFewPixels("mine", 64, 48, 409_600), too_long)
    assert await kept_of(tmp_path, made.sound(16, ".ogg")) == too_long
    assert files(tmp_path) == []


async def test_a_copy_is_made_once_for_each_content(tmp_path: Path, made) -> None:
    body = made.sound(2.5, ".flac")
    async with place() as there, media(tmp_path) as keeps:
        several = await asyncio.gather(*(offered(keeps, there, body, None) for _ in range(3)))
        assert len(set(several)) == 1
        there_now = files(tmp_path)
    assert len([name for name in there_now if name.endswith(".mp3")]) == 1


async def test_a_copy_that_we_cannot_make_is_our_own_failure(tmp_path: Path, made, monkeypatch) -> None:
    body = made.sound(2.5, ".flac")
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", str(tmp_path / "gone"))
    assert await kept_of(tmp_path, body) == MediumNotChecked("mine")
