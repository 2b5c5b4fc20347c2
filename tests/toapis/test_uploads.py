"""Bringing a copy to the provider: what leaves, where to, and what comes of each answer."""

import asyncio
import gc
import hashlib
import socket

import pytest

from bot.domain.errors import UploadFailed, UploadRefused
from bot.domain.media import MediaFormat, StoredFile
from bot.domain.stages import Reason
from sandbox.faults import Cut, Garbled, HalfOpen, Reset, empty, html, redirect, status
from tests.toapis.fakes import KEY, provider, scripted_server

URL = "https://files.example/uploads/a.png"
KEPT_THERE = {"success": True, "message": "", "data": {"id": "upl_1", "url": URL, "mime_type": "image/png", "size": 4}}
BYTES = bytes(range(256)) * 8192  # 2 MB: more than one piece


def a_copy(folder, kind: MediaFormat = MediaFormat.PNG, raw: bytes = BYTES):
    stored = StoredFile(hashlib.sha256(raw).hexdigest(), kind, len(raw))
    path = folder / stored.file_name
    path.write_bytes(raw)
    return stored, path


@pytest.mark.parametrize(
    ("kind", "endpoint"),
    [
        (MediaFormat.JPEG, "images"),
        (MediaFormat.PNG, "images"),
        (MediaFormat.WEBP, "images"),
        (MediaFormat.MP4, "videos"),
        (MediaFormat.MOV, "videos"),
        (MediaFormat.MP3, "audios"),
        (MediaFormat.WAV, "audios"),
    ],
)
async def test_the_whole_file_goes_to_the_place_of_its_kind(tmp_path, kind, endpoint) -> None:
    stored, path = a_copy(tmp_path, kind)
    async with scripted_server() as server, provider(server.url) as api:
        server.says(KEPT_THERE)
        assert await api.assets.upload(stored, path) == URL
        (sent,) = server.ledger.of("asked")
        assert sent.route == f"POST /v1/uploads/{endpoint}"
        assert sent.detail["body"] == [("file", stored.file_name, kind.value, BYTES)]
        headers = sent.detail["headers"]
        assert headers["Authorization"] == f"Bearer {KEY}"
        assert int(headers["Content-Length"]) > len(BYTES)  # known beforehand, so not in chunks


@pytest.mark.parametrize("answer", [KEPT_THERE, KEPT_THERE["data"], {"url": URL}, {"data": {"data": {"url": URL}}}])
async def test_the_address_is_read_with_a_wrapper_or_without(tmp_path, answer) -> None:
    async with scripted_server() as server, provider(server.url) as api:
        server.says(answer)
        assert await api.assets.upload(*a_copy(tmp_path)) == URL


SAID = "Image too large. Maximum size is 10MB"


@pytest.mark.parametrize(
    ("answer", "provider_message"),
    [
        ((400, {"success": False, "message": SAID}), SAID),
        ((200, {"success": False, "message": SAID}), SAID),
        ((413, {"error": {"message": SAID}}), SAID),
        ((422, {"error": {"error": {"code": "x", "message": SAID}}}), SAID),
        ((400, {"detail": SAID}), SAID),
        ((400, {"error": SAID}), SAID),
        ((200, {"error": {"code": 400, "message": SAID}}), SAID),
        ((200, {"code": 400, "message": SAID}), SAID),
        ((404, b"<html>"), ""),
        ((413, b""), ""),
        ((402, {"error": {"code": "insufficient_quota", "message": "余额不足"}}), "余额不足"),
        ((401, {"error": {"code": "unauthorized", "message": "Invalid API key sk-1"}}), ""),
    ],
)
async def test_a_refusal_carries_the_provider_s_sentence(tmp_path, answer, provider_message) -> None:
    async with scripted_server() as server, provider(server.url) as api:
        server.says(answer)
        with pytest.raises(UploadRefused) as refused:
            await api.assets.upload(*a_copy(tmp_path))
        assert refused.value.provider_message == provider_message
        assert not provider_message or provider_message not in refused.value.detail
        assert refused.value.reason is {401: Reason.KEY, 402: Reason.NO_BALANCE}.get(answer[0], Reason.INPUT)
        assert len(server.ledger.of("asked")) == 1


async def test_a_word_about_the_key_is_shown_to_no_member_whatever_its_status(tmp_path) -> None:
    async with scripted_server() as server, provider(server.url) as api:
        server.says((200, {"success": False, "error": {"type": "authentication_error", "message": "sk-1"}}))
        with pytest.raises(UploadRefused) as refused:
            await api.assets.upload(*a_copy(tmp_path))
        assert (refused.value.provider_message, refused.value.reason) == ("", Reason.KEY)


@pytest.mark.parametrize(
    "fault",
    [
        Reset.BEFORE,
        Reset.AFTER,
        HalfOpen(),
        Cut(),
        Garbled(),
        html(200),
        empty(200),
        status(408),
        status(429),
        status(500, {"success": False, "message": "no"}),
        status(200, {"success": False, "error": {"code": "rate_limit_exceeded"}}),
        status(502),
        redirect("/elsewhere", 307),
        status(200, {"success": True, "data": {"url": "asset://a"}}),
        status(200, {"success": True, "data": {"url": 7}}),
        status(200, {"success": True, "message": "ok", "data": None}),
    ],
    ids=str,
)
async def test_whatever_else_happens_may_be_tried_again(tmp_path, fault) -> None:
    async with scripted_server() as server, provider(server.url) as api:
        server.says(KEPT_THERE)
        handle = server.faults.add("* *", fault, times=None)
        with pytest.raises(UploadFailed) as failed:
            await api.assets.upload(*a_copy(tmp_path))
        assert failed.value.detail
        assert handle.seen == 1


async def test_no_response_may_be_tried_again(tmp_path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, not listening: refused
        async with provider(f"http://127.0.0.1:{taken.getsockname()[1]}") as api:
            with pytest.raises(UploadFailed):
                await api.assets.upload(*a_copy(tmp_path))


async def test_an_upload_that_is_broken_off_leaves_no_file_open(tmp_path) -> None:
    async with scripted_server() as server, provider(server.url) as api:
        server.says(KEPT_THERE)
        server.faults.add("* *", HalfOpen(), times=None)
        under_way = asyncio.create_task(api.assets.upload(*a_copy(tmp_path)))
        await server.ledger.until(lambda: server.ledger.of("fault"), within=60)
        under_way.cancel()
        with pytest.raises(asyncio.CancelledError):
            await under_way
    gc.collect()  # an open file would warn, which is an error


async def test_a_copy_that_is_gone_is_not_tried_again(tmp_path) -> None:
    stored, path = a_copy(tmp_path)
    path.unlink()
    async with scripted_server() as server, provider(server.url) as api:
        server.says(KEPT_THERE)
        with pytest.raises(UploadRefused) as refused:
            await api.assets.upload(stored, path)
        assert (refused.value.provider_message, str(tmp_path) in refused.value.detail) == ("", False)
        assert server.ledger.of("asked") == []


async def test_neither_key_nor_sentence_is_logged(tmp_path, caplog) -> None:
    caplog.set_level("DEBUG")
    told: list[str] = []
    async with scripted_server() as server, provider(server.url) as api:
        for status_ in (400, 401, 500):
            server.says((status_, {"message": SAID}))
            with pytest.raises((UploadRefused, UploadFailed)) as broken:
                await api.assets.upload(*a_copy(tmp_path))
            told.append(broken.value.detail)
    told += [record.getMessage() for record in caplog.records if record.name.startswith("bot.")]
    ours = "\n".join(told)
    assert "rejected the key" in ours
    assert KEY not in ours
    assert SAID not in ours
