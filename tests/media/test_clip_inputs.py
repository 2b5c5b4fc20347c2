"""A finished clip, or its last picture, becomes an input file of another request."""

from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from bot.domain.chain import Operation, ParentGone
from bot.domain.errors import Refusal
from bot.domain.media import AttachmentInput, Kind, MediaFormat, Role
from bot.domain.models import Dialect, Model
from bot.media.disk_media import DiskMedia
from tests.models import capability_of
from tests.sandbox_toapis.samples import QUICK, made

JOB = "k3f9a2k3f9a2k3f9a2ab"
CAPABILITY = capability_of(Model.SEEDANCE_2_5, Dialect.VIDEOS).for_operation(Operation.EXTEND)
SOURCE = AttachmentInput("", "clip.mp4", 0, Role.REFERENCE_VIDEO, "video 1", clip_of=JOB)
FRAME = replace(SOURCE, role=Role.FIRST_FRAME, option="image")
# Red for two seconds, and blue in its last tenth; its sound outlasts it.
FILM = (
    *("-f", "lavfi", "-i", "color=red:s=640x360:r=24:d=2", "-f", "lavfi", "-i", "color=blue:s=640x360:r=24:d=0.1"),
    *("-f", "lavfi", "-i", "sine=d=2.3", "-filter_complex", "[0][1]concat=n=2:v=1[v]", "-map", "[v]", "-map", "2:a"),
    *("-c:v", "libx264", *QUICK, "-c:a", "aac"),
)


async def test_a_clip_and_its_last_picture_are_kept_beside_it(tmp_path: Path) -> None:
    film = made(FILM, "mp4")
    async with DiskMedia(tmp_path, frozenset()) as media:
        with pytest.raises(Refusal) as refused:
            await media.keep_clip(SOURCE, CAPABILITY)
        assert refused.value.problem == ParentGone()
        clip = tmp_path / "clips" / f"{JOB}.mp4"
        clip.write_bytes(film)
        stored = await media.keep_clip(SOURCE, CAPABILITY)
        assert (stored.format, stored.width, stored.height) == (MediaFormat.MP4, 640, 360)
        copy = await media.bring_input(stored)
        assert copy is not None
        assert copy.read_bytes() == clip.read_bytes() == film
        frame = await media.keep_clip(FRAME, CAPABILITY)
        assert (frame.kind, frame.width, frame.height) == (Kind.IMAGE, 640, 360)
        picture = await media.bring_input(frame)
        assert picture is not None
        red, _, blue = Image.open(picture).convert("RGB").getpixel((320, 180))
        assert blue > 200
        assert red < 50
        # Nothing but these two, and no half of a file.
        assert {path.name for path in (tmp_path / "inputs").iterdir()} == {stored.file_name, frame.file_name}


async def test_a_clip_with_too_many_bytes_goes_out_as_a_smaller_copy(tmp_path: Path) -> None:
    rule = replace(CAPABILITY.rules[Role.REFERENCE_VIDEO], max_bytes=60_000)
    small = replace(CAPABILITY, rules={**CAPABILITY.rules, Role.REFERENCE_VIDEO: rule})
    noise = ("-f", "lavfi", "-i", "nullsrc=s=640x360:r=24:d=2,geq=random(1)*255:128:128", "-c:v", "libx264", *QUICK)
    async with DiskMedia(tmp_path, frozenset()) as media:
        clip = tmp_path / "clips" / f"{JOB}.mp4"
        clip.write_bytes(made((*noise, "-crf", "40"), "mp4"))
        assert clip.stat().st_size > rule.max_bytes
        stored = await media.keep_clip(SOURCE, small)
        assert stored.size <= rule.max_bytes
        assert stored.width * stored.height > 0
