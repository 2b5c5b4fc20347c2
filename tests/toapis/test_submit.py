"""One POST, over real HTTP: what leaves, and what comes of each thing that can break."""

import asyncio
import json
import socket
import ssl

import pytest

from bot.domain.errors import NotAccepted, SubmitRefused, SubmitUnclear
from bot.domain.media import Medium, Role
from bot.domain.models import Dialect
from bot.domain.stages import Reason
from bot.toapis.api_client import MAX_RESPONSE
from bot.toapis.provider import ToapisProvider
from sandbox.faults import Cut, Delay, Garbled, HalfOpen, Reset, empty, html, redirect, status
from tests.tcp_server import TcpServer
from tests.toapis.fakes import IMAGE, KEY, PROMPT, FakeClock, a_job, address, provider, scripted_server

FIRST = Medium(Role.FIRST_FRAME, IMAGE)
POST = "POST /v1/video/generations"
TAKEN = {"id": "tsk_1", "status": "queued", "progress": 0}


@pytest.mark.parametrize("suffix", ["", "/", "/v1", "/v1/", "/v1/v1"])
async def test_exactly_what_is_documented_leaves(suffix) -> None:
    async with scripted_server() as server, provider(server.url + suffix) as api:
        server.says(TAKEN)
        assert await api.submit(a_job()) == "tsk_1"
        assert await api.submit(a_job((FIRST,))) == "tsk_1"
        first, second = server.asked("POST")
        plain = {"model": "seedance-2", "prompt": PROMPT, "duration": 5, "ratio": "16:9"}
        assert first.route == POST
        assert first.detail["body"] == plain
        assert second.detail["body"] == {**plain, "image_urls": [address(IMAGE)]}
        assert first.detail["headers"]["Authorization"] == f"Bearer {KEY}"
        assert first.detail["headers"]["Content-Type"] == "application/json"


async def test_an_image_without_an_address_is_never_left_out_silently() -> None:
    async with scripted_server() as server, provider(server.url) as api:
        server.says(TAKEN)
        with pytest.raises(SubmitRefused) as refused:
            await api.submit(a_job((FIRST,), input_urls=()))
        assert refused.value.reason is Reason.INPUT
        assert server.asked("POST") == []


@pytest.mark.parametrize(
    "fault",
    [
        Reset.BEFORE,
        Reset.EARLY,
        Reset.AFTER,
        HalfOpen(),
        Delay(5.0, applied=True),
        Cut(),
        Cut(framed=True),
        Garbled(),
        html(200, applied=True),
        empty(200, applied=True),
        status(500),
        status(502, applied=True),
        status(503),
        html(504),
        redirect("http://127.0.0.1:9/"),
        redirect("/elsewhere", 307),
    ],
    ids=str,
)
async def test_an_unclear_outcome_is_unclear_and_nothing_is_sent_twice(fault) -> None:
    async with scripted_server() as server, provider(server.url) as api:
        server.says(TAKEN)
        handle = server.faults.add("* *", fault, times=None)
        with pytest.raises(SubmitUnclear):
            await api.submit(a_job())
        assert handle.seen == 1
        assert len(server.asked("POST")) <= 1


@pytest.mark.parametrize(
    ("fault", "pause"),
    [
        (status(429), None),
        (status(429, headers={"Retry-After": "7"}), 7.0),
        (html(429), None),
        (status(503, {"error": {"code": "rate_limit_unavailable"}}), None),
        (status(200, {"success": False, "message": "busy"}), None),
    ],
    ids=str,
)
async def test_what_was_not_accepted_may_wait(fault, pause) -> None:
    async with scripted_server() as server, provider(server.url) as api:
        server.faults.add(POST, fault)
        with pytest.raises(NotAccepted) as missed:
            await api.submit(a_job())
        assert missed.value.retry_after == pause


async def test_a_refused_connection_and_an_unknown_name_were_never_sent() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, not listening: refused
        for url in (f"http://127.0.0.1:{taken.getsockname()[1]}", "http://no-such-host.invalid"):
            async with provider(url) as api:
                with pytest.raises(NotAccepted):
                    await api.submit(a_job())


async def test_a_handshake_that_fails_or_hangs_was_never_sent() -> None:
    async with scripted_server() as server, provider(server.url.replace("http:", "https:")) as api:
        with pytest.raises(NotAccepted):
            await api.submit(a_job())
        assert server.ledger.entries == []

    async def silent(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await reader.read()

    async with TcpServer(silent) as server, provider(f"https://{server.address}") as api:
        with pytest.raises(NotAccepted):
            await api.submit(a_job())


async def test_nothing_is_sent_to_a_server_whose_certificate_is_not_signed(certificate) -> None:
    heard: list[bytes] = []
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)

    async def listen(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        heard.append(await reader.read())

    async with TcpServer(listen, tls=context) as server, provider(f"https://{server.address}") as api:
        with pytest.raises(NotAccepted):
            await api.submit(a_job())
    assert b"".join(heard) == b""


async def test_every_submit_has_a_connection_of_its_own() -> None:
    peers: list[object] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peers.append(writer.get_extra_info("peername"))
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        await reader.readexactly(length)
        body = json.dumps(TAKEN).encode()
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        await reader.read()

    async with TcpServer(answer) as server, provider(f"http://{server.address}") as api:
        await api.submit(a_job())
        await api.submit(a_job())
    assert len(set(peers)) == 2


async def test_an_answer_without_an_end_is_not_read_to_its_end() -> None:
    async with scripted_server() as server, provider(server.url) as api:
        server.says((200, b'{"id": "tsk_1", "pad": "' + b"x" * MAX_RESPONSE + b'"}'))
        with pytest.raises(SubmitUnclear):
            await api.submit(a_job())


async def test_a_long_answer_with_an_end_is_read() -> None:
    padding = b"x" * (8 * 1024 * 1024 - 100)
    async with scripted_server() as server, provider(server.url) as api:
        for length in (1024 * 1024 + 1, len(padding)):
            server.says((200, b'{"pad": "' + padding[:length] + b'", "id": "tsk_1", "status": "queued"}'))
            assert await api.submit(a_job()) == "tsk_1"
        server.says((200, b'{"pad": "' + padding + b'", "id": "tsk_1", "status": "in_progress", "progress": 40}'))
        assert (await api.ask("tsk_1")).percent == 40


async def test_neither_key_nor_prompt_nor_address_is_logged(caplog) -> None:
    caplog.set_level("DEBUG")
    job = a_job((FIRST,))
    told: list[str] = []
    async with scripted_server() as server, provider(server.url) as api:
        server.says(TAKEN)
        await api.submit(job)
        for fault in (Reset.AFTER, HalfOpen(), status(500), status(401), html(), redirect("http://x/")):
            server.faults.add(POST, fault)
            with pytest.raises((SubmitUnclear, SubmitRefused)) as broken:
                await api.submit(job)
            told.append(repr(broken.value) + broken.value.detail)
    assert all(told)
    ours = "\n".join(told) + "\n".join(
        record.getMessage() for record in caplog.records if record.name.startswith("bot.")
    )
    for secret in (KEY, PROMPT, "secretsign"):
        assert secret not in ours


def test_a_wrong_address_is_refused_at_once() -> None:
    for url in ("ftp://127.0.0.1", "127.0.0.1:80", ""):
        with pytest.raises(ValueError, match="http"):
            ToapisProvider(url, KEY, Dialect.VIDEO, FakeClock())
