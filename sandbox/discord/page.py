"""The page's server: files, uploads, and one socket for each member seen."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import BodyPartReader, WSMsgType, web

from sandbox.discord.core import Core
from sandbox.discord.model import Json, StoredFile, StoredMessage, User
from sandbox.discord.page_acts import PageActs
from sandbox.discord.page_view import bot, hello, message_for
from sandbox.discord.uploads import TooMuch, drain, receive, store
from sandbox.json_answer import json_answer

OnControl = Callable[[str, Any], Awaitable[Any]]
LATER = 900.0
_FOLDER = Path(__file__).parent / "page"
_NO_STORE = {"Cache-Control": "no-store"}


@dataclass(frozen=True, slots=True)
class Control:
    """One control of the page's strip."""

    id: str
    label: str
    kind: str = "button"


class Seat:
    """One open page, seen as one member."""

    def __init__(self, socket: web.WebSocketResponse, user: User) -> None:
        self.user = user
        self._socket = socket
        self._queue: asyncio.Queue[Json] = asyncio.Queue(maxsize=10_000)

    def tell(self, frame: Json) -> None:
        """Send a frame soon; a page that does not read for ten thousand frames loses them."""
        if not self._queue.full():
            self._queue.put_nowait(frame)

    async def pump(self) -> None:
        """Write frames until cancelled."""
        while True:
            frame = await self._queue.get()
            try:
                await self._socket.send_str(json.dumps(frame, ensure_ascii=False))
            except ConnectionError:
                return

    async def close(self) -> None:
        """Close the page's socket."""
        await self._socket.close(code=1001)


class Page:
    """Serve the page and keep every open one up to date."""

    def __init__(self, core: Core, controls: Sequence[Control], on_control: OnControl | None) -> None:
        self._core = core
        self._controls = list(controls)
        self._standing: dict[str, Json] = {}
        self._on_control = on_control
        self._seats: set[Seat] = set()
        self._uploads: dict[str, StoredFile] = {}
        self._working: set[asyncio.Task[None]] = set()
        self._acts = PageActs(core, self._uploads, self.control)
        core.messages.watch(self._message_changed)
        core.commands.watch(self._commands_changed)
        core.gateway.watch(self.bot_changed)
        core.clock.on_advance(self._clock_moved)

    def routes(self) -> list[web.RouteDef]:
        """Return the routes."""
        return [
            web.get("/", self._index),
            web.post("/page/upload", self._upload),
            web.get("/page/socket", self._socket),
            web.get("/page/{file:[A-Za-z0-9_./-]+}", self._file),
        ]

    async def close(self) -> None:
        """Close all open pages."""
        for task in tuple(self._working):
            task.cancel()
        for seat in tuple(self._seats):
            await seat.close()

    def tell_all(self, frame: Json) -> None:
        """Send a frame to every open page, such as the new state of a control."""
        for seat in self._seats:
            seat.tell(frame)

    async def control(self, name: str, value: Any) -> None:
        """Do what a control of the strip says."""
        if name == "later":
            self._core.clock.advance(LATER)
        elif self._on_control is not None:
            answer = await self._on_control(name, value)
            if isinstance(answer, dict):
                self._standing[name] = answer
                self.tell_all({"type": "control", "id": name} | answer)

    def _hello(self, user: User) -> Json:
        controls = [
            {"id": one.id, "label": one.label, "kind": one.kind} | self._standing.get(one.id, {})
            for one in self._controls
        ]
        return hello(self._core, user, controls)

    async def _index(self, _request: web.Request) -> web.StreamResponse:
        return self._sent("index.html")

    async def _file(self, request: web.Request) -> web.StreamResponse:
        return self._sent(request.match_info["file"])

    def _sent(self, name: str) -> web.StreamResponse:
        path = (_FOLDER / name).resolve()
        if not path.is_relative_to(_FOLDER.resolve()) or not path.is_file():
            raise web.HTTPNotFound
        return web.FileResponse(path, headers=_NO_STORE)

    async def _upload(self, request: web.Request) -> web.Response:
        max_bytes = self._core.settings.upload_limit
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader) or part.name != "file":
                continue
            kind = part.headers.get("Content-Type", "")
            try:
                got = await receive(self._core.cdn, 0, part.filename or "file", kind, _chunks(part), max_bytes)
            except TooMuch:
                await drain(request.content)
                text = f"Your files are too powerful. Max file size: {max_bytes >> 20} MB"
                return json_answer({"message": text}, status=413)
            new_id = self._core.world.new_id()
            file = await store(self._core.cdn, got, new_id, new_id, ephemeral=True)
            self._uploads[str(file.id)] = file
            shape = {"id": str(file.id), "filename": file.name, "size": file.size, "content_type": file.content_type}
            return json_answer(shape)
        return json_answer({"message": "There is no file"}, status=400)

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        try:
            user = self._core.world.user(int(request.query.get("member", "1001")))
        except (LookupError, ValueError):
            raise web.HTTPNotFound from None
        socket = web.WebSocketResponse(heartbeat=30.0)
        await socket.prepare(request)
        seat = Seat(socket, user)
        sender = asyncio.create_task(seat.pump())
        seat.tell(self._hello(user))
        self._seats.add(seat)
        try:
            async for frame in socket:
                if frame.type is WSMsgType.TEXT:
                    self._begin(seat, frame.data)
        finally:
            self._seats.discard(seat)
            sender.cancel()
        return socket

    def _begin(self, seat: Seat, text: str) -> None:
        task = asyncio.create_task(self._acts.act(seat.user, seat.tell, text))
        self._working.add(task)
        task.add_done_callback(self._working.discard)

    def _message_changed(self, what: str, message: StoredMessage) -> None:
        for seat in self._seats:
            if what == "deleted" or not self._core.messages.visible(message, seat.user.id):
                if message.ephemeral_for in (None, seat.user.id):
                    seat.tell({"type": "message_deleted", "channel": str(message.channel_id), "id": str(message.id)})
                continue
            frame = {"type": "message", "channel": str(message.channel_id)}
            seat.tell(frame | {"message": message_for(self._core, message, seat.user)})
            if what == "created" and seat.user.id in message.pinged:
                seat.tell({"type": "ping", "channel": str(message.channel_id), "message": str(message.id)})

    def _commands_changed(self) -> None:
        for seat in self._seats:
            seat.tell({"type": "commands", "commands": self._hello(seat.user)["commands"]})

    def bot_changed(self) -> None:
        """Show again on every open page whether the bot is there, and what it says about itself."""
        self.tell_all({"type": "bot"} | bot(self._core))

    def _clock_moved(self) -> None:
        self.tell_all({"type": "clock", "now": self._core.clock.now()})
        self.bot_changed()


async def _chunks(part: BodyPartReader) -> Any:
    while chunk := await part.read_chunk(64 * 1024):
        yield chunk
