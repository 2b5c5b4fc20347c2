"""Downloads, good and bad, and how long their URLs live."""

import asyncio
from pathlib import Path

import aiohttp
import pytest
from yarl import URL

from sandbox.toapis.downloads import SIGNATURES
from tests.sandbox_toapis.client import Client, client, inspected, still_clock


async def pulled(asks: Client, url: str, most: int) -> int:
    """Read a download until it ends or `most` bytes have come."""
    got = 0
    async with asks.session.get(url) as answer:
        async for part in answer.content.iter_any():
            got += len(part)
            if got >= most:
                break
    return got


async def test_a_download_needs_no_key(tmp_path: Path) -> None:
    async with client(tmp_path) as asks:
        _, url = await asks.finished()
        assert url.startswith(f"{asks.provider.url}/files/videos/")
        assert (await asks.ask("GET", url, key="wrong")).status == 200


async def test_a_url_dies_after_a_day_and_a_fresh_look_brings_another(tmp_path: Path) -> None:
    clock = still_clock()
    async with client(tmp_path, clock=clock) as asks:
        task, url = await asks.finished()
        clock.advance(86_000)
        assert (await asks.ask("GET", url)).status == 200
        clock.advance(1_000)
        assert (await asks.ask("GET", url)).status == 404
        answer = (await asks.look(task)).json
        assert answer["expires_at"] > clock.now()
        assert (await asks.ask("GET", answer["result"]["data"][0]["url"])).status == 200


@pytest.mark.parametrize(("for_good", "code"), [(False, 200), (True, 404)])
async def test_urls_expired_by_hand(tmp_path: Path, for_good: bool, code: int) -> None:
    async with client(tmp_path) as asks:
        task, url = await asks.finished()
        asks.provider.expire_urls(task, for_good=for_good)
        assert (await asks.ask("GET", url)).status == 404
        fresh = (await asks.look(task)).json["result"]["data"][0]["url"]
        assert (await asks.ask("GET", fresh)).status == code


@pytest.mark.parametrize("shape", SIGNATURES)
async def test_a_signed_address_is_compared_byte_for_byte(tmp_path: Path, shape: str) -> None:
    async with client(tmp_path) as asks:
        asks.provider.sign_as(shape)
        _, url = await asks.finished()
        assert (await asks.ask("GET", URL(url, encoded=True))).status == 200
        assert (await asks.ask("GET", URL(url))).status == 403


async def test_a_forged_url_is_not_found(tmp_path: Path) -> None:
    async with client(tmp_path) as asks:
        _, url = await asks.finished()
        for forged in (url[:-1], url.replace("expires=", "expires=9"), url.split("?")[0], f"{asks.provider.url}/files"):
            assert (await asks.ask("GET", forged)).status == 404


@pytest.mark.parametrize(
    ("trouble", "value", "code", "content_type", "start"),
    [
        ("html", "", 200, "text/html; charset=utf-8", b"<!doctype"),
        ("empty", "", 200, "video/mp4", b""),
        ("not_video", "", 200, "video/mp4", b"no video"),
        ("wrong_type", "", 200, "text/plain", b"\0\0\0"),
        ("redirect", "http://127.0.0.2/x", 302, None, b""),
        ("status", "503", 503, None, b""),
    ],
)
async def test_a_download_that_is_something_else(
    tmp_path: Path, trouble: str, value: str, code: int, content_type: str | None, start: bytes
) -> None:
    async with client(tmp_path) as asks:
        _, url = await asks.finished()
        asks.provider.answer_clip_with(trouble, value)
        got = await asks.ask("GET", url)
        assert got.status == code
        assert got.body.startswith(start)
        assert bool(got.body) == bool(start)
        assert content_type is None or got.headers["Content-Type"] == content_type
        assert got.headers.get("Location", "") == (value if code == 302 else "")
        assert inspected((await asks.ask("GET", url)).body, tmp_path)[0] == "h264"
        assert [entry.detail["trouble"] for entry in asks.provider.ledger.of("clip")] == [trouble, None]


async def test_a_truncated_download(tmp_path: Path) -> None:
    async with client(tmp_path) as asks:
        _, url = await asks.finished()
        asks.provider.answer_clip_with("truncated")
        with pytest.raises(aiohttp.ClientPayloadError):
            await asks.ask("GET", url)


@pytest.mark.parametrize(("trouble", "length"), [("endless", None), ("huge", str(10 * 1024**3))])
async def test_a_download_that_never_ends(tmp_path: Path, trouble: str, length: str | None) -> None:
    async with client(tmp_path) as asks:
        _, url = await asks.finished()
        asks.provider.answer_clip_with(trouble)
        async with asks.session.get(url) as answer:
            assert answer.headers.get("Content-Length") == length
            assert (await answer.content.readexactly(8))[4:8] == b"ftyp"
            await answer.content.readexactly(3 << 20)
            answer.close()
        ledger = asks.provider.ledger
        (entry,) = await ledger.until(lambda: ledger.of("clip"), what="the end of the download")
        assert entry.detail["bytes"] >= 3 << 20


async def test_a_slow_download_comes_in_its_pace(tmp_path: Path) -> None:
    async with client(tmp_path) as asks:
        _, url = await asks.finished()
        asks.provider.answer_clip_with("slow", "100")
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await pulled(asks, url, 10_000)


async def test_a_trouble_for_one_task_spares_the_others(tmp_path: Path) -> None:
    async with client(tmp_path) as asks:
        task, url = await asks.finished()
        _, other = await asks.finished()
        asks.provider.answer_clip_with("status", "500", task_id=task, times=None)
        codes = [(await asks.ask("GET", which)).status for which in (other, url, url)]
        assert codes == [200, 500, 500]
        asks.provider.answer_clip_with(None)
        assert (await asks.ask("GET", url)).status == 200


async def test_a_stand_in_that_stops_ends_what_never_ends(tmp_path: Path) -> None:
    async with aiohttp.ClientSession() as session:
        async with client(tmp_path) as asks:
            _, url = await asks.finished()
            asks.provider.answer_clip_with("endless")
            answer = await session.get(url)
            await answer.content.readexactly(1000)
        with pytest.raises(aiohttp.ClientError):
            await answer.read()
        answer.close()
