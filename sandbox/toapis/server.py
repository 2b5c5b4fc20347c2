"""The stand-in's HTTP server: its life, who may enter, and generations in both dialects."""

import asyncio
import hmac
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from sandbox.clock import Clock
from sandbox.faults import Faults, Handler
from sandbox.json_answer import json_answer
from sandbox.ledger import Ledger
from sandbox.toapis.answers import FORMS, described
from sandbox.toapis.asset_api import PREFIX, AssetApi
from sandbox.toapis.assets import Asset
from sandbox.toapis.bodies import BODY, read_json
from sandbox.toapis.dialect_video import read_video
from sandbox.toapis.dialect_videos import NEWEST, read_videos
from sandbox.toapis.downloads import CLIP, FRAME, MOV_CLIP, Downloads, signed
from sandbox.toapis.errors import REFUSALS, Refused, invalid, refusal_answer
from sandbox.toapis.judging import LONGEST
from sandbox.toapis.limits import Limiter
from sandbox.toapis.media import Seen
from sandbox.toapis.operations import LONGEST_SOURCE, settled
from sandbox.toapis.person_pages import PersonPages
from sandbox.toapis.provider import Family, Provider
from sandbox.toapis.request import GenerationRequest, Operation
from sandbox.toapis.settings import Dialect, ProviderSettings
from sandbox.toapis.tasks import Task
from sandbox.toapis.uploads import UPLOAD_RULES
from sandbox.toapis.webhooks import Webhooks

_NOT_HERE = "<html><head><title>404 Not Found</title></head><body><center><h1>404 Not Found</h1></center></body></html>"


class ProviderStandIn(Provider):
    """The provider on 127.0.0.1, as an async context manager; `url` and `key` are what a client needs.

    The ledger gets kind "provider" for every request (`query`, `body`, `status`; None where the connection was cut),
    "paid" once for every task created (`task`, `body`, `media`), "replayed" for a repeated business id, "mixed_up" for
    an answer about another task (`task`, `answered`); and what the rooms beside this one write.

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
        pace = self.settings.time_scale
        self.webhooks = Webhooks(clock, ledger, lambda: self.tasks, self.clip_url, pace)
        self._port = port
        self._listening = False
        self._answering: set[asyncio.Transport | None] = set()
        self._limits = {
            "POST": Limiter("async_submit", 5, self._own_time, clock.now),
            "GET": Limiter("async_query", 50, self._own_time, clock.now),
        }

    @property
    def url(self) -> str:
        """The base, without `/v1` and without a slash at its end."""
        return f"http://127.0.0.1:{self._port}"

    async def __aenter__(self) -> Self:
        pages = PersonPages(self.verifications, self.ledger)
        app = web.Application(middlewares=[self._booked, self.faults.middleware, self._refusing])
        for dialect in self.settings.dialects:
            app.router.add_post(f"/v1/{dialect}/generations", self._submit)
            app.router.add_get(f"/v1/{dialect}/generations/{{name}}", self._status, allow_head=False)
        app.router.add_get("/v1/balance", self.account.key, allow_head=False)
        app.router.add_get("/v1/user/balance", self.account.user, allow_head=False)
        for endpoint in UPLOAD_RULES:
            app.router.add_post(f"/v1/uploads/{endpoint}", self._upload)
        self._asset_api(pages).add_to(app.router)
        pages.add_to(app.router)
        Downloads(self, self._footage).add_to(app.router)
        app.router.add_route("*", "/{path:.*}", self._not_here)
        self._runner = web.AppRunner(app, shutdown_timeout=0.5, access_log=None)
        await self._runner.setup()
        await self.open_port()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.faults.clear()
        await self.webhooks.close()
        await self._runner.cleanup()
        await self.assets.close()
        await self._fetcher.close()
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
            if connection.transport is not None and connection.transport not in self._answering:
                connection.transport.close()

    def clip_url(self, task: Task) -> str:
        """Return the URL of the task's clip as it is signed now."""
        path = MOV_CLIP if task.request.output_format == "mov" else CLIP
        return self.url + self.hand_out(signed(path, task, self.signature))

    @property
    def callback_url(self) -> str:
        """A page that a verified person's browser may be sent back to."""
        return f"{self.url}/callback"

    def _asset_api(self, pages: PersonPages) -> AssetApi:
        return AssetApi(
            assets=self.assets,
            verifications=self.verifications,
            ledger=self.ledger,
            admit=lambda: self._admit(Family.ASSETS),
            link=lambda session: pages.link(session, self.url),
            judge_first=self._judge_first if self.settings.judges_sources_first else None,
        )

    def _own_time(self) -> float:
        return self.clock.now() * self.settings.time_scale

    @web.middleware
    async def _booked(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        self._answering.add(request.transport)
        try:
            answer = await handler(request)
        finally:
            self._answering.discard(request.transport)
        cut = request.transport is None or request.transport.is_closing()
        if not self._listening and not answer.prepared:
            answer.force_close()
        route = f"{request.method} {request.path}"
        query, status = dict(request.query), None if cut else answer.status
        self.ledger.write("provider", route, body=request.get(BODY), query=query, status=status)
        return answer

    @web.middleware
    async def _refusing(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Check key and pace, and turn refusals into answers."""
        if not request.path.startswith("/v1/") or request.match_info.handler == self._not_here:
            return await handler(request)
        headers: dict[str, str] = {}
        # Bad keys and rate limits are refused before the request is read.
        family = Family.GENERATIONS
        try:
            headers.update(self._admitted(request))
            family = _family(request.path)
            answer = await handler(request)
        except Refused as refused:
            headers.update(refused.headers)
            answer = refusal_answer(refused.refusal, self._shapes[family], chinese=self.settings.chinese)
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
        body = await read_json(request)
        order = _read(dialect, body)
        seen: tuple[Seen, ...] = ()
        if self._replayed(order) is None:
            self._admit(Family.GENERATIONS)
            longest = LONGEST if order.operation is Operation.GENERATE else LONGEST_SOURCE
            # Together they are limited on a page that is older than the newest model, which takes ten of each.
            together = None if order.model == NEWEST else LONGEST
            seen = await self._reception.receive(order.media, longest, together)
            order = settled(order, seen)
        # Nothing waits between this look and the creation: two POSTs of one id cannot both pass.
        task = self._replayed(order)
        if task is None:
            self._charge(order)
            task = self.create(order, seen)
            media = _listed(order, seen)
            self.ledger.write("paid", f"POST {request.path}", task=task.id, body=body, media=media)
        else:
            self.ledger.write("replayed", f"POST {request.path}", task=task.id)
        other = self.behavior.submitted(task, self.tasks.values())
        return json_answer(self._described(self._noted(task, other), dialect))

    def _replayed(self, order: GenerationRequest) -> Task | None:
        return self.found(order.business_id) if order.business_id and self.settings.replays else None

    async def _status(self, request: web.Request) -> web.Response:
        dialect, name = _dialect(request), request.match_info["name"]
        task = self.found(name)
        by_own_id = task is not None and task.id != name
        if task is not None and not (by_own_id and dialect is Dialect.VIDEO):
            other = self.behavior.asked(task, self.tasks.values(), by_own_id=by_own_id)
            return json_answer(self._described(self._noted(task, other), dialect))
        if self.behavior.unsure:
            return json_answer({"message": "please try again"}, status=400)
        if self.settings.no_such_task == "task_not_exist":
            return json_answer({"message": "task_not_exist"}, status=400)
        raise Refused(REFUSALS["not_found"])

    async def _upload(self, request: web.Request) -> web.Response:
        upload, url = await self.uploads.take(request, self.url, lambda: self._admit(Family.UPLOADS))
        data = {"id": upload.id, "url": url, "mime_type": upload.mime_type, "size": upload.file.size}
        return json_answer({"success": True, "message": "", "data": data})

    async def _judge_first(self, asset: Asset) -> None:
        """Wait until an asset's source was judged; take back an asset whose source will not do."""
        if asset.source is None:
            return
        await asyncio.wait([asset.source])
        if wrong := asset.source.exception():
            self.assets.forget(asset.id)
            raise invalid(str(wrong))

    async def _not_here(self, _request: web.Request) -> web.Response:
        return web.Response(status=404, text=_NOT_HERE, content_type="text/html")

    def _noted(self, task: Task, answered: Task) -> Task:
        """Return the task that is answered with, and write it down where it is another one."""
        if answered is not task:
            self.ledger.write("mixed_up", "", task=task.id, answered=answered.id)
        return answered

    def _described(self, task: Task, dialect: Dialect) -> dict[str, Any]:
        frame = self.url + signed(FRAME, task)
        answer = described(task, dialect, self.clip_url(task), last_frame=frame, working=self._working)
        return FORMS[self._form](self.behavior.with_percent(answer))


def _dialect(request: web.Request) -> Dialect:
    return Dialect(request.path.split("/")[2])


def _read(dialect: Dialect, body: dict[str, Any]) -> GenerationRequest:
    match dialect:
        case Dialect.VIDEO:
            return read_video(body)
        case Dialect.VIDEOS:
            return read_videos(body)


def _family(path: str) -> Family:
    if path.startswith("/v1/uploads/"):
        return Family.UPLOADS
    return Family.ASSETS if path.startswith(PREFIX) else Family.GENERATIONS


def _listed(order: GenerationRequest, seen: tuple[Seen, ...]) -> list[dict[str, Any]]:
    """Return each medium as the ledger tells it."""
    return [
        {
            "place": medium.place,
            "kind": str(one.kind),
            "role": str(medium.role),
            "url": medium.url,
            "sha256": one.file.sha256,
            "bytes": one.file.size,
            "format": one.format,
            "sides": one.size,
            "seconds": one.seconds,
            "rate": one.rate,
        }
        for medium, one in zip(order.media, seen, strict=True)
    ]
