"""A bare TCP server on a loopback address: the one that tests have, because it leaves no connection open at its end."""

import asyncio
import contextlib
import socket
import ssl
import struct
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Self

Handle = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

_SECONDS = 20.0
"""How long the end waits for connections that are still being served."""
_TURNS = 5
"""Of the loop, in which a connection that has come is handed over."""


class TcpServer:
    """Serves each connection with `handle` and closes it after that; listens while it is entered.

    At its end it waits until all are served: the client's side has to leave, or the handler to return. A client that
    leaves too early is no error.
    """

    def __init__(self, handle: Handle, *, tls: ssl.SSLContext | None = None, limit: int = 2**16) -> None:
        self._handle = handle
        self._tls = tls
        self._limit = limit
        self._server: asyncio.Server | None = None
        self._serving: dict[asyncio.Task[None], asyncio.StreamWriter] = {}
        self._broken: list[BaseException] = []
        self.port = 0

    @property
    def address(self) -> str:
        """Host and port."""
        return f"127.0.0.1:{self.port}"

    async def listen(self) -> None:
        """Take connections, on the same port as before."""
        self._server = await asyncio.start_server(self._take, "127.0.0.1", self.port, limit=self._limit, ssl=self._tls)
        self.port = self._server.sockets[0].getsockname()[1]

    def refuse(self) -> None:
        """Take no more connections; those that are open go on."""
        if self._server is not None:
            self._server.close()

    async def cut(self) -> None:
        """Take no more connections, and reset those that are open."""
        self.refuse()
        await _handed_over()
        for task, writer in self._serving.items():
            task.cancel()
            reset(writer)
        await asyncio.gather(*self._serving, return_exceptions=True)

    async def __aenter__(self) -> Self:
        await self.listen()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.refuse()
        await _handed_over()
        if kind is None and self._serving:
            await asyncio.wait(tuple(self._serving), timeout=_SECONDS)
        late = [writer.get_extra_info("peername") for writer in self._serving.values()]
        await self.cut()
        if kind is None:
            assert not late, f"still connected to {self.address}: {late}"
            assert not self._broken, f"a connection was not served: {self._broken}"

    def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(self._handle(reader, writer))
        self._serving[task] = writer
        # Not `finally` in a coroutine of our own: one that is cancelled before it begins never comes there.
        task.add_done_callback(self._served)

    def _served(self, task: asyncio.Task[None]) -> None:
        self._serving.pop(task).close()
        error = None if task.cancelled() else task.exception()
        if error is not None and not isinstance(error, OSError | EOFError):
            self._broken.append(error)


async def _handed_over() -> None:
    for _ in range(_TURNS):
        await asyncio.sleep(0)


def reset(writer: asyncio.StreamWriter) -> None:
    """End a connection as a crash does: with a reset, not in order."""
    found = writer.get_extra_info("socket")
    if found is not None:
        with contextlib.suppress(OSError):
            found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


def open_streams() -> list[asyncio.BaseTransport]:
    """Those of the running loop that nobody has closed."""
    transports = asyncio.get_running_loop()._transports.values()  # noqa: SLF001 - nothing else knows what is open
    return [each for each in transports if isinstance(each.get_protocol(), asyncio.StreamReaderProtocol)]
