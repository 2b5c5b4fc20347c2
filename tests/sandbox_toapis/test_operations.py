"""The newest model extends and edits videos; what cannot be is refused."""

from pathlib import Path
from typing import Any

import pytest

from tests.sandbox_toapis.client import client, files, frame, inspected, picture
from tests.sandbox_toapis.samples import video
from tests.sandbox_toapis.test_footage_of_media import clip_of, difference

NEWEST = {"model": "seedance-2-5", "aspect_ratio": "adaptive"}


def source(place: str) -> dict[str, Any]:
    return {"video_with_roles": [{"url": f"{place}/clip", "role": "reference_video"}]}


async def test_an_extended_clip_begins_with_its_source_and_goes_on(tmp_path: Path) -> None:
    before = video(2.0)
    async with client(tmp_path, size_scale=0.25) as asks, files({"clip": before}) as place:
        extend = {**NEWEST, **source(place), "video_operation": "extend"}
        clip, _ = await clip_of(asks, **extend, duration=4)
        assert inspected(clip, tmp_path)[2] == pytest.approx(4.0, abs=0.1)
        for at in (0.0, 1.0, 1.9):
            ours = frame(clip, at, tmp_path)
            theirs = frame(before, at, tmp_path).resize(ours.size)
            assert difference(ours, theirs) < 8
        after = frame(clip, 3.0, tmp_path)
        assert difference(after, frame(before, 1.9, tmp_path).resize(after.size)) > 30
        longer, _ = await clip_of(asks, **extend, duration=-1)
        assert inspected(longer, tmp_path)[2] == pytest.approx(7.0, abs=0.1)


async def test_an_edited_clip_is_its_source_with_a_card_on_it(tmp_path: Path) -> None:
    before = video(2.0)
    async with client(tmp_path, size_scale=0.25) as asks, files({"clip": before}) as place:
        clip, _ = await clip_of(asks, **NEWEST, **source(place), duration=-1, video_operation="edit")
        assert inspected(clip, tmp_path)[2] == pytest.approx(2.0, abs=0.1)
        ours = frame(clip, 1.0, tmp_path)
        width, height = ours.size
        lower = (0, height * 2 // 3, width, height)
        theirs = frame(before, 1.0, tmp_path).resize(ours.size)
        assert difference(ours.crop(lower), theirs.crop(lower)) < 12
        assert difference(ours, theirs) > 5


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"video_operation": "edit", "duration": 5}, "duration must be -1"),
        ({"video_operation": "extend", "duration": 31}, "between 4 and 30"),
        ({"video_operation": "extend", "duration": 4, "of": 5.0}, "whole length"),
        ({"video_operation": "extend", "aspect_ratio": "16:9"}, "must be adaptive"),
        ({"video_operation": "edit", "duration": -1, "of": None}, "at least one video_with_roles"),
        ({"video_operation": "extend", "model": "seedance-2"}, "not supported by this model"),
        ({"video_operation": "redo"}, "must be one of"),
        # What only the pages of other models list.
        ({"seed": 7}, "seed is not supported"),
        ({"model": "seedance-2", "output_format": "mov"}, "output_format is not supported"),
    ],
)
async def test_an_illegal_operation_is_refused(tmp_path: Path, fields: dict[str, Any], words: str) -> None:
    length = fields.pop("of", 2.0)
    async with client(tmp_path) as asks, files({"clip": video(length or 2.0), "ref": picture()}) as place:
        media = source(place) if length else {}
        answer = await asks.submit("videos", **{"ratio": None, "duration": 6, **NEWEST, **media, **fields})
        assert answer.status == 400
        assert words in answer.json["error"]["message"]
        assert not asks.provider.tasks


async def test_a_source_may_be_as_long_as_the_model_makes_one(tmp_path: Path) -> None:
    async with client(tmp_path) as asks, files({"clip": video(16.0)}) as place:
        plain = {"ratio": None, **NEWEST, **source(place), "duration": 20}
        assert (await asks.submit("videos", **plain)).status == 400
        assert (await asks.submit("videos", **plain, video_operation="extend")).status == 200
