"""The line to the provider: one session, an end to every wait, a cap on every answer, and no submit sent twice."""

import asyncio
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace, TracebackType
from typing import BinaryIO, Self

import aiohttp
from aiohttp.hdrs import ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONTENT_TYPE, RETRY_AFTER
from aiolimiter import AsyncLimiter
from yarl import URL

from bot.toapis import pace
from bot.toapis.dialects import root
from bot.toapis.outside import without_secrets
from bot.toapis.wire import Broken, Heard, parse

log = logging.getLogger(__name__)

ANSWER_MOST = 8 * 1024 * 1024
"""Bytes of an answer that are read; a longer one counts as no JSON."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Real seconds after which a call to the provider is given up.

    A submit given up early may have counted all the same, so it is given far more time than a question. The largest
    file, 50 MB, goes through within the time of an upload at less than a megabit a second.
    """

    connect: float = 10.0
    question_read: float = 20.0
    question_total: float = 30.0
    submit_read: float = 90.0
    submit_total: float = 120.0
    upload_read: float = 120.0
    upload_total: float = 600.0

    @property
    def question(self) -> aiohttp.ClientTimeout:
        """Time a question."""
        return self._limits(self.question_total, self.question_read)

    @property
    def submit(self) -> aiohttp.ClientTimeout:
        """Time a submit."""
        return self._limits(self.submit_total, self.submit_read)

    @property
    def upload(self) -> aiohttp.ClientTimeout:
        """Time an upload; its answer is only waited for once the file has left."""
        return self._limits(self.upload_total, self.upload_read)

    def _limits(self, total: float, read: float) -> aiohttp.ClientTimeout:
        return aiohttp.ClientTimeout(total=total, connect=self.connect, sock_connect=self.connect, sock_read=read)


@dataclass(slots=True)
class _Envelope:
    """What became of one request on its way out."""

    body_left: bool = False


class Line:
    """Speak HTTP with the provider, within its documented rates. Use as an async context manager."""

    def __init__(self, base_url: str, key: str, timeouts: Timeouts, redact: Callable[[str], str] | None = None) -> None:
        self._redact = redact or (lambda text: text.replace(key, "•••") if key else text)
        self._root = root(base_url)
        self._key = key
        self._timeouts = timeouts
        self._submits: AsyncLimiter
        self._questions: AsyncLimiter
        self._session: aiohttp.ClientSession
        self._traces: list[aiohttp.TraceConfig] = []
        self._on_body: Callable[[bytes], None] | None = None

    def listen(self, trace: aiohttp.TraceConfig, on_body: Callable[[bytes], None]) -> None:
        """Let a trace see every request and `on_body` every answer's body; before the line is entered."""
        self._traces.append(trace)
        self._on_body = on_body

    async def __aenter__(self) -> Self:
        # Real seconds, whatever the clock's scale: these are the provider's limits, not waits of ours.
        self._submits = AsyncLimiter(*pace.bucket(pace.SUBMITS_PER_SECOND))
        self._questions = AsyncLimiter(*pace.bucket(pace.QUESTIONS_PER_SECOND))
        trace = aiohttp.TraceConfig()
        trace.on_request_chunk_sent.append(_note_body)
        self._session = aiohttp.ClientSession(
            # A kept connection that the other side has just closed makes a submit fail as if it had been cut half-way.
            # On a fresh one, whatever fails before the body is written has certainly not been accepted.
            connector=aiohttp.TCPConnector(force_close=True),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={AUTHORIZATION: f"Bearer {self._key}", ACCEPT: "application/json", ACCEPT_ENCODING: "identity"},
            trace_configs=[trace, *self._traces],
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()

    async def submit(self, path: str, body: dict[str, object]) -> Heard | Broken:
        """POST a body once. A pause for the rate limit comes before anything is sent."""
        await self._submits.acquire()
        return await self._send("POST", path, self._timeouts.submit, _json(body))

    async def ask(self, path: str) -> Heard | Broken:
        """GET a path once; the path is sent as it is written."""
        await self._questions.acquire()
        return await self._send("GET", path, self._timeouts.question)

    async def post(self, path: str, body: dict[str, object]) -> Heard | Broken:
        """POST a body that costs nothing, once; counted with the questions, as no limit of its own is documented."""
        await self._questions.acquire()
        return await self._send("POST", path, self._timeouts.submit, _json(body))

    async def upload(self, path: str, file: BinaryIO, name: str, media_type: str) -> Heard | Broken:
        """POST an open file once, as the multipart field `file`, read piece by piece as it leaves.

        The file is closed afterwards. OSError while it is read counts as a connection that broke.
        """
        form = aiohttp.FormData()
        form.add_field("file", file, filename=name, content_type=media_type)
        await self._questions.acquire()
        return await self._send("POST", path, self._timeouts.upload, form)

    async def _send(
        self, method: str, path: str, limits: aiohttp.ClientTimeout, data: bytes | aiohttp.FormData | None = None
    ) -> Heard | Broken:
        envelope = _Envelope()
        url = URL(f"{str(self._root).rstrip('/')}{path}", encoded=True)
        headers = {CONTENT_TYPE: "application/json"} if isinstance(data, bytes) else {}
        try:
            # After a reset or a disconnect aiohttp itself repeats a GET once; never a POST.
            async with self._session.request(
                method,
                url,
                data=data,
                headers=headers,
                allow_redirects=False,
                timeout=limits,
                trace_request_ctx=envelope,
            ) as response:
                body = await _read(response)
                if self._on_body is not None:
                    self._on_body(body)
                page = response.content_type == "text/html" or body.lstrip()[:1] == b"<"
                answer = without_secrets(parse(body), self._redact)
                return Heard(response.status, answer, response.headers.get(RETRY_AFTER), page)
        except (aiohttp.ClientError, OSError, ValueError) as error:  # TimeoutError is an OSError
            return Broken(_why(error), envelope.body_left)


def _json(body: dict[str, object]) -> bytes:
    return json.dumps(body).encode()


async def _note_body(
    _: aiohttp.ClientSession, context: SimpleNamespace, __: aiohttp.TraceRequestChunkSentParams
) -> None:
    # aiohttp calls this just before it hands a piece of the body to the socket.
    if isinstance(context.trace_request_ctx, _Envelope):
        context.trace_request_ctx.body_left = True


async def _read(response: aiohttp.ClientResponse) -> bytes:
    """Read the body up to its cap; empty when it is longer or breaks off, since the status counts all the same."""
    body = bytearray()
    try:
        async for chunk in response.content.iter_any():
            body += chunk
            if len(body) > ANSWER_MOST:
                log.warning("the provider's answer is longer than %d bytes and was not read", ANSWER_MOST)
                return b""
    except (aiohttp.ClientError, OSError) as error:
        log.info("the provider's answer (HTTP %d) broke off: %s", response.status, _why(error))
        return b""
    return bytes(body)


def _why(error: Exception) -> str:
    """Name an error without its repr, which in aiohttp prints the headers and with them the key."""
    name = type(error).__name__
    match error:
        case aiohttp.ClientConnectorError():
            return f"{name}: {error.os_error.strerror or type(error.os_error).__name__}"
        case asyncio.TimeoutError():
            return f"{name}: no answer in time"
        case OSError() if error.strerror:
            return f"{name}: {error.strerror}"
        case _:
            return name
