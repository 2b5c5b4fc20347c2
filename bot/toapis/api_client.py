"""HTTP calls to the provider: rate limits, timeouts, a cap on every body, and no submit sent twice."""

import asyncio
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import BinaryIO, Self

import aiohttp
from aiohttp.hdrs import CONTENT_TYPE, RETRY_AFTER
from aiolimiter import AsyncLimiter
from yarl import URL

from bot.studio.ports.metrics import Answer, Call, Metrics, NoMetrics
from bot.toapis.connections import HttpResponse, Sending, fresh_connections, pooled_connections
from bot.toapis.dialects import root
from bot.toapis.responses import NoResponse, Response, parse, redacted, redaction

log = logging.getLogger(__name__)

MAX_RESPONSE = 8 * 1024 * 1024
"""Bytes of a body that are read; a longer one counts as no JSON."""

# The provider's page "Rate limits" (default group): also 300 submits and 3000 queries a minute, which these keep.
SUBMITS_PER_SECOND = 5.0
QUERIES_PER_SECOND = 50.0
SHARE = 0.8
"""Part of a documented limit that is used: other programs may share the account."""
BURST = 0.2
"""Part of a documented limit that may come at once on top, the rest of it."""

# What a query for a task that does not exist is answered with, in one form of the API or the other.
_NOT_THERE = frozenset({400, 404, 405, 410})
_ANSWERS = {401: Answer.KEY, 403: Answer.KEY, 402: Answer.BALANCE, 429: Answer.RATE_LIMIT}


def bucket(per_second: float, share: float = 1.0) -> tuple[float, float]:
    """Size a leaky bucket as (capacity, seconds in which it empties) for a documented limit, or a process's part of it.

    It leaks SHARE of the limit, and its capacity can come on top at once: no second sees more than the limit, but that
    each of many processes may send one call at once.
    """
    capacity = max(per_second * BURST * share, 1.0)
    return capacity, capacity / (per_second * SHARE * share)


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Real seconds after which a call to the provider is given up.

    A submit given up early may have counted all the same, so it is given far more time than a query. The largest
    file, 50 MB, goes through within the time of an upload at less than a megabit a second.
    """

    connect: float = 10.0
    query_read: float = 20.0
    query_total: float = 30.0
    submit_read: float = 90.0
    submit_total: float = 120.0
    upload_read: float = 120.0
    upload_total: float = 600.0

    @property
    def query(self) -> aiohttp.ClientTimeout:
        """Time a query."""
        return self._limits(self.query_total, self.query_read)

    @property
    def submit(self) -> aiohttp.ClientTimeout:
        """Time a submit."""
        return self._limits(self.submit_total, self.submit_read)

    @property
    def upload(self) -> aiohttp.ClientTimeout:
        """Time an upload; its response is only waited for once the file has been sent."""
        return self._limits(self.upload_total, self.upload_read)

    def _limits(self, total: float, read: float) -> aiohttp.ClientTimeout:
        return aiohttp.ClientTimeout(total=total, connect=self.connect, sock_connect=self.connect, sock_read=read)


class ApiClient:
    """Call the provider over HTTP, within its documented rates. Use as an async context manager."""

    def __init__(
        self,
        base_url: str,
        key: str,
        timeouts: Timeouts,
        redact: Callable[[str], str] | None = None,
        metrics: Metrics | None = None,
        may_send: Callable[[], bool] = lambda: True,
    ) -> None:
        self._may_send = may_send
        self._redact = redaction(redact or (lambda text: text.replace(key, "•••") if key else text))
        self._root = str(root(base_url)).rstrip("/")
        self._key = key
        self._timeouts = timeouts
        self._submits: AsyncLimiter
        self._queries: AsyncLimiter
        self._fresh: aiohttp.ClientSession
        self._pooled: aiohttp.ClientSession
        self._traces: list[aiohttp.TraceConfig] = []
        self._on_body: Callable[[bytes], None] | None = None
        self._key_refused = False
        self._metrics = metrics or NoMetrics()

    def listen(self, trace: aiohttp.TraceConfig, on_body: Callable[[bytes], None]) -> None:
        """Let a trace see every request and `on_body` every response's body; before this is entered."""
        self._traces.append(trace)
        self._on_body = on_body

    def take_share(self, share: float) -> None:
        """Call at that part of the provider's rates from now on: several processes have one account."""
        # Real seconds, whatever the clock's scale: these are the provider's limits, not waits of ours.
        self._submits = AsyncLimiter(*bucket(SUBMITS_PER_SECOND, share))
        self._queries = AsyncLimiter(*bucket(QUERIES_PER_SECOND, share))

    async def __aenter__(self) -> Self:
        self.take_share(1.0)
        self._fresh = fresh_connections(self._key, self._traces)
        self._pooled = pooled_connections(self._key, self._traces)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._fresh.close()
        await self._pooled.close()

    async def submit(self, path: str, body: dict[str, object]) -> Response | NoResponse:
        """POST a body once, if this process may send by then. A pause for the rate limit comes before that."""
        await self._submits.acquire()
        sending = Sending(self._may_send)
        return await self._counted(Call.SUBMIT, "POST", path, self._timeouts.submit, _json(body), sending=sending)

    async def get(self, path: str) -> Response | NoResponse:
        """GET a path once, over a fresh connection; the path is sent as it is written."""
        await self._queries.acquire()
        return await self._counted(Call.QUERY, "GET", path, self._timeouts.query)

    async def ask(self, path: str) -> Response | NoResponse:
        """GET a path once, over a kept connection.

        A response that does not name what was asked for may be a second one to an earlier question: aiohttp takes
        whatever comes on an idle connection as the next response. It is not to be believed, and its connection is to
        be closed (`Response.close`). One that comes too late finds its connection closed: a question that was given up,
        or whose response was not read to its end, takes its connection along.
        """
        await self._queries.acquire()
        return await self._counted(Call.QUERY, "GET", path, self._timeouts.query, session=self._pooled)

    async def post(self, path: str, body: dict[str, object]) -> Response | NoResponse:
        """POST a body that costs nothing, once; counted with the queries, as no limit of its own is documented."""
        await self._queries.acquire()
        return await self._counted(Call.ASSET, "POST", path, self._timeouts.submit, _json(body))

    async def upload(self, path: str, file: BinaryIO, name: str, media_type: str) -> Response | NoResponse:
        """POST an open file once, as the multipart field `file`, read piece by piece as it is sent.

        The file is closed afterwards. OSError while it is read counts as a connection that broke.
        """
        form = aiohttp.FormData()
        form.add_field("file", file, filename=name, content_type=media_type)
        await self._queries.acquire()
        return await self._counted(Call.UPLOAD, "POST", path, self._timeouts.upload, form)

    def note_key(self, status: int) -> None:
        """Log when the status of a response shows that the provider has begun to refuse the key, or stopped to."""
        refused, accepted = status in (401, 403), 200 <= status < 300
        if refused and not self._key_refused:
            log.error("The provider rejected the key (HTTP %d). Check TOAPIS_API_KEY; no job is lost.", status)
        if accepted and self._key_refused:
            log.info("The provider accepts the key again.")
        self._key_refused = refused or (self._key_refused and not accepted)

    async def _counted(
        self,
        call: Call,
        method: str,
        path: str,
        limits: aiohttp.ClientTimeout,
        data: bytes | aiohttp.FormData | None = None,
        session: aiohttp.ClientSession | None = None,
        sending: Sending | None = None,
    ) -> Response | NoResponse:
        response = await self._send(session or self._fresh, method, path, limits, data, sending or Sending())
        self._metrics.provider_answered(call, answer_of(response, call))
        return response

    async def _send(
        self,
        session: aiohttp.ClientSession,
        method: str,
        path: str,
        limits: aiohttp.ClientTimeout,
        data: bytes | aiohttp.FormData | None,
        sending: Sending,
    ) -> Response | NoResponse:
        url = URL(f"{self._root}{path}", encoded=True)
        headers = {CONTENT_TYPE: "application/json"} if isinstance(data, bytes) else {}
        try:
            # After a reset or a disconnect aiohttp itself repeats a GET once; never a POST.
            async with session.request(
                method,
                url,
                data=data,
                headers=headers,
                allow_redirects=False,
                timeout=limits,
                trace_request_ctx=sending,
            ) as response:
                body = await _read(response)
                if self._on_body is not None:
                    self._on_body(body)
                page = response.content_type == "text/html" or body.lstrip()[:1] == b"<"
                close = response.close_connection if isinstance(response, HttpResponse) else response.close
                parsed = redacted(parse(body), self._redact)
                return Response(response.status, parsed, response.headers.get(RETRY_AFTER), page, close)
        except (aiohttp.ClientError, OSError, ValueError) as error:  # TimeoutError is an OSError
            return NoResponse(_why(error), body_sent=bool(sending.sent), withheld=sending.withheld)


def answer_of(response: Response | NoResponse, call: Call) -> Answer:
    """Say in a word how a call was answered; that there is no such task is a good answer to a query."""
    if isinstance(response, NoResponse):
        return Answer.NO_RESPONSE
    status = response.status
    if status >= 500:
        return Answer.SERVER_ERROR
    if status < 400 or (call is Call.QUERY and status in _NOT_THERE):
        return Answer.WELL
    return _ANSWERS.get(status, Answer.REFUSED)


def _json(body: dict[str, object]) -> bytes:
    return json.dumps(body).encode()


async def _read(response: aiohttp.ClientResponse) -> bytes:
    """Read the body up to its cap; empty when it is longer or breaks off, since the status counts all the same."""
    body = bytearray()
    try:
        async for chunk in response.content.iter_any():
            body += chunk
            if len(body) > MAX_RESPONSE:
                log.warning("The provider's response is longer than %d bytes and was ignored.", MAX_RESPONSE)
                return b""
    except (aiohttp.ClientError, OSError) as error:
        log.info("The provider's response (HTTP %d) broke off: %s", response.status, _why(error))
        return b""
    return bytes(body)


def _why(error: Exception) -> str:
    """Name an error without its repr, which in aiohttp prints the headers and with them the key."""
    name = type(error).__name__
    match error:
        case aiohttp.ClientConnectorError():
            return f"{name}: {error.os_error.strerror or type(error.os_error).__name__}"
        case asyncio.TimeoutError():
            return f"{name}: no response in time"
        case OSError() if error.strerror:
            return f"{name}: {error.strerror}"
        case _:
            return name
