"""What a clip shows of its media, and the last frame that can be had of it."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageStat

from tests.sandbox_toapis.client import Client, client, files, frame, inspected, picture, still_clock
from tests.sandbox_toapis.samples import REFERENCE, sound, video

OWN = {"ratio": None, "aspect_ratio": "16:9", "generate_audio": False}


def difference(one: Image.Image, other: Image.Image) -> float:
    """Mean difference per channel, 0 to 255."""
    return sum(ImageStat.Stat(ImageChops.difference(one, other)).mean) / 3


def opened(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data)).convert("RGB").resize((320, 180))


def colours(image: Image.Image) -> int:
    """How many pixels have one of the sample picture's colours, which no film would choose."""
    wanted = ((200, 30, 200), (20, 60, 220), (240, 220, 40), (20, 200, 60))
    letters = iter(image.tobytes())
    seen = zip(letters, letters, letters, strict=True)
    return sum(any(max(abs(a - b) for a, b in zip(one, other, strict=True)) < 40 for other in wanted) for one in seen)


def turned(data: bytes) -> bytes:
    """The same pixels, with the EXIF's word that they lie on their side: it is not heeded."""
    exif, file = Image.Exif(), BytesIO()
    exif[0x0112] = 6
    Image.open(BytesIO(data)).convert("RGB").save(file, "PNG", exif=exif)
    return file.getvalue()


def images(*pairs: tuple[str, str]) -> dict[str, Any]:
    return {"image_with_roles": [{"url": url, "role": role} for url, role in pairs]}


async def clip_of(asks: Client, **fields: Any) -> tuple[bytes, dict[str, Any]]:
    answer = await asks.submit("videos", **{**OWN, **fields})
    assert answer.status == 200, answer.json
    task = answer.json["id"]
    await asks.provider.ledger.until(asks.provider.tasks[task].footage.done, within=60, what="the footage")
    asks.provider.finish_now(task)
    made = (await asks.look(task, "videos")).json["result"]["data"][0]
    return (await asks.ask("GET", made["url"])).body, made


async def test_the_clip_goes_from_the_first_frame_to_the_last(tmp_path: Path) -> None:
    file = BytesIO()
    Image.new("RGB", (320, 180), (250, 120, 10)).save(file, "JPEG")
    served = {"first": turned(picture()), "last": file.getvalue()}
    async with client(tmp_path, size_scale=0.25) as asks, files(served) as place:
        fields = images((f"{place}/first", "first_frame"), (f"{place}/last", "last_frame"))
        clip, _ = await clip_of(asks, **fields)
        assert difference(frame(clip, 0, tmp_path), opened(served["first"])) < 8
        last = frame(clip, 3.9, tmp_path).crop((0, 100, 320, 180))
        assert difference(last, opened(served["last"]).crop((0, 100, 320, 180))) < 12


async def test_references_are_seen_in_the_clip(tmp_path: Path) -> None:
    served = {"ref": REFERENCE, "clip": video(), "voice": sound()}
    async with client(tmp_path, size_scale=0.25) as asks, files(served) as place:
        plain, _ = await clip_of(asks)
        one, _ = await clip_of(asks, **images((f"{place}/ref", "reference_image")))
        nine, _ = await clip_of(
            asks,
            **images(*[(f"{place}/ref", "reference_image")] * 9),
            video_with_roles=[{"url": f"{place}/clip", "role": "reference_video"}] * 3,
            audio_with_roles=[{"url": f"{place}/voice", "role": "reference_audio"}] * 3,
        )
        found = [colours(frame(clip, 3, tmp_path)) for clip in (plain, one, nine)]
        assert found[1] > found[0] + 300
        assert found[2] > found[1] + 300


async def test_an_adaptive_ratio_follows_a_reference(tmp_path: Path) -> None:
    async with client(tmp_path) as asks, files({"ref": picture(size=(300, 533))}) as place:
        fields = {"aspect_ratio": "adaptive", **images((f"{place}/ref", "reference_image"))}
        task = (await asks.submit("videos", **{**OWN, **fields})).json["id"]
        path = await asks.provider.tasks[task].footage
        assert inspected(path.read_bytes(), tmp_path)[1] == (90, 160)


async def test_an_asset_made_elsewhere_becomes_the_first_frame(tmp_path: Path) -> None:
    async with client(tmp_path, size_scale=0.25) as asks:
        asks.provider.assets.know("asset_img_01KXXXXXXX", "image")
        clip, _ = await clip_of(asks, **images(("asset://asset_img_01KXXXXXXX", "first_frame")))
        assert inspected(clip, tmp_path)[0] == "h264"


async def test_the_last_frame_is_had_where_it_was_ordered(tmp_path: Path) -> None:
    clock = still_clock()
    async with client(tmp_path, size_scale=0.25, clock=clock) as asks:
        _, made = await clip_of(asks)
        assert sorted(made) == ["format", "url"]
        clip, made = await clip_of(asks, return_last_frame=True)
        url = made["last_frame_url"]
        assert url.startswith(f"{asks.provider.url}/files/frames/")
        got = await asks.ask("GET", url, key="none is needed")
        assert (got.status, got.headers["Content-Type"]) == (200, "image/jpeg")
        assert difference(opened(got.body), frame(clip, 3.95, tmp_path)) < 8
        (entry,) = asks.provider.ledger.of("last_frame")
        assert entry.detail["bytes"] == len(got.body)
        assert (await asks.ask("GET", url[:-1])).status == 404
        clock.advance(86_401)
        assert (await asks.ask("GET", url)).status == 404


@pytest.mark.parametrize("form", ["data_video_url", "image_type", "data_wrapper"])
async def test_other_forms_of_a_result_keep_the_last_frame(tmp_path: Path, form: str) -> None:
    async with client(tmp_path) as asks:
        _, made = await clip_of(asks, return_last_frame=True)
        asks.provider.answer_as(form)
        (task,) = asks.provider.tasks
        answer = (await asks.look(task, "videos")).json
        assert answer.get("data", answer)["result"]["data"][0]["last_frame_url"] == made["last_frame_url"]
