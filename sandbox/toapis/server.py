"""The stand-in's HTTP server: both dialects' paths and the finished files."""

import asyncio
import hashlib
import hmac
import json
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import aiohttp
from aiohttp import web

from sandbox.clock import Clock
from sandbox.faults import Faults, Handler
from sandbox.ledger import Ledger
from sandbox.toapis.answers import FORMS, described
from sandbox.toapis.clips import Clip
from sandbox.toapis.dialect_video import read_video
from sandbox.toapis.dialect_videos import read_videos
from sandbox.toapis.errors import REFUSALS, Refused, invalid, refusal_answer
from sandbox.toapis.images import fetch_first_frame
from sandbox.toapis.limits import Limiter
from sandbox.toapis.provider import Provider
from sandbox.toapis.request import GenerationRequest
from sandbox.toapis.settings import Dialect, ProviderSettings
from sandbox.toapis.tasks import Status, Task

_BODY: web.RequestKey[Any] = web.RequestKey("body", object)
_SECRET = b"urls of the sandbox"
_NOT_HERE = "<html><head><title>404 Not Found</title></head><body><center><h1>404 Not Found</h1></center></body></html>"


class ProviderStandIn(Provider):
    """The provider on 127.0.0.1, as an async context manager; `url` and `key` are what a client needs.

    The ledger gets kind "provider" for every request (`body`, `status`; None where the connection was cut), "paid"
    once for every task created, "replayed" for a repeated business id, "clip" for every download (`task`, `bytes`).

    Args:
        clock: runs tasks, limits and URLs.
        ledger: where all that is written.
        faults: strike before anything else; a set of its own when left out.
        port: 0 for any free one.
        settings: see there.
        folder: where clips are made and kept.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        ledger: Ledger,
        folder: Path,
        faults: Faults | None = None,
        port: int = 0,
        settings: ProviderSettings | None = None,
    ) -> None:
        super().__init__(clock=clock, ledger=ledger, settings=settings or ProviderSettings(), folder=folder)
        self.faults = faults or Faults(ledger)
        self._port = port
        self._listening = False
        self._busy: set[asyncio.Transport | None] = set()
        self._limits = {
            "POST": Limiter("async_submit", 5, self._own_time, clock.now),
            "GET": Limiter("async_query", 50, self._own_time, clock.now),
        }

    @property
    def url(self) -> str:
        """The base, without `/v1` and without a slash at its end."""
        return f"http://127.0.0.1:{self._port}"

    async def __aenter__(self) -> Self:
        app = web.Application(middlewares=[self._booked, self.faults.middleware, self._refusing])
        for dialect in self.settings.dialects:
            app.router.add_post(f"/v1/{dialect}/generations", self._submit)
            app.router.add_get(f"/v1/{dialect}/generations/{{name}}", self._status, allow_head=False)
        app.router.add_get("/v1/balance", self._balance, allow_head=False)
        app.router.add_get("/files/videos/{name}.mp4", self._file, allow_head=False)
        app.router.add_route("*", "/{path:.*}", self._not_here)
        self._runner = web.AppRunner(app, shutdown_timeout=0.5, access_log=None)
        await self._runner.setup()
        await self.open_port()
        self._client = aiohttp.ClientSession()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.faults.clear()
        await self._client.close()
        await self._runner.cleanup()
        await self._footage.close()

    async def open_port(self) -> None:
        """Listen, on the same port as before."""
        self._site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await self._site.start()
        self._listening = True
        self._port = int(self._runner.addresses[0][1])

    async def close_port(self) -> None:
        """Refuse connections and drop the idle ones; what is being answered is answered."""
        self._listening = False
        await self._site.stop()
        connections = self._runner.server.connections if self._runner.server is not None else []
        for connection in connections:
            if connection.transport is not None and connection.transport not in self._busy:
                connection.transport.close()

    def clip_url(self, task: Task) -> str:
        """Return the URL of the task's clip as it is signed now."""
        expires = int(task.expires_at)
        return f"{self.url}/files/videos/{task.id}.mp4?expires={expires}&sign={_sign(task, expires)}"

    def _own_time(self) -> float:
        return self.clock.now() * self.settings.time_scale

    @web.middleware
    async def _booked(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        self._busy.add(request.transport)
        try:
            answer = await handler(request)
        finally:
            self._busy.discard(request.transport)
        cut = request.transport is None or request.transport.is_closing()
        if not self._listening and not answer.prepared:
            answer.force_close()
        route = f"{request.method} {request.path}"
        self.ledger.write("provider", route, body=request.get(_BODY), status=None if cut else answer.status)
        return answer

    @web.middleware
    async def _refusing(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Check key and pace, and turn refusals into answers."""
        if not request.path.startswith("/v1/") or request.match_info.handler == self._not_here:
            return await handler(request)
        headers: dict[str, str] = {}
        try:
            headers.update(self._admitted(request))
            answer = await handler(request)
        except Refused as refused:
            headers.update(refused.headers)
            answer = refusal_answer(refused.refusal, self._shape, chinese=self.settings.chinese)
        answer.headers.update(headers)
        return answer

    def _admitted(self, request: web.Request) -> dict[str, str]:
        """Return the headers of the request's rate limit, or raise Refused for a bad key or too many requests."""
        given = request.headers.get("Authorization", "")
        if not hmac.compare_digest(given.encode(), f"Bearer {self.key}".encode()):
            raise Refused(REFUSALS["unauthorized"])
        if not self.settings.limited:
            return {}
        verdict = self._limits[request.method].admit()
        if not verdict.allowed:
            raise Refused(REFUSALS["rate"], verdict.headers)
        return verdict.headers

    async def _submit(self, request: web.Request) -> web.Response:
        if self._limiter_down:
            raise Refused(REFUSALS["limiter"])
        dialect = _dialect(request)
        body = await _json(request)
        request[_BODY] = body
        order = _read(dialect, body)
        if self._refusals and self._replayed(order) is None:
            raise Refused(self._refusals.popleft())
        frame = await fetch_first_frame(self._client, order.image_url) if order.image_url else None
        # Nothing waits between this look and the creation: two POSTs of one id cannot both pass.
        task = self._replayed(order)
        if task is None:
            task = self.create(order, frame)
            self.ledger.write("paid", f"POST {request.path}", task=task.id, body=body)
        else:
            self.ledger.write("replayed", f"POST {request.path}", task=task.id)
        return web.json_response(self._described(task, dialect))

    def _replayed(self, order: GenerationRequest) -> Task | None:
        return self.found(order.business_id) if order.business_id and self.settings.replays else None

    async def _balance(self, _request: web.Request) -> web.Response:
        """Answer what is left, in the shape of the provider's page "Get balance"."""
        spent = sum(task.request.duration for task in self.tasks.values())
        return web.json_response({
            "success": True,
            "remain_balance": 100.0 - spent / 100,
            "used_balance": spent / 100,
            "remain_credits": 20_000 - 2 * spent,
            "used_credits": 2 * spent,
            "credits_per_usd": 200,
            "unlimited_quota": False,
        })  # fmt: skip

    async def _status(self, request: web.Request) -> web.Response:
        dialect, name = _dialect(request), request.match_info["name"]
        task = self.found(name)
        by_own_id = task is not None and task.id != name
        if task is not None and not (by_own_id and dialect is Dialect.VIDEO):
            return web.json_response(self._described(task, dialect))
        if self.settings.no_such_task == "task_not_exist":
            return web.json_response({"message": "task_not_exist"}, status=400)
        raise Refused(REFUSALS["not_found"])

    async def _file(self, request: web.Request) -> web.StreamResponse:
        task = self._tasks.get(request.match_info["name"])
        if task is None or not self._lives(task, request):
            return web.Response(status=404, text="NoSuchKey", content_type="application/xml")
        served = [0]
        clip = Clip(task.footage.result(), self.settings.clip_content_type, served)
        trouble = next((order for order in self._troubles if order.takes(task.id)), None)
        try:
            return await (clip.send(request) if trouble is None else clip.send_badly(request, trouble))
        finally:
            spoiled = None if trouble is None else str(trouble.trouble)
            self.ledger.write("clip", f"GET {request.path}", task=task.id, bytes=served[0], trouble=spoiled)

    async def _not_here(self, _request: web.Request) -> web.Response:
        return web.Response(status=404, text=_NOT_HERE, content_type="text/html")

    def _lives(self, task: Task, request: web.Request) -> bool:
        expires = request.query.get("expires", "")
        if task.gone or task.status is not Status.COMPLETED or not expires.isdecimal():
            return False
        return request.query.get("sign") == _sign(task, int(expires)) and self.clock.now() < int(expires)

    def _described(self, task: Task, dialect: Dialect) -> dict[str, Any]:
        return FORMS[self._form](described(task, dialect, self.clip_url(task), working=self._working))


def _dialect(request: web.Request) -> Dialect:
    return Dialect(request.path.split("/")[2])


def _read(dialect: Dialect, body: dict[str, Any]) -> GenerationRequest:
    match dialect:
        case Dialect.VIDEO:
            return read_video(body)
        case Dialect.VIDEOS:
            return read_videos(body)


async def _json(request: web.Request) -> dict[str, Any]:
    try:
        body = await request.json()
    except (json.JSONDecodeError, UnicodeDecodeError):
        raise invalid("The request body is not valid JSON") from None
    if not isinstance(body, dict):
        raise invalid("The request body must be a JSON object")
    return body


def _sign(task: Task, expires: int) -> str:
    """Sign anew after `expire_urls` only: a URL that was handed out keeps living until then."""
    return hmac.new(_SECRET, f"{task.id} {expires} {task.signature}".encode(), hashlib.sha256).hexdigest()[:32]
