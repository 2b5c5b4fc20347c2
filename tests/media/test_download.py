"""Files over real HTTP: from where, how much, for how long, and what is left behind."""

import asyncio
import errno
import os
import tracemalloc
from collections.abc import AsyncIterator
from collections.abc import Set as AbstractSet
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web

from bot.media.disk import sweep_unfinished
from bot.media.download import (
    MAX_REDIRECTS,
    BadStatus,
    Fetcher,
    Forbidden,
    Timeouts,
    TooManyBytes,
    TooSlow,
    Unreachable,
)
from tests.domain.test_addresses import TARGETS
from tests.media.places import (
    PATIENT,
    answering,
    cut_short,
    endless,
    place,
    redirect,
    signed_store,
    stutter,
)

HERE = frozenset({"127.0.0.1"})
MAX = 1_000_000


@asynccontextmanager
async def fetcher(allow: AbstractSet[str] = HERE, timeouts: Timeouts = PATIENT) -> AsyncIterator[Fetcher]:
    async with Fetcher(allow, timeouts) as it:
        yield it


async def test_a_file_comes_whole(tmp_path: Path) -> None:
    body = bytes(range(256)) * 3000
    async with place() as there, fetcher() as fetch:
        there.pages["/a"] = body
        part = await fetch.fetch(f"{there.url}/a", tmp_path, MAX, 60)
        assert part.read_bytes() == body
        assert part.parent == tmp_path


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "127.0.0.2", "localhost", "2130706433", "0x7f000001", "127.1", "[::ffff:127.0.0.1]"],
)
async def test_no_spelling_of_a_loopback_address_is_connected_to(tmp_path: Path, host) -> None:
    async with place() as there, fetcher(allow=frozenset()) as fetch:
        there.pages["/a"] = b"secret"
        port = there.url.rpartition(":")[2]
        with pytest.raises(Forbidden):
            await fetch.fetch(f"http://{host}:{port}/a", tmp_path, MAX, 60)
        assert there.asked == []
        assert list(tmp_path.iterdir()) == []


async def test_what_the_guard_forbids_is_known_beforehand() -> None:
    async with place() as there, fetcher(allow=frozenset()) as fetch:
        forbidden = await fetch.forbids(there.url)
        assert forbidden is not None
        assert there.url.removeprefix("http://") in forbidden.remedy
        assert there.asked == []
    async with place() as there, fetcher() as fetch:
        there.pages["/"] = answering(404)
        assert await fetch.forbids(there.url) is None
        assert await fetch.forbids("http://127.0.0.1:9/") is None


async def test_a_redirect_meets_the_same_guard(tmp_path: Path) -> None:
    async with place() as there, place("127.0.0.2") as inner, fetcher() as fetch:
        inner.pages["/secret"] = b"secret"
        for number, target in enumerate(
            (f"{inner.url}/secret", "file:///etc/hostname", "http://[", "ftp://127.0.0.1/a")
        ):
            there.pages[f"/{number}"] = redirect(target)
            with pytest.raises(Forbidden):
                await fetch.fetch(f"{there.url}/{number}", tmp_path, MAX, 60)
        assert inner.asked == []


async def test_redirects_are_followed_for_a_while(tmp_path: Path) -> None:
    async with place() as there, fetcher() as fetch:
        there.pages["/end"] = b"here"
        for number, status in enumerate((301, 302, 303, 307, 308)):
            there.pages[f"/{number}"] = redirect(f"/{number + 1}" if number < MAX_REDIRECTS - 1 else "end", status)
        assert (await fetch.fetch(f"{there.url}/0", tmp_path, MAX, 60)).read_bytes() == b"here"
        there.pages["/loop"] = redirect("/loop")
        with pytest.raises(Unreachable, match="redirects"):
            await fetch.fetch(f"{there.url}/loop", tmp_path, MAX, 60)
        assert there.asked.count("/loop") == MAX_REDIRECTS + 1


@pytest.mark.parametrize("target", TARGETS)
async def test_a_signed_address_is_asked_for_byte_for_byte_through_redirects_too(tmp_path: Path, target: str) -> None:
    async with signed_store(b"signed") as there, fetcher() as fetch:
        there.targets.add(target)
        there.leads = {"/absolute?%2f": f"{there.url}{target}", "/twice": "/absolute?%2f"}
        if not target.startswith("//"):  # as a Location, that names a host
            there.leads["/relative"] = target
        for begin in (target, *there.leads):
            came = await fetch.fetch(f"{there.url}{begin}", tmp_path, MAX, 60)
            assert came.read_bytes() == b"signed"
        with pytest.raises(BadStatus, match="403"):
            await fetch.fetch(f"{there.url}/another%2F", tmp_path, MAX, 60)


async def test_a_body_without_an_end_stops_at_the_cap(tmp_path: Path) -> None:
    async with place() as there, fetcher() as fetch:
        there.pages["/a"] = endless()
        with pytest.raises(TooManyBytes) as refused:
            await fetch.fetch(f"{there.url}/a", tmp_path, MAX, 30)
        assert MAX < refused.value.size < MAX + 1_000_000
        assert list(tmp_path.iterdir()) == []


async def test_a_declared_length_above_the_cap_is_not_begun(tmp_path: Path) -> None:
    async with place() as there, fetcher() as fetch:
        there.pages["/a"] = bytes(MAX + 1)
        there.pages["/b"] = bytes(MAX)
        with pytest.raises(TooManyBytes) as refused:
            await fetch.fetch(f"{there.url}/a", tmp_path, MAX, 60)
        assert refused.value.size == MAX + 1
        assert (await fetch.fetch(f"{there.url}/b", tmp_path, MAX, 60)).stat().st_size == MAX


async def test_what_the_disk_cannot_hold_is_not_begun(tmp_path: Path) -> None:
    begun: list[str] = []
    async with place() as there, Fetcher(HERE, PATIENT, free=lambda folder: 10) as fetch:
        there.pages.update({"/11": bytes(11), "/10": bytes(10)})
        with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
            await fetch.fetch(f"{there.url}/11", tmp_path, MAX, 60, lambda head: begun.append("11"))
        assert (begun, list(tmp_path.iterdir())) == ([], [])
        assert (await fetch.fetch(f"{there.url}/10", tmp_path, MAX, 60)).stat().st_size == 10


async def test_what_breaks_off_is_not_kept(tmp_path: Path) -> None:
    async def stalls(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b"begin")
        await asyncio.Event().wait()
        return response

    async with place() as there, fetcher(timeouts=Timeouts(stall=0.3)) as fetch:
        there.pages.update({"/half": cut_short(bytes(500_000)), "/stalls": stalls})
        for path in ("/half", "/stalls"):
            with pytest.raises(Unreachable):
                await fetch.fetch(f"{there.url}{path}", tmp_path, MAX, 60)
        assert list(tmp_path.iterdir()) == []


async def test_a_drip_ends_with_the_total_time(tmp_path: Path) -> None:
    async def drips(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b".")
            await asyncio.sleep(0)

    async with place() as there, fetcher() as fetch:
        there.pages["/a"] = drips
        with pytest.raises(TooSlow, match=r"within 0\.5 s"):
            await fetch.fetch(f"{there.url}/a", tmp_path, 10**12, 0.5)


@pytest.mark.parametrize("status", [204, 206, 304, 400, 403, 404, 410, 429, 500, 503])
async def test_any_other_status_is_told(tmp_path: Path, status) -> None:
    async with place() as there, fetcher() as fetch:
        there.pages["/a"] = answering(status)
        with pytest.raises(BadStatus) as refused:
            await fetch.fetch(f"{there.url}/a?hm=secretsign", tmp_path, MAX, 60)
        assert refused.value.status == status
        assert "secretsign" not in str(refused.value)


async def test_a_look_at_the_first_bytes_ends_it_early(tmp_path: Path) -> None:
    seen: list[bytes] = []

    def sniff(head: bytes) -> None:
        seen.append(head)
        raise ValueError("seen enough")

    async with place() as there, fetcher() as fetch:
        there.pages.update({"/endless": endless(b"head"), "/small": b"ab", "/empty": b""})
        for path in ("/endless", "/small", "/empty"):
            with pytest.raises(ValueError, match="enough"):
                await fetch.fetch(f"{there.url}{path}", tmp_path, 10**12, 30, sniff)
    assert seen[0][:4] == b"head"
    assert [len(head) for head in seen] == [4096, 2, 0]
    assert list(tmp_path.iterdir()) == []


async def test_a_fetch_that_is_cancelled_leaves_nothing(tmp_path: Path) -> None:
    begun = asyncio.Event()

    async def hangs(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(bytes(600_000))
        begun.set()
        await asyncio.Event().wait()
        return response

    async with place() as there, fetcher(timeouts=Timeouts()) as fetch:
        there.pages["/a"] = hangs
        task = asyncio.create_task(fetch.fetch(f"{there.url}/a", tmp_path, MAX, 30))
        await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert list(tmp_path.iterdir()) == []


async def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    size = 64 * 1024 * 1024

    async def long(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(size // 65536):
            await response.write(bytes(65536))
        return response

    async with place() as there, fetcher(timeouts=Timeouts()) as fetch:
        there.pages["/a"] = long
        tracemalloc.start()
        try:
            part = await fetch.fetch(f"{there.url}/a", tmp_path, size, 60)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert part.stat().st_size == size
    assert peak < size / 6


async def test_what_a_server_says_once_too_often_is_never_the_next_file(tmp_path: Path) -> None:
    async with stutter() as there, fetcher() as fetch:
        for path in ("/first", "/second", "/third"):
            came = await fetch.fetch(f"{there.url}{path}", tmp_path, MAX, 60)
            there.say_again()
            assert came.read_text() == path


def test_what_an_earlier_run_left_is_swept(tmp_path: Path) -> None:
    for name in ("a.part", "b.part", "c.mp4"):
        (tmp_path / name).touch()
    assert sweep_unfinished(tmp_path) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["c.mp4"]
