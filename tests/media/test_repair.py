"""What can be decoded of a damaged clip is made to play, and it is known whether pictures are missing."""

from pathlib import Path

import pytest

from bot.domain.reply import RepairedClip
from bot.media.clips import inspect_clip, repair
from bot.media.headers import is_cut_short
from tests.media.damage import claiming_more, with_text_behind
from tests.media.marks import is_marked


@pytest.fixture(scope="session")
def long_clip(made) -> bytes:
    """Four seconds with sound, its table of samples in front."""
    picture = ("-f", "lavfi", "-i", "testsrc2=size=160x90:rate=24:duration=4", "-f", "lavfi", "-i", "sine=duration=4")
    return made.by(".mp4", *picture, "-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "aac", "-movflags", "+faststart")


async def mended(folder: Path, body: bytes, *, in_part: bool) -> RepairedClip | None:
    held, target = folder / "clip.held", folder / "clip.mp4"
    held.write_bytes(body)
    found = await repair(held, target, in_part=in_part)
    assert target.is_file() is (found is not None)
    assert found is None or found.size == target.stat().st_size
    assert {path.name for path in folder.iterdir()} == {"clip.held", *(["clip.mp4"] if found else [])}
    return found


@pytest.mark.parametrize("damage", [claiming_more, with_text_behind, lambda body: body[:-1]])
async def test_where_no_picture_is_missing_it_is_whole(tmp_path: Path, long_clip, damage) -> None:
    found = await mended(tmp_path, damage(long_clip), in_part=False)
    assert found is not None
    assert not found.incomplete
    assert not is_cut_short(tmp_path / "clip.mp4")
    assert is_marked(tmp_path / "clip.mp4")
    assert (await inspect_clip(tmp_path / "clip.mp4")).seconds == pytest.approx(4.0, abs=0.1)


@pytest.mark.parametrize(("share", "seconds"), [(0.5, 2.0), (0.9, 3.6)])
async def test_half_of_it_waits_until_half_is_asked_for(tmp_path: Path, long_clip, share, seconds) -> None:
    half = long_clip[: int(len(long_clip) * share)]
    assert await mended(tmp_path, half, in_part=False) is None
    found = await mended(tmp_path, half, in_part=True)
    assert found is not None
    assert found.incomplete
    assert not is_cut_short(tmp_path / "clip.mp4")
    assert (await inspect_clip(tmp_path / "clip.mp4")).seconds == pytest.approx(seconds, abs=0.3)


async def test_what_nobody_can_decode_stays_where_it_is(tmp_path: Path, long_clip) -> None:
    for body in (long_clip[:3000], b"\x00\x00\x00\x18ftypmp42" + bytes(4000), b""):
        assert await mended(tmp_path, body, in_part=True) is None
