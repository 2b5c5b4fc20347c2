"""One port that is listened on, for as long as the bot runs."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Final, cast

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

log = logging.getLogger(f"{__name__}.requests")

MAX_CONNECTIONS: Final = 64
"""Connections of one port: for one more, the oldest is closed, so that silent ones don't use up the bot's files."""


@dataclass(frozen=True, slots=True)
class Listener:
    """What is served where; `setting` is the one that opens it."""

    setting: str
    application: web.Application
    host: str
    port: int

    def __str__(self) -> str:
        """Say it for the log."""
        return f"{self.setting}: {self.host} port {self.port}"


@asynccontextmanager
async def listening(listener: Listener) -> AsyncIterator[None]:
    """Listen within the block; raises OSError where the port can't be opened."""
    log.addFilter(_is_ours)
    runner = web.AppRunner(listener.application, access_log=None, logger=log, shutdown_timeout=1.0)
    await runner.setup()
    serve = cast("web.Server", runner.server)  # there is one from the setup on
    try:
        server = await asyncio.get_running_loop().create_server(
            partial(_connection, serve), listener.host, listener.port, backlog=MAX_CONNECTIONS
        )
        try:
            yield
        finally:
            server.close()
    finally:
        await runner.cleanup()


def _connection(serve: web.Server) -> asyncio.Protocol:
    """Serve one more connection."""
    for oldest in serve.connections[: 1 - MAX_CONNECTIONS]:
        oldest.force_close()
    return serve()


def _is_ours(record: logging.LogRecord) -> bool:
    """Keep requests that are broken, which anyone can send, out of the log: each would be a hundred lines there."""
    broken = HttpProcessingError, web.RequestPayloadError, ConnectionError
    return record.exc_info is None or not isinstance(record.exc_info[1], broken)
