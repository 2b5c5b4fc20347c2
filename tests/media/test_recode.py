"""Copies of videos and sounds: which is chosen, and what ffmpeg makes of it."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.media import MediaFormat, Role
from bot.domain.models import Model
from bot.media.conversions import AsSound, AsVideo, Part, conversion_for, plan_copy
from bot.media.facts import Broken, Facts, Unchecked
from bot.media.probe import inspect_recording
from bot.media.recode import Recoder
from bot.media.sniff import Found, container_of, find, named
from tests.models import capability_of

MP4, MOV, MP3, WAV = MediaFormat.MP4, MediaFormat.MOV, MediaFormat.MP3, MediaFormat.WAV
RULES = capability_of(Model.SEEDANCE_2).rules
VIDEO, SOUND = RULES[Role.REFERENCE_VIDEO], RULES[Role.REFERENCE_AUDIO]
MIN, MAX = VIDEO.pixels or (0, 0)


def film(width: int, height: int, rate: float = 30.0, codec: str = "h264", seconds: float = 5.0) -> Facts:
    return Facts(width, height, seconds, rate=rate, codec=codec)


@pytest.mark.parametrize(
    ("facts", "sides", "rate"),
    [
        (film(1920, 1080), (1280, 720), None),
        (film(1080, 1920), (720, 1280), None),
        (film(3840, 2160, 60), (1280, 720), None),
        (film(1440, 1080), (1104, 828), None),
        (film(2160, 2160), (960, 960), None),
        (film(2560, 1080), (1472, 620), None),
        (film(1280, 720, 240), (1280, 720), 60),
        (film(1280, 720, 120), (1280, 720), 60),
        (film(1280, 720, 100), (1280, 720), 50),
        (film(1280, 720, 10), (1280, 720), 30),
        (film(1280, 720, 15), (1280, 720), 30),
        (film(1280, 720, 23.976), (1280, 720), 24),
        (film(1280, 720, 0.5), (1280, 720), 24),
        (film(1280, 720, 30, "av1"), (1280, 720), None),
        (film(1281, 721, 30, "vp9"), (1280, 720), None),
    ],
)
def test_what_a_phone_makes_is_copied_into_what_the_provider_takes(facts, sides, rate) -> None:
    copy = plan_copy(MP4, facts, 1_000_000, VIDEO)
    assert isinstance(copy, AsVideo)
    assert (copy.width, copy.height) == sides
    assert copy.rate == (None if rate is None else pytest.approx(rate, abs=0.01))
    assert MIN <= copy.width * copy.height <= MAX


@pytest.mark.parametrize(
    "facts", [film(1280, 720), film(864, 480), film(720, 1280, 24), film(1112, 834, 60), film(853, 481, 59.94, "hevc")]
)
@pytest.mark.parametrize("form", [MP4, MOV])
def test_what_fits_goes_as_it_is(form, facts) -> None:
    assert plan_copy(form, facts, VIDEO.max_bytes, VIDEO) is None


def test_what_is_too_large_or_another_format_is_copied_within_the_limit() -> None:
    for form, size in ((MP4, VIDEO.max_bytes + 1), (None, 1000)):
        for seconds in (2.0, 15.0):
            copy = plan_copy(form, film(1280, 720, seconds=seconds), size, VIDEO)
            assert isinstance(copy, AsVideo)
            assert copy.bitrate * seconds / 8 < VIDEO.max_bytes
    for form, size in ((WAV, SOUND.max_bytes + 1), (None, 1000)):
        assert plan_copy(form, Facts(0, 0, 15.0), size, SOUND) == AsSound(192_000)
    assert plan_copy(MP3, Facts(0, 0, 15.0), SOUND.max_bytes, SOUND) is None


def test_an_animation_goes_round_until_it_is_long_enough_and_is_made_large_enough() -> None:
    copy = plan_copy(None, Facts(320, 240, 0.7, animated=True, rate=10, codec="gif"), 1000, VIDEO)
    assert isinstance(copy, AsVideo)
    assert copy.repeats == 3
    assert copy.width * copy.height >= MIN
    assert copy.width / copy.height == pytest.approx(4 / 3, abs=0.01)


LIB264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
VIDEOS = {
    "WebM": (".webm", "-c:v", "libvpx", "-deadline", "realtime"),
    "MKV": (".mkv", *LIB264),
    "AVI": (".avi", "-c:v", "mpeg4"),
    "GIF": (".gif",),
    "FLV": (".flv", *LIB264),
    "MPG": (".mpg", "-c:v", "mpeg1video"),
    "TS": (".ts", *LIB264),
    "WMV": (".wmv", "-c:v", "wmv2"),
    "MOV": (".mov", "-c:v", "mjpeg", "-pix_fmt", "yuvj420p"),
    "3GP": (".3gp", *LIB264),
}
SOUNDS = {
    "M4A": (".m4a",),
    "OGG": (".ogg", "-c:a", "libvorbis"),
    "Opus": (".opus", "-c:a", "libopus"),
    "FLAC": (".flac",),
    "AAC": (".aac",),
    "AIFF": (".aiff",),
    "WMV": (".wma",),
    "CAF": (".caf",),
    "AC3": (".ac3",),
    "MP2": (".mp2",),
    "AU": (".au",),
    "WV": (".wv",),
    "WebM": (".weba", "-f", "webm"),
    "MKV": (".mka", "-f", "matroska"),
}


@pytest.mark.parametrize("name", VIDEOS)
async def test_any_usual_video_becomes_an_mp4(tmp_path: Path, made, name) -> None:
    source = ("-f", "lavfi", "-i", "testsrc=size=352x288:rate=25", "-frames:v", "10")
    body = made.by(VIDEOS[name][0], *source, *VIDEOS[name][1:])
    given = tmp_path / "given"
    given.write_bytes(body)
    container = named(name) if name in ("MOV", "3GP") else container_of(body[:4096])
    assert container is not None
    assert container is named(name)
    facts = await inspect_recording(given, container)
    assert (facts.width, facts.height, facts.seconds) == (352, 288, pytest.approx(0.4, abs=0.05))
    wanted = AsVideo(320, 240, 50.0, 1_000_000, repeats=2 if name == "GIF" else 1)
    copy = await Recoder().copy(given, container, tmp_path / "made", wanted)
    assert (copy.width, copy.height, copy.codec, copy.rate) == (320, 240, "h264", pytest.approx(50, abs=3))
    assert copy.seconds == pytest.approx(0.8 if name == "GIF" else 0.4, abs=0.05)


@pytest.mark.parametrize("name", SOUNDS)
async def test_any_usual_sound_becomes_an_mp3(tmp_path: Path, made, name) -> None:
    body = made.sound(2.5, *SOUNDS[name])
    given = tmp_path / "given"
    given.write_bytes(body)
    container = named(name) if name == "M4A" else container_of(body[:4096])
    assert container is not None
    assert container is named(name)
    assert await inspect_recording(given, container) == Facts(0, 0, pytest.approx(2.5, abs=0.06))
    copy = await Recoder().copy(given, container, tmp_path / "made", AsSound(64_000))
    assert copy == Facts(0, 0, pytest.approx(2.5, abs=0.06))
    assert container_of((tmp_path / "made").read_bytes()[200:]) or (tmp_path / "made").read_bytes()[:3] == b"ID3"


async def test_a_part_of_what_is_too_long_becomes_a_copy_of_its_own(tmp_path: Path, made) -> None:
    given, rule = tmp_path / "given", replace(SOUND, seconds=(0.5, 1.0))
    given.write_bytes(made.sound(2.0, ".wav"))
    found = find(given.read_bytes()[:4096])
    assert found is not None
    facts = await inspect_recording(given, named(found.name))
    assert conversion_for(found, facts, 1000, rule) is None
    for start, seconds in ((0.7, 1.0), (1.4, 0.6), (9.0, 0.5)):
        wanted = conversion_for(found, facts, 1000, rule, start)
        copy = await Recoder().copy(given, named(found.name), tmp_path / "made", wanted)
        assert copy.seconds == pytest.approx(seconds, abs=0.06)
    # What is not too long goes whole, wherever it was to begin.
    assert conversion_for(found, replace(facts, seconds=0.9), 1000, rule, 0.5) is None
    film = conversion_for(named_film(), Facts(1280, 720, 20.0, rate=24, codec="h264"), 1000, VIDEO, 3.0)
    assert (film.part, film.width, film.repeats) == (Part(3.0, 15.0), 1280, 1)


def named_film() -> Found:
    found = find(b"\0\0\0\x18ftypisom\0\0\0\0isommp42" + bytes(64))
    assert found is not None
    return found


async def test_a_copy_that_cannot_be_made_says_whose_failure_it_is(tmp_path: Path, monkeypatch) -> None:
    given, container = tmp_path / "given", named("WebM")
    assert container is not None
    given.write_bytes(b"\x1a\x45\xdf\xa3" + bytes(100))
    with pytest.raises(Broken):
        await Recoder().copy(given, container, tmp_path / "made", AsSound(64_000))
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", str(tmp_path / "gone"))
    with pytest.raises(Unchecked):
        await Recoder().copy(given, container, tmp_path / "made", AsSound(64_000))
