"""What files really are."""

import random
from pathlib import Path

import pytest

from bot.domain.errors import ClipUnreachable, ClipUnusable
from bot.media.boxes import is_cut_short
from bot.media.inspect import Broken, Enormous, Facts, OtherKind, VideoFacts, inspect_image, inspect_video
from tests.media.places import a_clip, a_picture, a_png_of, a_webp_header, an_animation

IMAGES = ("JPEG", "PNG", "WEBP")


async def looked_at(folder: Path, body: bytes) -> Facts:
    path = folder / "image"
    path.write_bytes(body)
    return await inspect_image(path)


@pytest.mark.parametrize("kind", IMAGES)
async def test_the_three_kinds_are_taken(tmp_path: Path, kind) -> None:
    assert await looked_at(tmp_path, a_picture(kind, (64, 48))) == Facts(64, 48)


async def test_an_animated_png_counts_as_its_first_picture(tmp_path: Path) -> None:
    assert await looked_at(tmp_path, an_animation("PNG")) == Facts(32, 32)


async def test_an_animated_webp_is_named(tmp_path: Path) -> None:
    with pytest.raises(OtherKind, match="animated WebP"):
        await looked_at(tmp_path, an_animation("WEBP"))


@pytest.mark.parametrize("kind", IMAGES)
@pytest.mark.parametrize("share", [0.02, 0.5, 0.9])
async def test_a_truncated_image_is_broken(tmp_path: Path, kind, share) -> None:
    body = a_picture(kind, (400, 300))
    with pytest.raises(Broken):
        await looked_at(tmp_path, body[: int(len(body) * share)])


async def test_400_megapixels_are_refused_by_their_header(tmp_path: Path) -> None:
    whole = a_png_of(20_000, 20_000, whole=True)
    assert len(whole) < 200_000
    # Without a single pixel in the file there is nothing to decode: the header alone was judged.
    only_headers = (a_png_of(20_000, 20_000, whole=False), a_webp_header(16_000, 16_000))
    seen = []
    for body in (whole, *only_headers):
        with pytest.raises(Enormous) as refused:
            await looked_at(tmp_path, body)
        seen.append(refused.value.pixels)
    assert seen == [400_000_000, 400_000_000, 256_000_000]


async def test_an_image_at_the_limit_is_decoded(tmp_path: Path) -> None:
    assert await looked_at(tmp_path, a_png_of(10_000, 5_000, whole=True)) == Facts(10_000, 5_000)


async def video(folder: Path, body: bytes, *, ended_well: bool = False) -> VideoFacts:
    path = folder / "clip.part"
    path.write_bytes(body)
    return await inspect_video(path, ended_well=ended_well)


async def test_a_clip_tells_its_facts(tmp_path: Path, clip) -> None:
    assert await video(tmp_path, clip) == VideoFacts(1.0, 160, 90)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>sorry</html>",
        b"no video\n" * 400,
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
async def test_a_clip_that_is_cut_short_can_be_fetched_again(tmp_path: Path, clip, share) -> None:
    with pytest.raises(ClipUnreachable, match="boxes"):
        await video(tmp_path, clip[: int(len(clip) * share)])
    with pytest.raises(ClipUnusable, match="boxes"):
        await video(tmp_path, clip[: int(len(clip) * share)], ended_well=True)


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
