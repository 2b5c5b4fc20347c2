"""Videos and sounds that other people made: what they really are, how long they play, and what is wrong with them."""

import random
import struct
from pathlib import Path

import pytest

from bot.domain.media import MediaFormat
from bot.media.facts import Broken, Facts, Unchecked
from bot.media.probe import inspect_recording
from bot.media.sniff import named
from tests.media.made import RATE, padded, saying, saying_frames, with_content

MP4, MOV, MP3, WAV = MediaFormat.MP4, MediaFormat.MOV, MediaFormat.MP3, MediaFormat.WAV


async def looked_at(folder: Path, body: bytes, form: MediaFormat) -> Facts:
    path = folder / "input.part"
    path.write_bytes(body)
    container = named(form.name)
    assert container is not None
    return await inspect_recording(path, container)


def near(seconds: float):
    return pytest.approx(seconds, abs=0.03)


@pytest.mark.parametrize("form", [MP4, MOV])
async def test_a_video_tells_its_sides_and_its_length(tmp_path: Path, made, form) -> None:
    assert await looked_at(tmp_path, made.of(form), form) == Facts(64, 48, 3.0)
    assert await looked_at(tmp_path, made.with_sound(3, form.suffix), form) == Facts(64, 48, near(3.0))


@pytest.mark.parametrize("form", [MP3, WAV])
async def test_a_sound_tells_its_length(tmp_path: Path, made, form) -> None:
    assert await looked_at(tmp_path, made.of(form), form) == Facts(0, 0, near(3.0))


@pytest.mark.parametrize(
    ("suffix", "codec"),
    [
        (".mp4", ("-c:v", "libx264", "-bf", "8", "-pix_fmt", "yuv420p")),
        (".mp4", ("-c:v", "libx265", "-x265-params", "log-level=none", "-pix_fmt", "yuv420p")),
        (".mp4", ("-c:v", "libvpx-vp9", "-pix_fmt", "yuv420p")),
        (".mp4", ("-c:v", "libaom-av1", "-cpu-used", "8", "-pix_fmt", "yuv420p")),
        (".mp4", ("-c:v", "mpeg4")),
        (".mp4", ("-c:v", "libx264", "-pix_fmt", "yuv420p", "-movflags", "frag_keyframe+empty_moov")),
        (".mov", ("-c:v", "mjpeg", "-pix_fmt", "yuvj420p")),
        (".mov", ("-c:v", "prores_ks")),
    ],
    ids=lambda each: each if isinstance(each, str) else each[-1],
)
async def test_any_usual_way_to_store_pictures_is_read(tmp_path: Path, made, suffix, codec) -> None:
    body = made.video(2.5, suffix, codec=codec)
    assert await looked_at(tmp_path, body, MOV if suffix == ".mov" else MP4) == Facts(64, 48, near(2.5))


async def test_a_video_that_lies_on_its_side_is_seen_upright(tmp_path: Path, made) -> None:
    turned = made.from_file(made.of(MP4), ".mp4", before=("-display_rotation", "90"))
    assert await looked_at(tmp_path, turned, MP4) == Facts(48, 64, 3.0)


@pytest.mark.parametrize("form", [MP4, MOV])
@pytest.mark.parametrize("cut", [0.5, 2.0])
async def test_a_video_that_was_trimmed_behind_its_only_whole_picture_is_read(tmp_path: Path, made, form, cut) -> None:
    """As phones trim: nothing is encoded anew, and a list of edits begins in the middle."""
    body = made.from_file(made.video(3.0, form.suffix), form.suffix, before=("-ss", str(cut)))
    assert b"elst" in body
    assert await looked_at(tmp_path, body, form) == Facts(64, 48, near(3.0 - cut))


@pytest.mark.parametrize("said", [1.0, 5.0, 900.0])
async def test_what_a_video_says_of_its_length_does_not_count(tmp_path: Path, made, said) -> None:
    for body, true in ((made.of(MP4, 16), 16.0), (made.with_sound(4), 4.0)):
        # Without its list of edits ffmpeg 5.1 counts what AAC adds at both ends: 0.04 s.
        assert await looked_at(tmp_path, saying(body, said), MP4) == Facts(64, 48, pytest.approx(true, abs=0.05))


@pytest.mark.parametrize("form", [MP4, MOV])
async def test_a_timecode_beside_sound_hides_no_pictures(tmp_path: Path, made, form) -> None:
    sources = ("-f", "lavfi", "-i", "testsrc=size=64x48:rate=24:duration=3", "-f", "lavfi", "-i", "sine=duration=3")
    codecs = ("-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "aac")
    body = made.by(form.suffix, *sources, *codecs, "-timecode", "01:00:00:00")
    assert await looked_at(tmp_path, body, form) == Facts(64, 48, near(3.0))


@pytest.mark.parametrize(
    ("pictures", "rate", "seconds"),
    [(3, "1", 3.0), (17, "1", 17.0), (2, "1/4", 8.0), (25, "10", 2.5), (600, "240", 2.5)],
)
@pytest.mark.parametrize("form", [MP4, MOV])
async def test_a_silent_video_lasts_until_its_last_picture_ends(
    tmp_path: Path, made, form, pictures, rate, seconds
) -> None:
    source = ("-f", "lavfi", "-i", f"testsrc=size=64x48:rate={rate}", "-frames:v", str(pictures))
    for codec in (("-bf", "0"), ("-bf", "3")):
        body = made.by(form.suffix, *source, "-c:v", "libx264", *codec, "-pix_fmt", "yuv420p")
        assert await looked_at(tmp_path, body, form) == Facts(64, 48, near(seconds))


async def test_an_hour_of_video_is_measured_by_both_ends_of_what_is_listed(tmp_path: Path, made) -> None:
    source = ("-f", "lavfi", "-i", "color=black:size=16x16:rate=25:duration=1500", "-frames:v", "37500")
    body = made.by(".mp4", *source, "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
    assert await looked_at(tmp_path, body, MP4) == Facts(16, 16, near(1500.0))


@pytest.mark.parametrize("lacking", [1, 2, 4410])
async def test_a_wav_that_lacks_a_sample_is_whole(tmp_path: Path, made, lacking) -> None:
    assert await looked_at(tmp_path, made.of(WAV)[: -2 * lacking], WAV) == Facts(0, 0, near(3 - lacking / 44100))


def a_program(folder: Path, what: str) -> str:
    program = folder / "ffmpeg"
    program.write_text(f"#!/bin/sh\n{what}\n")
    program.chmod(0o755)
    return str(program)


@pytest.mark.parametrize("form", [MP4, MOV, MP3, WAV])
@pytest.mark.parametrize("what", ["kill -9 $$", ""])
async def test_our_own_failure_is_not_the_files(tmp_path: Path, made, monkeypatch, form, what) -> None:
    body = made.of(form)
    program = a_program(tmp_path, what) if what else str(tmp_path / "gone")
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", program)
    with pytest.raises(Unchecked):
        await looked_at(tmp_path, body, form)


async def test_what_a_sound_says_of_its_length_does_not_count(tmp_path: Path, made) -> None:
    body = made.sound(16, ".mp3")
    assert await looked_at(tmp_path, saying_frames(body, 0.3), MP3) == Facts(0, 0, near(16.0))
    # One that says more was cut off, as far as anybody can tell.
    with pytest.raises(Broken, match="ends after"):
        await looked_at(tmp_path, saying_frames(body, 3), MP3)


async def test_a_sound_that_says_nothing_of_its_length_is_read_to_its_end(tmp_path: Path, made) -> None:
    part = made.sound(4, ".mp3", "-write_xing", "0", "-id3v2_version", "0")
    assert await looked_at(tmp_path, part, MP3) == Facts(0, 0, pytest.approx(4.0, abs=0.06))
    # Of another bit rate: a length that is guessed from the first frame's would be far off.
    loud = made.sound(4, ".mp3", "-write_xing", "0", "-id3v2_version", "0", "-b:a", "320k")
    assert await looked_at(tmp_path, part + loud, MP3) == Facts(0, 0, pytest.approx(8.0, abs=0.15))
    assert await looked_at(tmp_path, loud + part, MP3) == Facts(0, 0, pytest.approx(8.0, abs=0.15))


async def test_a_minute_of_a_sound_is_enough(tmp_path: Path, made) -> None:
    body = made.sound(90, ".mp3")
    assert await looked_at(tmp_path, body, MP3) == Facts(0, 0, near(90.0))
    assert await looked_at(tmp_path, saying_frames(body, 0.1), MP3) == Facts(0, 0, near(60.0))


@pytest.mark.parametrize("length", [0, 0xFFFFFFFF, 0x7FFFFFFF])
async def test_a_wav_out_of_a_pipe_is_whole(tmp_path: Path, made, length) -> None:
    body = made.of(WAV)
    at = body.index(b"data") + 4
    piped = body[:at] + struct.pack("<I", length) + body[at + 4 :]
    assert await looked_at(tmp_path, piped, WAV) == Facts(0, 0, 3.0)


async def test_a_sound_with_a_picture_of_its_cover_is_a_sound(tmp_path: Path, made) -> None:
    picture = ("-f", "lavfi", "-i", "color=red:size=300x300:rate=1:duration=1", "-map", "0", "-map", "1")
    covers = ("-c:v", "mjpeg", "-pix_fmt", "yuvj420p", "-disposition:v", "attached_pic")
    tone = ("-f", "lavfi", "-i", "sine=duration=3")
    assert await looked_at(tmp_path, made.by(".mp3", *tone, *picture, *covers), MP3) == Facts(0, 0, near(3.0))
    assert await looked_at(tmp_path, made.by(".mp4", *tone, *picture, *covers), MP4) == Facts(0, 0, near(3.0))


@pytest.mark.parametrize("form", [MP4, MOV])
async def test_a_container_without_pictures_is_a_sound(tmp_path: Path, made, form) -> None:
    assert await looked_at(tmp_path, made.sound(3, form.suffix), form) == Facts(0, 0, near(3.0))


@pytest.mark.parametrize("form", [MP4, MOV, MP3, WAV])
async def test_a_single_picture_or_moment_has_hardly_a_length(tmp_path: Path, made, form) -> None:
    facts = await looked_at(tmp_path, made.of(form, 1 / RATE), form)
    assert facts.seconds == pytest.approx(1 / RATE, abs=0.03)


@pytest.mark.parametrize("share", [0.001, 0.1, 0.5, 0.97])
@pytest.mark.parametrize("form", [MP4, MOV, MP3, WAV])
async def test_what_is_cut_short_is_broken(tmp_path: Path, made, form, share) -> None:
    body = made.of(form, 12)
    cut = body[: max(int(len(body) * share), 12)]
    if form in (MP3, WAV) and share == 0.97:
        # So little missing is what encoders leave out themselves, and programs that count a sample too many.
        assert await looked_at(tmp_path, cut, form) == Facts(0, 0, pytest.approx(11.6, abs=0.1))
        return
    with pytest.raises(Broken):
        await looked_at(tmp_path, cut, form)


@pytest.mark.parametrize("form", [MP4, MOV, MP3, WAV])
async def test_what_is_made_longer_is_as_long_as_before(tmp_path: Path, made, form) -> None:
    body = made.of(form, 12)
    assert (await looked_at(tmp_path, padded(body, form, 2_000_000), form)).seconds == near(12.0)


NOISE = random.Random(7).randbytes(100_000)


@pytest.mark.parametrize(
    ("form", "body"),
    [
        (MP4, b"\x00\x00\x00\x18ftypmp42" + bytes(12)),
        (MP4, b"\x00\x00\x00\x18ftypmp42" + bytes(12) + NOISE),
        (MOV, struct.pack(">I", 8) + b"moov"),
        (MP3, b"ID3\x04\x00\x00\x00\x00\x00\x00" + NOISE),
        (MP3, b"ID3\x04\x00\x00\x00\x00\x00\x00" + bytes(100_000)),
        (MP3, b"\xff\xfb\x90\x64" + bytes(9)),
        (MP3, b"ID3\x04\x00\x00\x00\x00\x00\x00ffconcat version 1.0\nfile /etc/hostname\n"),
        (WAV, b"RIFF" + bytes(4) + b"WAVE"),
        (WAV, b"RIFF" + bytes(4) + b"WAVEfmt " + NOISE),
    ],
)
async def test_what_only_begins_like_it_is_broken(tmp_path: Path, form, body) -> None:
    with pytest.raises(Broken):
        await looked_at(tmp_path, body, form)


@pytest.mark.parametrize("content", [b"\x00", NOISE])
async def test_a_video_without_a_picture_that_can_be_decoded_is_broken(tmp_path: Path, made, content) -> None:
    with pytest.raises(Broken):
        await looked_at(tmp_path, with_content(made.of(MP4), content), MP4)


async def test_a_table_of_a_thousand_million_samples_ends_in_its_bounds(tmp_path: Path, made) -> None:
    body = made.of(MP4)
    at = body.index(b"stsz") + 8
    with pytest.raises(Broken):
        # All of one size, so that the table itself takes no room in the file.
        await looked_at(tmp_path, body[:at] + struct.pack(">II", 1, 10**9) + body[at + 8 :], MP4)


async def test_nothing_in_a_sound_opens_another_file(tmp_path: Path, made) -> None:
    (tmp_path / "other.wav").write_bytes(made.of(WAV))
    listing = b"ffconcat version 1.0\nfile other.wav\n"
    for form in (MP4, MOV, MP3, WAV):
        with pytest.raises(Broken):
            await looked_at(tmp_path, listing, form)
