"""What is behind a request's URLs: fetched for real, and judged by its bytes."""

import asyncio
import struct
import zlib
from collections.abc import Callable
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from PIL import Image

from tests.sandbox_toapis.client import Client, client, files, picture
from tests.sandbox_toapis.samples import QUICK, REFERENCE, made, sound, video

MB = 1024 * 1024


def plain(size: tuple[int, int], kind: str = "PNG") -> bytes:
    file = BytesIO()
    Image.new("RGB", size, (9, 90, 200)).save(file, kind)
    return file.getvalue()


def with_a_large_profile() -> bytes:
    """A PNG with 1.1 MB of a profile, as some printers' programs write it."""
    file = BytesIO()
    Image.new("RGB", (400, 300)).save(file, "PNG", icc_profile=bytes(1_100_000))
    return file.getvalue()


def padded(data: bytes, size: int) -> bytes:
    """The same picture with nothing behind it, up to so many bytes."""
    return data + bytes(size - len(data))


def header_only(width: int, height: int) -> bytes:
    """A PNG of that size as far as its header goes."""
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rest = struct.pack(">I", zlib.crc32(head)) + struct.pack(">I", 99) + b"IDAT"
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + head + rest


def media(url: str, role: str, *others: str) -> dict[str, Any]:
    kind = role.removeprefix("reference_") if role.startswith("reference") else "image"
    return {f"{kind}_with_roles": [{"url": one, "role": role} for one in (url, *others)]}


@pytest.mark.parametrize(
    ("sides", "rate", "wrong"),
    [
        ("864x480", 24, ""),
        ("1280x720", 60, ""),
        ("848x480", 24, "must have 409600 to 927408 pixels, not 848x480"),
        ("1920x1080", 30, "must have 409600 to 927408 pixels, not 1920x1080"),
        ("864x480", 10, "must have 24 to 60 FPS, not 10"),
        ("864x480", 120, "must have 24 to 60 FPS, not 120"),
    ],
)
async def test_footage_is_judged_where_that_is_asked_for(tmp_path: Path, sides, rate, wrong) -> None:
    clip = made(("-f", "lavfi", "-i", f"testsrc=s={sides}:r={rate}:d=2", "-c:v", "libx264", *QUICK), "mp4")
    for judges in (True, False):
        async with client(tmp_path / str(judges), judges_footage=judges) as asks, files({"v.mp4": clip}) as there:
            said = await judged(asks, media(f"{there}/v.mp4", "reference_video"))
            assert wrong in said if judges and wrong else said == ""


async def judged(asks: Client, fields: dict[str, Any]) -> str:
    """ "" for a paid request, else the sentence of its refusal."""
    answer = await asks.submit(**fields)
    if answer.status == 200:
        return ""
    assert (answer.status, answer.json["error"]["code"]) == (400, "invalid_request")
    return str(answer.json["error"]["message"])


SIDES = [
    ((300, 300), ""),
    ((299, 300), "must have sides of 300 to 6000 pixels, not 299x300"),
    ((6000, 2400), ""),
    ((6001, 3000), "must have sides of 300 to 6000 pixels"),
    ((750, 300), ""),
    ((753, 300), "must have an aspect ratio between 0.4 and 2.5"),
    ((300, 750), ""),
    ((300, 753), "must have an aspect ratio between 0.4 and 2.5"),
]


async def test_the_pixels_of_references_are_judged_and_those_of_frames_are_not(tmp_path: Path) -> None:
    served = {f"{size[0]}x{size[1]}.png": plain(size) for size, _ in SIDES} | {"tiny.png": plain((2, 2))}
    async with client(tmp_path, limited=False) as asks, files(served) as place:
        for size, sentence in SIDES:
            said = await judged(asks, media(f"{place}/{size[0]}x{size[1]}.png", "reference_image"))
            assert bool(said) == bool(sentence), (size, said)
            assert sentence in said
        assert await judged(asks, media(f"{place}/tiny.png", "first_frame")) == ""


LENGTHS = [
    ("reference_video", partial(video, 1.8), "must be 2 to 15 seconds long, not 1.8"),
    ("reference_video", partial(video, 2.0), ""),
    ("reference_video", partial(video, 15.0), ""),
    ("reference_video", partial(video, 15.3), "must be 2 to 15 seconds long, not 15.3"),
    ("reference_video", partial(video, 2.0, "mov"), ""),
    ("reference_video", partial(video, 2.0, "webm"), "must be a video in the format MP4 or MOV"),
    ("reference_video", lambda: REFERENCE, "must be a video in the format MP4 or MOV"),
    ("reference_video", partial(sound), "must be a video in the format MP4 or MOV"),
    ("reference_video", lambda: video()[:600], "cannot be read"),
    ("reference_audio", partial(sound, 1.8), "must be 2 to 15 seconds long, not 1.8"),
    ("reference_audio", partial(sound, 2.0), ""),
    ("reference_audio", partial(sound, 15.0, "mp3"), ""),
    ("reference_audio", partial(sound, 15.3), "must be 2 to 15 seconds long, not 15.3"),
    ("reference_audio", partial(sound, 2.0, "m4a"), "must be an audio in the format WAV or MP3"),
    ("reference_audio", partial(video), "must be an audio in the format WAV or MP3"),
    ("reference_image", partial(video), "must be an image in the format JPEG, PNG, WEBP or GIF"),
    ("reference_image", lambda: b"plain text", "has an unsupported format"),
    ("reference_image", bytes, "has an unsupported format"),
    ("reference_image", partial(picture, "GIF", (400, 300)), ""),
    ("first_frame", partial(picture, "GIF"), "must be an image in the format JPEG, PNG or WEBP"),
    ("first_frame", partial(picture, "WEBP"), ""),
    ("first_frame", partial(picture, "AVIF"), "has an unsupported format"),
    ("first_frame", partial(picture, "TIFF"), "has an unsupported format"),
    ("first_frame", with_a_large_profile, ""),
    ("first_frame", lambda: picture("PNG")[:-40], "is not a whole image"),
    ("first_frame", partial(header_only, 8000, 8000), "has too many pixels"),
    ("first_frame", partial(header_only, 12_000, 12_000), "has too many pixels"),
    ("first_frame", partial(header_only, 60_000, 60_000), "has too many pixels"),
    ("first_frame", partial(header_only, 100, 100), "is not a whole image"),
]


async def test_kind_length_and_wholeness_are_judged_from_the_file(tmp_path: Path) -> None:
    served = {str(number): make() for number, (_, make, _) in enumerate(LENGTHS)} | {"ref": REFERENCE}
    async with client(tmp_path, limited=False) as asks, files(served) as place:
        for number, (role, _, sentence) in enumerate(LENGTHS):
            beside = media(f"{place}/ref", "reference_image") if role == "reference_audio" else {}
            said = await judged(asks, {**beside, **media(f"{place}/{number}", role)})
            assert bool(said) == bool(sentence), (number, role, said)
            assert sentence in said
            assert not said or said.startswith(f"{next(iter(media('', role)))}[0].url ")


async def test_lengths_count_together(tmp_path: Path) -> None:
    async with client(tmp_path) as asks, files({"8": video(8.0), "7": video(7.0), "s8": sound(8.0)}) as place:
        assert await judged(asks, media(f"{place}/8", "reference_video", f"{place}/7")) == ""
        said = await judged(asks, media(f"{place}/8", "reference_video", f"{place}/8"))
        assert "video_with_roles must be at most 15 seconds long together, not 16.0" in said
        sounds = media(f"{place}/s8", "reference_audio", f"{place}/s8")
        said = await judged(asks, {**media(f"{place}/8", "reference_video"), **sounds})
        assert "audio_with_roles must be at most 15 seconds long together" in said


SIZES = [
    ("image_urls", lambda: REFERENCE, 10 * MB, "image_urls[0] is too large. Maximum size is 10MB"),
    ("reference_image", lambda: REFERENCE, 30 * MB - 1, "image_with_roles[0].url is too large. Maximum size is 30MB"),
    ("reference_video", video, 50 * MB - 1, "video_with_roles[0].url is too large. Maximum size is 50MB"),
    ("reference_audio", sound, 15 * MB - 1, "audio_with_roles[0].url is too large. Maximum size is 15MB"),
]


@pytest.mark.parametrize(("role", "make", "most", "sentence"), SIZES, ids=[size[0] for size in SIZES])
async def test_sizes_at_the_limit_and_one_past_it(
    tmp_path: Path, role: str, make: Callable[[], bytes], most: int, sentence: str
) -> None:
    served = {"fits": padded(make(), most), "more": padded(make(), most + 1), "ref": REFERENCE}
    async with client(tmp_path) as asks, files(served) as place:
        beside = media(f"{place}/ref", "reference_image") if role == "reference_audio" else {}
        for name, expected in (("fits", ""), ("more", sentence)):
            url = f"{place}/{name}"
            fields = {"image_urls": [url]} if role == "image_urls" else {**beside, **media(url, role)}
            assert await judged(asks, fields) == expected


async def test_what_cannot_be_fetched_is_named_by_its_place(tmp_path: Path) -> None:
    async with client(tmp_path) as asks, files({"ref": REFERENCE}) as place:
        good, none, closed = f"{place}/ref", f"{place}/none", "http://127.0.0.1:1/a"
        failed = "Failed to download the file from"
        assert await judged(asks, {"image_urls": [none]}) == f"{failed} image_urls[0]: HTTP 404"
        assert await judged(asks, {"image_urls": [closed]}) == f"{failed} image_urls[0]"
        three = media(good, "reference_image", good, closed)
        assert await judged(asks, three) == f"{failed} image_with_roles[2].url"
        said = await judged(asks, {**media(good, "reference_image"), **media(none, "reference_video")})
        assert said == f"{failed} video_with_roles[0].url: HTTP 404"
        reasons = [entry.detail["reason"] for entry in asks.provider.ledger.of("fetched", none)]
        assert reasons == [f"{failed} image_urls[0]: HTTP 404", said]
        assert asks.provider.ledger.of("paid") == []


async def test_a_server_that_never_ends_is_cut_off_at_the_limit(tmp_path: Path) -> None:
    async def for_ever(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse()
        await answer.prepare(request)
        while True:
            await answer.write(bytes(MB))

    app = web.Application()
    app.router.add_get("/a", for_ever)
    runner = web.AppRunner(app, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        async with client(tmp_path) as asks:
            said = await judged(asks, {"image_urls": [f"http://127.0.0.1:{runner.addresses[0][1]}/a"]})
            assert said == "image_urls[0] is too large. Maximum size is 10MB"
            assert list((tmp_path / "media").iterdir()) == []
    finally:
        await runner.cleanup()


async def test_a_provider_that_reaches_nothing_outside_takes_its_own_uploads(tmp_path: Path) -> None:
    async with client(tmp_path) as asks, files({"ref": REFERENCE}) as place:
        asks.provider.cannot_fetch(on=True)
        said = await judged(asks, {"image_urls": [f"{place}/ref"]})
        assert said == "Failed to download the file from image_urls[0]"
        own = (await asks.ask("POST", "/v1/uploads/images", data={"file": BytesIO(REFERENCE)})).json["data"]["url"]
        assert await judged(asks, {"image_urls": [own]}) == ""
        assert "Failed to download" in await judged(asks, {"image_urls": [own + "x"]})
        asks.provider.cannot_fetch(on=False)
        assert await judged(asks, {"image_urls": [f"{place}/ref"]}) == ""


async def test_many_submits_at_once_are_each_paid_once(tmp_path: Path) -> None:
    async with client(tmp_path) as asks, files({"clip": video()}) as place:
        fields = {"ratio": None, "client_business_id": "one", **media(f"{place}/clip", "reference_video")}
        answers = await asyncio.gather(*(asks.submit("videos", **fields) for _ in range(4)))
        assert len({answer.json["id"] for answer in answers}) == 1
        assert len(asks.provider.ledger.of("paid")) == 1
