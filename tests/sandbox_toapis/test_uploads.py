"""Uploads: their answers, limits, formats, errors, and the URLs that serve them."""

import hashlib
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from sandbox.faults import status
from sandbox.toapis.errors import REFUSALS
from tests.sandbox_toapis.client import Answer, Client, client, picture, still_clock
from tests.sandbox_toapis.samples import REFERENCE, sound, video

MB = 1024 * 1024


async def upload(asks: Client, word: str, data: bytes, *, field: str = "file", key: str | None = None) -> Answer:
    form = aiohttp.FormData()
    form.add_field("purpose", "reference")
    form.add_field(field, BytesIO(data), filename="a_file.bin", content_type="application/octet-stream")
    return await asks.ask("POST", f"/v1/uploads/{word}", key=key, data=form)


TAKEN = [
    ("images", partial(picture, "JPEG"), "image/jpeg", "jpeg"),
    ("images", partial(picture, "PNG"), "image/png", "png"),
    ("images", partial(picture, "WEBP"), "image/webp", "webp"),
    ("images", partial(picture, "GIF"), "image/gif", "gif"),
    ("videos", partial(video, 2.0, "mp4"), "video/mp4", "mp4"),
    ("videos", partial(video, 2.0, "mov"), "video/quicktime", "mov"),
    ("videos", partial(video, 2.0, "webm"), "video/webm", "webm"),
    ("audios", partial(sound, 2.0, "mp3"), "audio/mpeg", "mp3"),
    ("audios", partial(sound, 2.0, "wav"), "audio/wav", "wav"),
    ("audios", partial(sound, 2.0, "m4a"), "audio/mp4", "m4a"),
]


async def test_every_format_is_kept_and_served(tmp_path: Path) -> None:
    async with client(tmp_path) as asks:
        for word, make, mime, ending in TAKEN:
            data = make()
            answer = await upload(asks, word, data)
            assert answer.status == 200, (word, ending, answer.json)
            body = answer.json
            upload_id, url = body["data"].pop("id"), body["data"].pop("url")
            assert body == {"success": True, "message": "", "data": {"mime_type": mime, "size": len(data)}}
            assert url == f"{asks.provider.url}/uploads/{upload_id}.{ending}"
            got = await asks.ask("GET", url, key="none is needed")
            assert (got.body, got.headers["Content-Type"]) == (data, mime)
            (entry,) = asks.provider.ledger.of("upload")[-1:]
            assert entry.route == f"POST /v1/uploads/{word}"
            assert entry.detail == {
                "id": upload_id,
                "url": url,
                "endpoint": word,
                "sha256": hashlib.sha256(data).hexdigest(),
                "size": len(data),
                "name": "a_file.bin",
                "mime_type": mime,
            }


IMAGES = "Unsupported image format. Supported formats: JPEG, PNG, WebP, GIF"
VIDEOS = "Unsupported video format. Supported formats: MP4, WebM, MOV"
AUDIOS = "Unsupported audio format. Supported formats: MP3, WAV, M4A"
REFUSED = [
    ("images", lambda: b"plain text", IMAGES),
    ("images", video, IMAGES),
    ("images", lambda: b"BM" + bytes(90), IMAGES),
    ("images", lambda: REFERENCE[:-40], "Invalid image file"),
    ("images", bytes, "File is empty"),
    ("videos", sound, VIDEOS),
    ("videos", lambda: REFERENCE, VIDEOS),
    ("videos", partial(sound, 2.0, "m4a"), VIDEOS),
    ("audios", video, AUDIOS),
    ("audios", lambda: REFERENCE, AUDIOS),
    ("audios", lambda: b"\xff\xd8\xff", AUDIOS),
]


async def test_what_is_no_such_file_is_refused(tmp_path: Path) -> None:
    async with client(tmp_path) as asks:
        for word, make, sentence in REFUSED:
            answer = await upload(asks, word, make())
            assert (answer.status, answer.json) == (400, {"success": False, "message": sentence})
        assert asks.provider.ledger.of("upload") == []


@pytest.mark.parametrize(
    ("word", "make", "most", "sentence"),
    [
        ("images", picture, 10, "Image too large. Maximum size is 10MB"),
        ("videos", video, 50, "Video too large. Maximum size is 50MB"),
        ("audios", sound, 50, "Audio too large. Maximum size is 50MB"),
    ],
)
async def test_sizes_at_the_limit_and_one_past_it(
    tmp_path: Path, word: str, make: Any, most: int, sentence: str
) -> None:
    async with client(tmp_path) as asks:
        data = make() + bytes(most * MB - len(make()))
        assert (await upload(asks, word, data)).json["data"]["size"] == most * MB
        answer = await upload(asks, word, data + b"\0")
        assert (answer.status, answer.json) == (400, {"success": False, "message": sentence})


async def test_a_request_without_a_file(tmp_path: Path) -> None:
    async with client(tmp_path) as asks:
        answers = [
            await upload(asks, "images", REFERENCE, field="image"),
            await asks.ask("POST", "/v1/uploads/images", data=REFERENCE),
            await asks.ask("POST", "/v1/uploads/images", json={"file": "x"}),
        ]
        for answer in answers:
            assert (answer.status, answer.json) == (400, {"success": False, "message": "No file uploaded"})


async def test_other_refusals_and_their_shapes(tmp_path: Path) -> None:
    async with client(tmp_path) as asks:
        provider = asks.provider
        answer = await upload(asks, "images", REFERENCE, key="sk-wrong")
        assert (answer.status, answer.json["error"]["code"]) == (401, "unauthorized")
        for kind in ("internal", "balance"):
            provider.refuse_next(kind, of="uploads")
            answer = await upload(asks, "images", REFERENCE)
            assert answer.status == REFUSALS[kind].status
            assert answer.json == {"success": False, "message": REFUSALS[kind].message}
        provider.refuse_as("success_false_200", of="uploads")
        provider.refuse_next("policy", of="uploads", message="no")
        answer = await upload(asks, "images", REFERENCE)
        assert (answer.status, answer.json) == (200, {"success": False, "message": "no"})
        provider.faults.add("POST /v1/uploads/*", status(502))
        assert (await upload(asks, "images", REFERENCE)).status == 502
        assert (await asks.submit()).status == 200, "submits were not meant"
        assert (await upload(asks, "images", REFERENCE)).status == 200
        assert (await asks.ask("GET", "/uploads/none.png")).status == 404


async def test_uploads_count_as_submits(tmp_path: Path) -> None:
    async with client(tmp_path, clock=still_clock()) as asks:
        for _ in range(50):
            await upload(asks, "images", b"x")
        answer = await upload(asks, "images", REFERENCE)
        assert (answer.status, answer.json["error"]["code"]) == (429, "rate_limit_exceeded")
        assert int(answer.headers["Retry-After"]) >= 1


async def test_ids_repeat_with_their_seed(tmp_path: Path) -> None:
    ids = []
    for seed in (5, 5, 6):
        async with client(tmp_path, seed=seed) as asks:
            ids.append((await upload(asks, "images", REFERENCE)).json["data"]["id"])
    assert ids[0] == ids[1] != ids[2]
