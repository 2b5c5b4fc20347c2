"""What the provider refuses, how it says so, and how fast it may be asked."""

import asyncio
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from sandbox.faults import Reset, status
from sandbox.toapis.errors import REFUSALS, SHAPES
from sandbox.toapis.limits import Limiter
from tests.sandbox_toapis.client import client, files, picture, still_clock

BAD: list[dict[str, Any]] = [
    {"model": None},
    {"model": "seedance-9"},
    {"model": "seedance-2-mini"},
    {"prompt": None},
    {"prompt": "  "},
    {"prompt": 7},
    {"duration": 3},
    {"duration": 16},
    {"duration": 5.0},
    {"duration": "5"},
    {"duration": True},
    {"ratio": "21:9"},
    {"ratio": 1},
    {"image_urls": "https://example.com/a.png"},
    {"image_urls": [7]},
    {"image_urls": ["ftp://example.com/a.png"]},
    {"image_urls": ["http://example.com/a.png"]},
    {"image_urls": ["data:image/png;base64,AAAA"]},
]
BAD_VIDEOS: list[dict[str, Any]] = [
    {"aspect_ratio": "2:1"},
    {"resolution": "8k"},
    {"model": "seedance-2-fast", "resolution": "1080p"},
    {"model": "seedance-2-mini", "duration": 0},
    {"generate_audio": "yes"},
    {"client_business_id": 7},
    {"image_urls": ["https://example.com/a.png"], "image_with_roles": [{"url": "asset://a", "role": "last_frame"}]},
]


@pytest.mark.parametrize(
    ("word", "fields"), [*(("video", bad) for bad in BAD), *(("videos", bad) for bad in BAD_VIDEOS)]
)
async def test_a_bad_request_is_refused_unpaid(tmp_path: Path, word: str, fields: dict[str, Any]) -> None:
    async with client(tmp_path) as asks:
        answer = await asks.submit(word, **fields)
        assert answer.status == 400
        assert answer.json["error"]["code"] == "invalid_request"
        assert asks.provider.ledger.of("paid") == []


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff"])
async def test_a_body_that_is_no_object(tmp_path: Path, body: bytes) -> None:
    async with client(tmp_path) as asks:
        answer = await asks.ask("POST", "/v1/video/generations", data=body)
        assert answer.status == 400


@pytest.mark.parametrize(
    "data",
    [b"", b"plain text", picture("GIF"), picture("PNG")[:-40], picture("JPEG")[:700], picture("PNG") + bytes(10 << 20)],
    ids=["empty", "text", "gif", "cut png", "cut jpeg", "11 MB"],
)
async def test_an_image_that_will_not_do(tmp_path: Path, data: bytes) -> None:
    async with client(tmp_path) as asks, files({"image.png": data}) as place:
        answer = await asks.submit(image_urls=[f"{place}/image.png"])
        assert answer.status == 400
        assert "image_urls[0]" in answer.json["error"]["message"]
        assert asks.provider.ledger.of("paid") == []


async def test_an_image_that_cannot_be_fetched(tmp_path: Path) -> None:
    async with client(tmp_path) as asks, files({}) as place:
        answers = [await asks.submit(image_urls=[url]) for url in (f"{place}/none.png", "http://127.0.0.1:1/a.png")]
        assert [answer.status for answer in answers] == [400, 400]


@pytest.mark.parametrize("kind", sorted(REFUSALS))
async def test_refusing_the_next_submit(tmp_path: Path, kind: str) -> None:
    async with client(tmp_path) as asks:
        asks.provider.refuse_next(kind)
        answer = await asks.submit()
        assert answer.status == REFUSALS[kind].status
        assert answer.json["error"]["code"] == REFUSALS[kind].code
        assert asks.provider.ledger.of("paid") == []
        assert (await asks.submit()).status == 200


@pytest.mark.parametrize("shape", sorted(SHAPES))
@pytest.mark.parametrize("chinese", [False, True])
async def test_every_shape_of_an_error(tmp_path: Path, shape: str, chinese: bool) -> None:
    async with client(tmp_path, chinese=chinese) as asks:
        asks.provider.refuse_as(shape)
        asks.provider.refuse_next("policy")
        answer = await asks.submit()
        assert answer.status == (200 if shape == "success_false_200" else 422)
        said = REFUSALS["policy"].chinese if chinese else REFUSALS["policy"].message
        if shape == "html":
            assert answer.body.startswith(b"<html>")
        elif shape == "empty":
            assert answer.body == b""
        else:
            assert said.encode() in answer.body or said.encode("ascii", "backslashreplace") in answer.body.replace(
                b"\\\\", b"\\"
            )


async def test_a_wrong_or_changed_key(tmp_path: Path) -> None:
    async with client(tmp_path) as asks:
        task, old = await asks.task(), asks.provider.key
        for key in ("", "sk-other", "ключ"):
            answer = await asks.ask("GET", f"/v1/video/generations/{task}", key=key)
            assert (answer.status, answer.json["error"]["code"]) == (401, "unauthorized")
        asks.provider.change_key("sk-new")
        assert (await asks.ask("GET", f"/v1/video/generations/{task}", key=old)).status == 401
        assert (await asks.look(task)).status == 200


async def test_a_task_that_is_not_there(tmp_path: Path) -> None:
    async with client(tmp_path) as asks:
        answer = await asks.look("tsk_none")
        assert answer.status == 404
        assert answer.json == {"error": {"code": 404, "message": "Task not found", "type": "not_found_error"}}
        task = await asks.task()
        asks.provider.lose(task)
        assert (await asks.look(task)).status == 404
        asks.provider.lose(task, lost=False)
        assert (await asks.look(task)).status == 200
    async with client(tmp_path, no_such_task="task_not_exist") as asks:
        answer = await asks.look("tsk_none")
        assert (answer.status, answer.json) == (400, {"message": "task_not_exist"})


async def test_the_submit_limit_and_its_headers(tmp_path: Path) -> None:
    clock = still_clock()
    async with client(tmp_path, clock=clock) as asks:
        codes = [(await asks.submit(prompt="")).status for _ in range(50)]
        assert set(codes) == {400}
        refused = await asks.submit()
        assert (refused.status, refused.json["error"]["code"]) == (429, "rate_limit_exceeded")
        assert refused.headers["X-RateLimit-Category"] == "async_submit"
        assert refused.headers["X-RateLimit-Limit"] == "50"
        assert refused.headers["X-RateLimit-Remaining"] == "0"
        wait = int(refused.headers["Retry-After"])
        assert 1 <= wait <= 10
        assert (await asks.look("x")).status == 404
        clock.advance(wait)
        assert (await asks.submit()).status == 200


def test_the_limit_of_a_minute() -> None:
    now = 0.0
    limiter = Limiter("async_submit", 5, lambda: now, lambda: now)
    passed = []
    for tenth in range(1800):
        now = tenth / 10
        if limiter.admit().allowed:
            passed.append(now)
    minutes = [sum(start <= at < start + 60 for at in passed) for start in range(120)]
    assert (minutes[0], max(minutes)) == (300, 300)
    assert max(sum(start <= at < start + 10 for at in passed) for start in range(170)) == 50


async def test_queries_carry_their_own_category(tmp_path: Path) -> None:
    async with client(tmp_path) as asks:
        assert (await asks.look("x")).headers["X-RateLimit-Category"] == "async_query"


async def test_limits_can_be_lifted(tmp_path: Path) -> None:
    async with client(tmp_path, limited=False) as asks:
        assert {(await asks.submit(prompt="")).status for _ in range(60)} == {400}


async def test_a_limiter_that_is_down_stops_submits_only(tmp_path: Path) -> None:
    async with client(tmp_path) as asks:
        task = await asks.task()
        asks.provider.limiter_down(on=True)
        answer = await asks.submit()
        assert (answer.status, answer.json["error"]["code"]) == (503, "rate_limit_unavailable")
        assert (await asks.look(task)).status == 200
        asks.provider.limiter_down(on=False)
        assert (await asks.submit()).status == 200


async def test_a_fault_after_applying_is_paid_and_booked(tmp_path: Path) -> None:
    async with client(tmp_path) as asks:
        asks.provider.faults.add("POST /v1/video/generations", Reset.AFTER)
        with pytest.raises(aiohttp.ClientConnectionError):
            await asks.submit()
        asks.provider.faults.add("POST /v1/video/generations", status(502, applied=True))
        assert (await asks.submit()).status == 502
        ledger = asks.provider.ledger
        await ledger.until(lambda: len(ledger.of("provider")) == 2)
        assert len(ledger.of("paid")) == 2
        assert ledger.of("provider")[0].detail["status"] is None


async def test_a_closed_port_refuses_and_opens_again(tmp_path: Path) -> None:
    async with client(tmp_path) as asks:
        task = await asks.task()
        url = asks.provider.url
        await asks.provider.close_port()
        with pytest.raises(aiohttp.ClientConnectorError):
            await asks.look(task)
        await asks.provider.open_port()
        assert asks.provider.url == url
        assert (await asks.look(task)).status == 200


async def test_two_stand_ins_know_nothing_of_each_other(tmp_path: Path) -> None:
    async with client(tmp_path / "a") as one, client(tmp_path / "b") as other:
        task, _ = await asyncio.gather(one.task(), other.task(prompt="another"))
        assert len(one.provider.tasks) == len(other.provider.tasks) == 1
        assert task in one.provider.tasks
