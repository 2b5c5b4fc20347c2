"""Answers from a recording, as Discord and the provider on one port: what a bot was once answered, answered again.

A request is answered with the next recorded answer to the same method and path that was not used yet, and then with the
last one again. A gateway sends the recorded frames in their order, each group after what the bot sent before it.
"""

import json
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from aiohttp import WSMsgType, web

from sandbox.json_answer import json_answer

Entry = dict[str, Any]


def read(path: Path) -> list[Entry]:
    """Read a recording: one JSON object a line."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


class Replay:
    """One server on 127.0.0.1 while entered. `asked` lists what came, `heard` the gateway frames of the bot."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        bodies = {one["number"]: one["body"] for one in entries if one["kind"] == "answer"}
        self._answers: dict[str, list[tuple[Entry, Any]]] = defaultdict(list)
        for one in entries:
            if one["kind"] == "request":
                route = f"{one['to']} {one['method']} {one['path']}"
                self._answers[route].append((one, bodies.get(one["number"])))
        self._frames = [one for one in entries if one["kind"] == "gateway"]
        self._runner: web.AppRunner | None = None
        self.url = ""
        self.asked: list[str] = []
        self.heard: list[Entry] = []

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_get("/gateway", self._gateway)
        app.router.add_get("/gateway/", self._gateway)
        app.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.Response:
        await request.read()
        to = "discord" if request.path.startswith("/api/") else "provider"
        route = f"{to} {request.method} {request.raw_path}"
        self.asked.append(route)
        answers = self._answers.get(route)
        if not answers:
            return json_answer({"message": f"not recorded: {route}", "code": 0}, status=404)
        entry, body = answers[0] if len(answers) == 1 else answers.pop(0)
        headers = {name: value for name, value in entry["headers"].items() if name != "Content-Type"}
        text = "" if body is None else json.dumps(self._here(body))
        kind = entry["headers"].get("Content-Type")
        return web.Response(
            status=entry["status"], body=text.encode(), headers=headers | ({"Content-Type": kind} if kind else {})
        )

    async def _gateway(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        sent = [one for one in self._frames if one["way"] == "in"]
        # What came before the first frame of the bot's own is HELLO; the rest follows once it has identified itself.
        for one in sent:
            if one["payload"].get("op") == 10:
                await socket.send_json(one["payload"])
                break
        async for message in socket:
            if message.type is not WSMsgType.TEXT:
                continue
            frame = json.loads(message.data)
            self.heard.append(frame)
            if frame.get("op") == 1:
                await socket.send_json({"op": 11, "d": None, "s": None, "t": None})
            if frame.get("op") == 2:
                for one in sent:
                    if one["payload"].get("op") == 0:
                        await socket.send_json(self._here(one["payload"]))
        return socket

    def _here(self, value: Any) -> Any:
        """Let the gateway's addresses lead here: those of a recording lead nowhere."""
        if isinstance(value, dict):
            gateway = "session_start_limit" in value
            return {
                name: self.url.replace("http", "ws") + "/gateway"
                if name == "resume_gateway_url" or (gateway and name == "url")
                else self._here(part)
                for name, part in value.items()
            }
        return [self._here(part) for part in value] if isinstance(value, list) else value
