"""What finished clips really are: whole, damaged, or nothing of the kind."""

import random
from pathlib import Path

import pytest

from bot.domain.clip_errors import ClipDamaged, ClipUnusable
from bot.media.clips import Facts, check_form, delete_clip, inspect_clip
from bot.media.disk import new_part
from bot.media.headers import is_cut_short, movie_seconds
from tests.media.places import a_clip, a_picture


async def video(folder: Path, body: bytes) -> Facts:
    path = folder / "clip.part"
    path.write_bytes(body)
    await check_form(path)
    return await inspect_clip(path)


async def test_a_clip_tells_its_facts(tmp_path: Path, clip) -> None:
    assert await video(tmp_path, clip) == Facts(160, 90, 1.0)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>sorry</html>",
        b"no video\n" * 400,
        b'{"error":{"code":"NoSuchKey","message":"The specified key does not exist."}}',
        bytes(5000),
        a_picture("PNG"),
        b"#EXTM3U\n#EXTINF:1,\nfile:///etc/hostname\n",
        b"ffconcat version 1.0\nfile /etc/hostname\n",
        b"\x00\x00\x00\x18ftypmp42" + bytes(12) + random.Random(5).randbytes(5000),
    ],
)
async def test_what_is_no_video_is_unusable(tmp_path: Path, body) -> None:
    with pytest.raises(ClipUnusable):
        await video(tmp_path, body)


async def test_sound_alone_is_no_video(tmp_path: Path) -> None:
    with pytest.raises(ClipUnusable):
        await video(tmp_path, a_clip(tmp_path, "-f", "lavfi", "-i", "sine=d=1", "-map", "1:a"))


@pytest.mark.parametrize("share", [0.3, 0.6, 0.99])
async def test_a_clip_that_is_cut_short_is_damaged(tmp_path: Path, clip, share) -> None:
    with pytest.raises(ClipDamaged, match="boxes"):
        await video(tmp_path, clip[: int(len(clip) * share)])


@pytest.mark.parametrize("first", [b"uuid", b"pnot", b"junk", b"\x20abc"])
async def test_a_clip_may_begin_with_any_box(tmp_path: Path, clip, first) -> None:
    assert await video(tmp_path, clip[:4] + first + clip[8:]) == Facts(160, 90, 1.0)


def test_boxes_tell_whether_a_file_is_whole(tmp_path: Path, clip) -> None:
    path = tmp_path / "clip"
    for body, cut in (
        (clip, False),
        (clip[:-1], True),
        (clip + bytes(5000), False),
        (b"", False),
        (b"\x00" * 8, False),
    ):
        path.write_bytes(body)
        assert is_cut_short(path) is cut
    path.write_bytes(b"\x00\x00\x00\x01mdat" + (32).to_bytes(8, "big") + bytes(16))
    assert not is_cut_short(path)
    path.write_bytes(b"\x00\x00\x00\x01mdat" + (33).to_bytes(8, "big") + bytes(16))
    assert is_cut_short(path)


def test_an_mp4_states_its_length_also_where_its_samples_are_missing(tmp_path: Path, clip) -> None:
    path = tmp_path / "clip"
    long = b"\x01" + bytes(3) + bytes(16) + (1000).to_bytes(4, "big") + (4500).to_bytes(8, "big")
    unknown = bytes(12) + (1000).to_bytes(4, "big") + b"\xff" * 4 + bytes(12)

    def movie(header: bytes) -> bytes:
        box = (8 + len(header)).to_bytes(4, "big") + b"mvhd" + header
        return (8 + len(box)).to_bytes(4, "big") + b"moov" + box

    without = clip.replace(b"mvhd", b"free")
    for body, seconds in (
        (clip, 1.0),
        (clip[: len(clip) // 2], 1.0),
        (movie(long), 4.5),
        (movie(unknown), None),
        (without, None),
        (b"", None),
    ):
        path.write_bytes(body)
        assert movie_seconds(path) == seconds


def test_with_a_clip_goes_what_a_dead_process_began_to_make_of_it(tmp_path: Path) -> None:
    for name in ("one.mp4", "one.fit-9.mp4", "other.mp4"):
        (tmp_path / name).touch()
        assert new_part(tmp_path, Path(name).stem).exists()
        (tmp_path / f"{Path(name).stem}.0f.fitting").mkdir()
        (tmp_path / f"{Path(name).stem}.0f.fitting" / "joined.mp4").touch()
    delete_clip(tmp_path / "one.mp4")
    left = sorted(path.name for path in tmp_path.iterdir())
    assert [name.split(".")[0] for name in left] == ["other"] * 3, left
