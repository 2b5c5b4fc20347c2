"""The webhook's port, asked by a real client: what is the provider's is taken once, and nothing else is."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest

from bot.operations.listening import MAX_CONNECTIONS, Listener, listening
from bot.studio.ports.metrics import NoMetrics, Webhook
from bot.toapis.hints import Hints
from bot.toapis.webhooks import MAX_BODY, PATH, WebhookReceiver
from tests.conventions.source import ROOT
from tests.journeys.pages import free_port
from tests.toapis.fakes import START, FakeClock

SECRET = "signs-it-0123456789"
DATA = {"task_id": "tsk_1", "client_business_id": "k3f9a2", "status": "SUCCESS"}


def event(number: int = 1, kind: str = "generation.completed", **data: object) -> bytes:
    return json.dumps({"id": f"evt_{number}", "type": kind, "data": {**DATA, **data}}).encode()


def signed(body: bytes, *secrets: str, number: int = 1, at: float = START) -> dict[str, str]:
    text = f"evt_{number}.{at:.0f}.".encode() + body
    signatures = [hmac.new(secret.encode(), text, hashlib.sha256).hexdigest() for secret in secrets or (SECRET,)]
    return {
        "X-ToAPIs-Webhook-Id": f"evt_{number}",
        "X-ToAPIs-Webhook-Timestamp": f"{at:.0f}",
        "X-ToAPIs-Webhook-Signature": ",".join(f"v1={each}" for each in signatures),
    }


class Endpoint(NoMetrics):
    """The port, what it counted, and the hints that came of it."""

    def __init__(self, session: aiohttp.ClientSession, hints: Hints) -> None:
        self.session, self.hints = session, hints
        self.counted: list[Webhook] = []

    def webhook(self, taken: Webhook) -> None:
        self.counted.append(taken)

    async def post(self, body: bytes, headers: dict[str, str], path: str = PATH) -> int:
        async with self.session.post(path, data=body, headers=headers) as answer:
            assert await answer.read() == b"" or answer.status == 413
            return answer.status

    def hinted(self) -> bool:
        return self.hints.forget(["tsk_1"]) | self.hints.forget(["k3f9a2"])


@pytest.fixture
async def endpoint() -> AsyncIterator[Endpoint]:
    async with opened() as it:
        yield it


@asynccontextmanager
async def opened(read_seconds: float = 20.0) -> AsyncIterator[Endpoint]:
    clock, port = FakeClock(), int(free_port())
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session:
        it = Endpoint(session, Hints(clock))
        receiver = WebhookReceiver(SECRET, it.hints, clock, it, read_seconds)
        async with listening(Listener("WEBHOOK_PORT", receiver.application(), "127.0.0.1", port)):
            yield it


@pytest.mark.parametrize("kind", ["generation.completed", "generation.failed"])
@pytest.mark.parametrize("secrets", [(SECRET,), (SECRET, "the previous one"), ("the next one", SECRET)], ids=str)
async def test_the_providers_event_is_a_hint_by_both_names(endpoint, kind, secrets) -> None:
    body = event(kind=kind)
    assert await endpoint.post(body, signed(body, *secrets)) == 204
    assert endpoint.hints.forget(["tsk_1"])
    assert endpoint.hints.forget(["k3f9a2"])
    assert endpoint.counted == [Webhook.TAKEN]


async def test_an_event_that_comes_again_is_taken_and_no_hint(endpoint) -> None:
    body = event()
    for _ in range(3):
        assert await endpoint.post(body, signed(body)) == 204
    assert endpoint.hinted()
    assert endpoint.counted == [Webhook.TAKEN, Webhook.REPEATED, Webhook.REPEATED]
    assert await endpoint.post(body, signed(body)) == 204
    assert not endpoint.hinted()


BODY = event()
WELL = signed(BODY)
RIGHT = WELL["X-ToAPIs-Webhook-Signature"]
UNSIGNED = {name: text for name, text in WELL.items() if "Signature" not in name}
FORGED = {
    "another secret": (BODY, signed(BODY, "not-the-secret-0123")),
    "another body": (event(task_id="tsk_2"), WELL),
    "another id": (BODY, {**WELL, "X-ToAPIs-Webhook-Id": "evt_2"}),
    "another time": (BODY, {**WELL, "X-ToAPIs-Webhook-Timestamp": f"{START + 1:.0f}"}),
    "no signature": (BODY, UNSIGNED),
    "an empty signature": (BODY, {**WELL, "X-ToAPIs-Webhook-Signature": ""}),
    "no version": (BODY, {**WELL, "X-ToAPIs-Webhook-Signature": RIGHT[3:]}),
    "no headers": (BODY, {}),
    "letters that are none": (BODY, {**WELL, "X-ToAPIs-Webhook-Signature": "v1=\u00e9"}),
    "the fifth of many": (
        BODY,
        {**WELL, "X-ToAPIs-Webhook-Signature": f"x,x,x,x,{RIGHT}"},
    ),
}


@pytest.mark.parametrize("name", FORGED)
async def test_what_the_provider_did_not_sign_is_refused(endpoint, name) -> None:
    body, headers = FORGED[name]
    assert await endpoint.post(body, headers) == 401
    assert not endpoint.hinted()
    assert not endpoint.hints.are_coming
    assert endpoint.counted == [Webhook.FORGED]


@pytest.mark.parametrize(("off", "status"), [(-301, 401), (-299, 204), (299, 204), (301, 401)])
async def test_what_is_older_or_newer_than_five_minutes_is_refused(endpoint, off, status) -> None:
    body = event()
    assert await endpoint.post(body, signed(body, at=START + off)) == status
    assert endpoint.hinted() is (status == 204)


@pytest.mark.parametrize(
    ("body", "counted"),
    [
        (event(kind="endpoint.test"), Webhook.TEST),
        (event(kind="generation.begun"), Webhook.UNKNOWN),
        (b"[1, 2]", Webhook.UNKNOWN),
        (b"{", Webhook.UNKNOWN),
        (b'{"type": ["generation.completed"], "data": 1}', Webhook.UNKNOWN),
        (event(task_id=None, client_business_id={"a": 1}), Webhook.TAKEN),
    ],
    ids=str,
)
async def test_what_is_signed_and_tells_of_no_task_is_taken_and_does_nothing(endpoint, body, counted) -> None:
    assert await endpoint.post(body, signed(body)) == 204
    assert endpoint.counted == [counted]
    assert not endpoint.hinted()


async def test_nothing_else_is_answered(endpoint) -> None:
    body = event()
    for path in ("/", "/healthz", "/readyz", "/metrics", f"{PATH}/", "/webhooks"):
        assert await endpoint.post(body, signed(body), path) == 404
    for method in ("GET", "HEAD", "PUT", "DELETE", "OPTIONS"):
        async with endpoint.session.request(method, PATH) as answer:
            assert (answer.status, await answer.read()) == (404, b"")
    assert endpoint.counted == []


def test_the_page_for_operators_has_the_address() -> None:
    page = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    assert page.count(PATH) == 3


async def test_a_body_is_read_to_its_cap_alone(endpoint) -> None:
    large = b" " * (MAX_BODY + 1)
    assert await endpoint.post(large, signed(large)) == 413
    full = event().ljust(MAX_BODY)
    assert await endpoint.post(full, signed(full)) == 204


async def test_bodies_that_do_not_come_hold_few_places_and_no_one_for_ever() -> None:
    body = event()
    async with opened(1.0) as endpoint:
        host, port = endpoint.session._base_url.host, endpoint.session._base_url.port  # noqa: SLF001 - its own
        connections = [await asyncio.open_connection(host, port) for _ in range(32)]
        for _, writer in connections:
            writer.write(f"POST {PATH} HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n".encode())
            await writer.drain()
        async with asyncio.timeout(4):
            while await endpoint.post(body, signed(body, "not-the-secret-0123")) != 503:
                pass
        slow = await asyncio.wait_for(connections[0][0].readline(), 20)
        assert b" 408 " in slow
        async with asyncio.timeout(10):
            while await endpoint.post(body, signed(body)) != 204:
                pass
        for _, writer in connections:
            writer.close()


async def test_silent_connections_are_closed_for_later_ones(endpoint) -> None:
    host, port, body = endpoint.session._base_url.host, endpoint.session._base_url.port, event()  # noqa: SLF001 - its own
    silent = [await asyncio.open_connection(host, port) for _ in range(MAX_CONNECTIONS + 10)]
    async with asyncio.timeout(20):
        for reader, _ in silent[:10]:
            assert await reader.read() == b""
        assert await endpoint.post(body, signed(body)) == 204
    assert not silent[-1][0].at_eof()
    for _, writer in silent:
        writer.close()


@pytest.mark.parametrize(
    "sent",
    [
        "Content-Length: 5\r\nContent-Encoding: gzip\r\n\r\nabcde",
        "Content-Length: 5\r\n\r\nabc",
        "Transfer-Encoding: chunked\r\n\r\nZZ\r\n",
        f"A: {'b' * 100_000}\r\n\r\n",
        "A\r\n\r\n",
    ],
    ids=["no gzip", "cut", "no chunk", "a long header", "no header"],
)
async def test_requests_that_are_broken_fill_no_log(endpoint, sent, caplog) -> None:
    host, port = endpoint.session._base_url.host, endpoint.session._base_url.port  # noqa: SLF001 - its own
    reader, writer = await asyncio.open_connection(host, port)
    writer.write(f"POST {PATH} HTTP/1.1\r\nHost: a\r\n{sent}".encode())
    writer.write_eof()
    async with asyncio.timeout(20):
        await reader.read()
    writer.close()
    body = event()
    assert await endpoint.post(body, signed(body)) == 204
    assert "Traceback" not in caplog.text
