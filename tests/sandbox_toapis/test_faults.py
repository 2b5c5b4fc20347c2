"""Every fault, seen from a client that speaks real HTTP."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import web

from sandbox.faults import (
    Cut,
    Delay,
    Fault,
    Faults,
    Garbled,
    HalfOpen,
    Reset,
    empty,
    html,
    redirect,
    status,
)
from sandbox.json_answer import json_answer
from sandbox.ledger import Ledger

ANSWER = {"id": "tsk_1", "progress": 5, "result": {"data": []}, "metadata": None}


class Shop:
    """A server that counts what was applied."""

    def __init__(self, faults: Faults, ledger: Ledger) -> None:
        self.faults, self.ledger = faults, ledger
        self.applied: list[bytes] = []
        self.url = ""

    async def sell(self, request: web.Request) -> web.Response:
        self.applied.append(await request.read())
        return json_answer(ANSWER)


@asynccontextmanager
async def shop(seed: int = 1) -> AsyncIterator[Shop]:
    ledger = Ledger()
    place = Shop(Faults(ledger, seed=seed), ledger)
    app = web.Application(middlewares=[place.faults.middleware])
    app.router.add_route("*", "/{path:.*}", place.sell)
    runner = web.AppRunner(app, shutdown_timeout=0.2)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    place.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield place
    finally:
        await runner.cleanup()


async def buy(place: Shop, *, seconds: float = 5.0) -> tuple[int, bytes, dict[str, str]]:
    timeout = aiohttp.ClientTimeout(total=seconds)
    async with (
        aiohttp.ClientSession(timeout=timeout) as client,
        client.post(f"{place.url}/v1/buy", data=b"x" * 1000, allow_redirects=False) as answer,
    ):
        return answer.status, await answer.read(), dict(answer.headers)


@pytest.mark.parametrize(("reset", "applied"), [(Reset.BEFORE, 0), (Reset.EARLY, 0), (Reset.AFTER, 1)])
async def test_a_reset_reaches_the_client_and_applies_only_after(reset: Reset, applied: int) -> None:
    async with shop() as place:
        place.faults.add("POST /v1/buy", reset)
        with pytest.raises(aiohttp.ClientConnectionError):
            await buy(place)
        assert len(place.applied) == applied
        assert [entry.detail["fault"] for entry in place.ledger.of("fault")] == [reset]
        assert (await buy(place))[0] == 200


@pytest.mark.parametrize(("fault", "applied"), [(Delay(60), 0), (Delay(60, applied=True), 1), (HalfOpen(), 0)])
async def test_a_client_that_gives_up_waiting(fault: Fault, applied: int) -> None:
    async with shop() as place:
        place.faults.add("POST /v1/*", fault)
        with pytest.raises(TimeoutError):
            await buy(place, seconds=0.2)
        assert len(place.applied) == applied


async def test_a_delay_that_is_waited_out_goes_on() -> None:
    async with shop() as place:
        place.faults.add("POST /v1/*", Delay(0.1))
        assert (await buy(place))[0] == 200
        assert len(place.applied) == 1


async def test_clearing_lets_the_waiting_go_on() -> None:
    async with shop() as place:
        place.faults.add("POST /v1/*", Delay(60))
        waiting = asyncio.create_task(buy(place))
        await place.ledger.until(lambda: place.ledger.of("fault"))
        place.faults.clear()
        assert (await waiting)[0] == 200


@pytest.mark.parametrize("applied", [False, True])
@pytest.mark.parametrize(
    ("make", "code", "body"),
    [
        (
            lambda applied: status(429, {"a": 1}, {"Via": "1.1 x", "Retry-After": "3"}, applied=applied),
            429,
            b'{"a": 1}',
        ),
        (lambda applied: status(502, applied=applied), 502, b'{"message": "fault"}'),
        (lambda applied: html(applied=applied), 200, b"<!doctype"),
        (lambda applied: html(503, applied=applied), 503, b"<!doctype"),
        (lambda applied: empty(applied=applied), 200, b""),
        (lambda applied: redirect("http://127.0.0.2/x", applied=applied), 302, b""),
    ],
)
async def test_an_answer_in_place_of_the_real_one(
    make: Callable[[bool], Fault], code: int, body: bytes, applied: bool
) -> None:
    async with shop() as place:
        fault = make(applied)
        place.faults.add("POST /v1/buy", fault)
        seen, text, headers = await buy(place)
        assert seen == code
        assert text.startswith(body)
        assert bool(text) == bool(body)
        assert len(place.applied) == int(applied)
        assert getattr(fault, "headers", {}).items() <= headers.items()


async def test_an_answer_takes_the_place_of_a_streamed_file_and_never_follows_it() -> None:
    async with shop() as place:
        place.faults.add("GET /v1/*", status(502, applied=True))
        async with aiohttp.ClientSession() as session, session.get(f"{place.url}/v1/buy") as answer:
            assert (answer.status, await answer.text()) == (502, '{"message": "fault"}')
        assert place.applied == []


async def test_json_cut_short_of_its_declared_length() -> None:
    async with shop() as place:
        place.faults.add("POST /v1/buy", Cut())
        with pytest.raises(aiohttp.ClientPayloadError):
            await buy(place)
        assert len(place.applied) == 1


async def test_json_cut_within_a_whole_frame() -> None:
    async with shop() as place:
        place.faults.add("POST /v1/buy", Cut(framed=True))
        code, text, _ = await buy(place)
        assert (code, json.dumps(ANSWER).encode()[: len(text)]) == (200, text)
        with pytest.raises(json.JSONDecodeError):
            json.loads(text)


async def test_wrong_types() -> None:
    async with shop() as place:
        place.faults.add("POST /v1/buy", Garbled())
        answer = json.loads((await buy(place))[1])
        assert answer == {"id": 7, "progress": "5", "result": [{"data": []}], "metadata": "yes"}


async def test_times_skip_and_route_choose_the_requests() -> None:
    async with shop() as place:
        handle = place.faults.add("POST /v1/buy", status(500), times=2, skip=1)
        place.faults.add("GET /v1/buy", status(501), times=None)
        assert [(await buy(place))[0] for _ in range(4)] == [200, 500, 500, 200]
        assert (handle.fired, handle.seen) == (2, 4)


async def test_chance_repeats_with_its_seed() -> None:
    async def run() -> list[int]:
        async with shop(seed=7) as place:
            place.faults.add("POST *", status(500), times=None, chance=0.5)
            return [(await buy(place))[0] for _ in range(16)]

    first = await run()
    assert set(first) == {200, 500}
    assert await run() == first


async def test_a_removed_fault_never_strikes() -> None:
    async with shop() as place:
        place.faults.add("POST *", status(500)).remove()
        assert (await buy(place))[0] == 200


async def test_a_reset_is_a_tcp_reset() -> None:
    async with shop() as place:
        place.faults.add("GET /", Reset.BEFORE)
        reader, writer = await asyncio.open_connection("127.0.0.1", int(place.url.rsplit(":", 1)[1]))
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        with pytest.raises(ConnectionResetError):
            await reader.read()
        writer.close()


@pytest.mark.parametrize(
    "fault", [status(400, {"code": 50035}), status(502, applied=True), Garbled(), Cut(framed=True)], ids=repr
)
async def test_json_comes_without_a_charset(fault: Fault) -> None:
    async with shop() as place:
        place.faults.add("POST /v1/buy", fault)
        _, _, headers = await buy(place)
        assert headers["Content-Type"] == "application/json"
