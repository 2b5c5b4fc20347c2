"""Servers to fetch from, on loopback addresses only, and files of every kind."""

import asyncio
import os
import struct
import subprocess
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import imageio_ffmpeg
from aiohttp import web
from PIL import Image

from bot.media.download import Timeouts
from tests.tcp_server import TcpServer

PATIENT = Timeouts(input_pause=0.01)


def maker() -> str:
    """The pinned ffmpeg, also where another one is looked through."""
    named = os.environ.pop("IMAGEIO_FFMPEG_EXE", None)
    try:
        return imageio_ffmpeg.get_ffmpeg_exe()
    finally:
        if named is not None:
            os.environ["IMAGEIO_FFMPEG_EXE"] = named


class Place:
    """A server that answers by path and remembers what it was asked."""

    def __init__(self) -> None:
        self.pages: dict[str, Any] = {}
        self.asked: list[str] = []
        self.url = ""

    async def serve(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request.path)
        page = self.pages.get(request.path, answering(404))
        if isinstance(page, bytes):
            return web.Response(body=page, content_type="application/octet-stream")
        return await page(request)


@asynccontextmanager
async def place(host: str = "127.0.0.1") -> AsyncIterator[Place]:
    it = Place()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", it.serve)
    runner = web.AppRunner(app, shutdown_timeout=0.2, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, host, 0).start()
    it.url = f"http://{host}:{runner.addresses[0][1]}"
    try:
        yield it
    finally:
        await runner.cleanup()


class SignedStore:
    """A store that compares each request line, byte for byte, with those that it has signed; it says 403 to others.

    `leads` names, for a target, where it redirects to; a target of no other meaning is answered with `body`.
    """

    def __init__(self, body: bytes) -> None:
        self.body = body
        self.targets: set[str] = set()
        self.leads: dict[str, str] = {}
        self.asked: list[str] = []
        self.url = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = await reader.readuntil(b"\r\n\r\n")
        target = asked.split(b" ")[1].decode("latin-1")
        self.asked.append(target)
        if target in self.leads:
            head, body = f"302 Found\r\nLocation: {self.leads[target]}", b""
        elif target in self.targets:
            head, body = "200 OK", self.body
        else:
            head, body = "403 Forbidden", b"SignatureDoesNotMatch"
        writer.write(f"HTTP/1.1 {head}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
        await writer.drain()


@asynccontextmanager
async def signed_store(body: bytes) -> AsyncIterator[SignedStore]:
    it = SignedStore(body)
    async with TcpServer(it.serve) as server:
        it.url = f"http://{server.address}"
        yield it


class Stutter:
    """A server that answers with the path, and may say its last answer once more on every connection still open."""

    def __init__(self) -> None:
        self._said: dict[asyncio.StreamWriter, bytes] = {}
        self.url = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while asked := await reader.readuntil(b"\r\n\r\n"):
                path = asked.split()[1]
                self._said[writer] = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(path), path)
                writer.write(self._said[writer])
        except (asyncio.IncompleteReadError, OSError):
            del self._said[writer]

    def say_again(self) -> None:
        for writer, answer in self._said.items():
            writer.write(answer)


@asynccontextmanager
async def stutter() -> AsyncIterator[Stutter]:
    it = Stutter()
    async with TcpServer(it.serve) as server:
        it.url = f"http://{server.address}"
        yield it


def redirect(url: str, status: int = 302) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    return answering(status, {"Location": url})


def answering(status: int, headers: dict[str, str] | None = None) -> Callable[..., Awaitable[web.StreamResponse]]:
    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(status=status, headers=headers)

    return answer


def endless(head: bytes = b"") -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        response.enable_chunked_encoding()
        await response.prepare(request)
        await response.write(head)
        while True:
            await response.write(bytes(65536))

    return answer


def chunked(body: bytes) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        response.enable_chunked_encoding()
        await response.prepare(request)
        await response.write(body)
        return response

    return answer


def dripping(head: bytes) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(head)
        while True:
            await response.write(b".")
            await asyncio.sleep(0)

    return answer


def cut_short(body: bytes) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Declare all of it and send half."""

    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        response.content_length = len(body)
        await response.prepare(request)
        await response.write(body[: len(body) // 2])
        assert request.transport is not None
        request.transport.close()
        return response

    return answer


def ended_by_closing(body: bytes) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Send it without any length, as old servers do: the end of the connection is the end of the body."""

    async def answer(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + body)
        request.transport.close()
        return web.Response()

    return answer


def a_clip(folder: Path, *options: str) -> bytes:
    path = folder / "made.mp4"
    source = ["-f", "lavfi", "-i", "testsrc=size=160x90:rate=24:duration=1"]
    subprocess.run([maker(), "-y", "-v", "error", *source, *options, "-pix_fmt", "yuv420p", path], check=True)
    return path.read_bytes()


def a_picture(kind: str, size: tuple[int, int] = (64, 48), **options: Any) -> bytes:
    file = BytesIO()
    Image.effect_noise(size, 80).convert("RGB").save(file, kind, **options)
    return file.getvalue()


def an_animation(kind: str) -> bytes:
    file = BytesIO()
    frames = [Image.new("RGB", (32, 32), color) for color in ("red", "green", "blue")]
    frames[0].save(file, kind, save_all=True, append_images=frames[1:], duration=100)
    return file.getvalue()


def a_png_of(width: int, height: int, *, whole: bool) -> bytes:
    """A PNG of that many black pixels, one bit each; or only its header, when it is not `whole`."""
    header = _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    if not whole:
        return b"\x89PNG\r\n\x1a\n" + header + _chunk(b"IDAT", b"")
    packer = zlib.compressobj(9)
    row = bytes(1 + (width + 7) // 8)
    data = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    return b"\x89PNG\r\n\x1a\n" + header + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def a_webp_header(width: int, height: int) -> bytes:
    canvas = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBPVP8X" + struct.pack("<I", 10) + bytes(4) + canvas
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
