"""Rude ends of a connection, as networks and proxies make them."""

import struct
from socket import SO_LINGER, SOL_SOCKET

from aiohttp import web


def cut_connection(request: web.Request) -> web.StreamResponse:
    """Reset the TCP connection; the response returned satisfies aiohttp and is never sent."""
    transport = request.transport
    if transport is not None:
        socket = transport.get_extra_info("socket")
        if socket is not None:
            # Lingering for no time makes the kernel send a reset in place of an orderly end.
            socket.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
    return web.Response()


async def swallow_body(request: web.Request) -> None:
    """Read the request's body to its end and forget it."""
    async for _ in request.content.iter_any():
        pass


async def stop_half_way(request: web.Request, answer: web.Response) -> web.StreamResponse:
    """Declare the whole length of the answer's body, send half of it and close."""
    body = answer.body if isinstance(answer.body, bytes) else b""
    broken = web.StreamResponse(status=answer.status, headers={"Content-Type": answer.content_type})
    broken.content_length = len(body)
    await broken.prepare(request)
    await broken.write(body[: len(body) // 2])
    if request.transport is not None:
        request.transport.close()
    return broken
