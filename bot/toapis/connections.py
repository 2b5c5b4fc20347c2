"""The connections to the provider: a fresh one for each request, or a pool of them for questions.

Whatever costs or creates something goes over a fresh connection: a kept one that the other side has just closed makes
it fail as if it had been cut half-way, and it is unclear whether it counted. On a fresh one, whatever fails before the
body is written has certainly not been accepted. Questions for tasks, by far the most calls, keep their connections.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Self

import aiohttp
from aiohttp.connector import Connection
from aiohttp.hdrs import ACCEPT, ACCEPT_ENCODING, AUTHORIZATION

POOLED_CONNECTIONS = 100
"""Connections for questions at most: at 40 questions a second enough for answers that take 2.5 s."""
IDLE_SECONDS = 15.0
"""Real seconds for which an idle connection is kept: longer than the 10 s between two questions about the only task,
shorter than firewalls, load balancers and servers take to forget one without a word (a minute, mostly)."""


class Withheld(OSError):
    """A piece of a body that was not handed to the socket, since this process may not send any more."""


@dataclass(slots=True)
class Sending:
    """One request on its way: `sent` lists the sizes of the pieces of its body that were handed to the socket.

    `withheld`: one was not, since `may_send` did not allow it.
    """

    may_send: Callable[[], bool] = lambda: True
    sent: list[int] = field(default_factory=list)
    withheld: bool = False


class HttpResponse(aiohttp.ClientResponse):
    """A response that knows its connection to the end: aiohttp hands that on as soon as the body has come."""

    async def start(self, connection: Connection) -> Self:
        """Wait for the head of the response."""
        self._transport = connection.transport
        await super().start(connection)
        return self

    def close_connection(self) -> None:
        """Close its connection for good; a question that another task has just sent on it is repeated by aiohttp."""
        if self._transport is not None:
            self._transport.close()


def fresh_connections(key: str, traces: Sequence[aiohttp.TraceConfig]) -> aiohttp.ClientSession:
    """Open a session in which each request has a connection of its own; its context is a `Sending`."""
    trace = aiohttp.TraceConfig()
    trace.on_request_chunk_sent.append(_note_body)
    return _session(aiohttp.TCPConnector(force_close=True), key, [trace, *traces])


def pooled_connections(key: str, traces: Sequence[aiohttp.TraceConfig]) -> aiohttp.ClientSession:
    """Open a session whose requests share connections."""
    return _session(aiohttp.TCPConnector(limit=POOLED_CONNECTIONS, keepalive_timeout=IDLE_SECONDS), key, traces)


def _session(connector: aiohttp.TCPConnector, key: str, traces: Sequence[aiohttp.TraceConfig]) -> aiohttp.ClientSession:
    headers = {AUTHORIZATION: f"Bearer {key}", ACCEPT: "application/json", ACCEPT_ENCODING: "identity"}
    return aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        headers=headers,
        response_class=HttpResponse,
        trace_configs=list(traces),
    )


async def _note_body(
    _: aiohttp.ClientSession, context: SimpleNamespace, chunk: aiohttp.TraceRequestChunkSentParams
) -> None:
    # aiohttp calls this just before it hands a piece of the body to the socket, the first one together with the head.
    # What raises here keeps the piece from it, and the connection is closed.
    sending: Sending = context.trace_request_ctx
    if not sending.may_send():
        sending.withheld = True
        raise Withheld("the process may not send any more")
    sending.sent.append(len(chunk.chunk))
