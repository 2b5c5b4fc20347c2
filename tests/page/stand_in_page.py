"""A small server behind the page: keeps what the page sends, and sends what a test wants it to see."""

import asyncio
import json
from pathlib import Path
from typing import Any, Self

from aiohttp import WSMsgType, web

PAGE = Path(__file__).parents[2] / "sandbox" / "discord" / "page"
WAIT = 8  # seconds within which the page must have sent what is waited for


class StandInPage:
    """One world of channels and messages, the same for all members but for what is addressed to one."""

    def __init__(self, world: dict[str, Any], files: Path) -> None:
        self.world = world
        self.files = files
        self.heard: list[dict[str, Any]] = []
        self.uploads: list[tuple[str, bytes]] = []
        self.sockets: dict[str, list[web.WebSocketResponse]] = {}
        self.answers: dict[str, Any] = {}
        self.refuse_uploads = False
        self.refuse_sockets = False
        self._news = asyncio.Condition()
        self._app = web.Application()
        self._app.add_routes(
            [
                web.get("/", self._index),
                web.get("/page/socket", self._socket),
                web.post("/page/upload", self._upload),
                web.get("/cdn/{name}", self._cdn),
                web.static("/page", PAGE),
            ]
        )
        self.url = ""

    async def __aenter__(self) -> Self:
        self._runner = web.AppRunner(self._app, shutdown_timeout=0.2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}/"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.drop()
        await self._runner.cleanup()

    async def _index(self, _: web.Request) -> web.StreamResponse:
        return web.FileResponse(PAGE / "index.html")

    async def _cdn(self, request: web.Request) -> web.StreamResponse:
        file = self.files / request.match_info["name"]
        if "ex" in request.query or not file.exists():
            return web.Response(status=404, text="This content is no longer available.")
        return web.FileResponse(file)

    async def _upload(self, request: web.Request) -> web.Response:
        field = await (await request.multipart()).next()
        data = bytes(await field.read())
        if self.refuse_uploads:
            return web.json_response({"message": "This file is too big."}, status=413)
        self.uploads.append((field.filename, data))
        number = f"upload-{len(self.uploads)}"
        return web.json_response({"id": number, "filename": field.filename, "size": len(data), "content_type": ""})

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        if self.refuse_sockets:
            return web.Response(status=503)
        member = request.query["member"]
        if member not in {known["id"] for known in self.world["members"]}:
            return web.Response(status=404)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.sockets.setdefault(member, []).append(socket)
        await socket.send_json({"type": "hello", "me": member, **self.world})
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                await self._hear(member, socket, json.loads(message.data))
        self.sockets[member].remove(socket)
        return socket

    async def _hear(self, member: str, socket: web.WebSocketResponse, frame: dict[str, Any]) -> None:
        answer = self.answers.get(frame["type"])
        if answer is not None:
            await socket.send_json(answer(frame) if callable(answer) else answer)
        async with self._news:
            self.heard.append({**frame, "by": member})
            self._news.notify_all()

    async def send(self, member: str, **frame: Any) -> None:
        """Send a frame to every page of a member."""
        for socket in self.sockets.get(member, []):
            await socket.send_json(frame)

    async def show(self, member: str, message: dict[str, Any], channel: str = "2001") -> None:
        """Send a message, new or changed."""
        await self.send(member, type="message", channel=channel, message=message)

    async def hears(self, kind: str, count: int = 1) -> dict[str, Any]:
        """Wait for the page's frame of a kind, by default its first; return it."""
        async with asyncio.timeout(WAIT), self._news:
            await self._news.wait_for(lambda: len(self.of(kind)) >= count)
        return self.of(kind)[count - 1]

    def of(self, kind: str) -> list[dict[str, Any]]:
        """Return the page's frames of a kind so far."""
        return [frame for frame in self.heard if frame["type"] == kind]

    async def drop(self) -> None:
        """Close every socket, as a server that goes away does."""
        for sockets in list(self.sockets.values()):
            for socket in list(sockets):
                await socket.close()
