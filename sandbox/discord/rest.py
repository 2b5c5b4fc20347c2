"""The REST server: reads requests, keeps the rules that hold for all routes, writes everything down."""

import json
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

from aiohttp import BodyPartReader, web

from sandbox.discord.call import Call, Endpoint, Reply
from sandbox.discord.cdn import Cdn
from sandbox.discord.errors import DiscordError
from sandbox.discord.openapi import OpenApi
from sandbox.discord.ratelimits import RateLimits, Verdict
from sandbox.discord.settings import Settings
from sandbox.discord.uploads import Received, TooMuch, drain, receive
from sandbox.json_answer import json_answer
from sandbox.ledger import Ledger

_LEFT = 499
_VIA = {"Via": "1.1 google"}


class Rest:
    """Serve endpoints under one application."""

    def __init__(
        self,
        cdn: Cdn,
        ledger: Ledger,
        limits: RateLimits,
        openapi: OpenApi,
        settings: Settings,
        *,
        violations: list[str],
        token_valid: Callable[[], bool],
        channel_of: Callable[[str], int | None],
    ) -> None:
        self._cdn = cdn
        self._ledger = ledger
        self._limits = limits
        self._openapi = openapi
        self._settings = settings
        self._violations = violations
        self._token_valid = token_valid
        self._channel_of = channel_of

    def routes(self, endpoints: Sequence[Endpoint]) -> list[web.RouteDef]:
        """Return aiohttp's routes; those with fixed words come before those with parameters."""
        ordered = sorted(endpoints, key=lambda one: one.template.count("{"))
        return [web.route(one.method, one.template, self._served(one)) for one in ordered]

    def unknown(self) -> web.RouteDef:
        """Return the route of everything else: 404."""
        return web.route("*", "/{rest:.*}", self._nowhere)

    def _served(self, endpoint: Endpoint) -> Callable[[web.Request], Any]:
        async def serve(request: web.Request) -> web.Response:
            return await self._serve(endpoint, request)

        return serve

    async def _nowhere(self, request: web.Request) -> web.Response:
        self._ledger.write("rest", f"{request.method} {request.path}", status=404)
        return _json(404, {"message": "404: Not Found", "code": 0}, _VIA)

    async def _serve(self, endpoint: Endpoint, request: web.Request) -> web.Response:
        detail: dict[str, Any] = {"path": request.path, "query": dict(request.query)}
        reply, headers = await self._answered(endpoint, request, detail)
        if reply.status in (401, 403, 429):
            self._limits.invalid()
        self._note(self._openapi.answer(endpoint.method, endpoint.template, reply.status, reply.body))
        self._ledger.write("rest", f"{endpoint.method} {endpoint.template}", status=reply.status, **detail)
        return _json(reply.status, reply.body, headers)

    async def _answered(
        self, endpoint: Endpoint, request: web.Request, detail: dict[str, Any]
    ) -> tuple[Reply, dict[str, str]]:
        ban = self._limits.banned()
        if ban is not None:
            # Without Via: this one comes from the wall before Discord.
            return Reply({"message": "banned", "code": 0, "retry_after": ban, "global": True}, 429), {}
        headers = dict(_VIA)
        try:
            self._authorize(endpoint, request)
            verdict = self._take(endpoint, request)
            headers |= verdict.headers
            if verdict.over is not None:
                return _too_many(verdict, headers, detail)
            call = await self._read(request, detail)
            self._check_request(endpoint, call)
            return await endpoint.handler(call), headers
        except DiscordError as error:
            detail["error"] = str(error)
            if error.status == 429:
                headers["Retry-After"] = str(error.body.get("retry_after", 1))
            return Reply(error.body, error.status), headers

    def _authorize(self, endpoint: Endpoint, request: web.Request) -> None:
        if endpoint.auth != "bot":
            return
        right = request.headers.get("Authorization", "") == f"Bot {self._settings.token}"
        if not right or not self._token_valid():
            raise DiscordError(0, status=401, text="401: Unauthorized")

    def _take(self, endpoint: Endpoint, request: web.Request) -> Verdict:
        major = "/".join(request.match_info.get(name, "") for name in endpoint.major)
        channel = self._channel_of(request.match_info.get("webhook_token", ""))
        return self._limits.take(endpoint.method, endpoint.template, major, channel=channel)

    async def _read(self, request: web.Request, detail: dict[str, Any]) -> Call:
        body: Any = None
        files: list[Received] = []
        try:
            if request.content_type.startswith("multipart/"):
                body = await self._read_multipart(request, files, detail)
            elif request.can_read_body:
                raw = b"".join([chunk async for chunk in _capped(request, self._settings.request_limit)])
                body = json.loads(raw) if raw else None
                detail["sent"] = raw.decode()
        except TooMuch:
            detail["files"] = [one.summary() for one in files]
            await drain(request.content)
            raise DiscordError(40005, why="the request is too large") from None
        except ConnectionError:
            # The client died on the way: nothing is done, and no answer is sent.
            raise DiscordError(0, status=_LEFT, text="client closed request") from None
        except ValueError:
            raise DiscordError(50109) from None
        detail["body"] = body
        detail["files"] = [one.summary() for one in files]
        return Call(dict(request.match_info), dict(request.query), body, tuple(files))

    async def _read_multipart(self, request: web.Request, files: list[Received], detail: dict[str, Any]) -> Any:
        body: Any = None
        left = self._settings.request_limit
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader):
                continue
            name = part.name or ""
            if name == "payload_json":
                detail["sent"] = await part.text()
                body = json.loads(detail["sent"])
            elif name.startswith("files[") and name.endswith("]") and name[6:-1].isdigit():
                kind = part.headers.get("Content-Type", "")
                got = await receive(self._cdn, int(name[6:-1]), part.filename or "unknown", kind, _chunks(part), left)
                left -= got.size
                files.append(got)
        return body

    def _check_request(self, endpoint: Endpoint, call: Call) -> None:
        if call.body is not None:
            self._note(self._openapi.request(endpoint.method, endpoint.template, call.body))

    def _note(self, violations: list[str]) -> None:
        for violation in violations:
            self._violations.append(violation)
            self._ledger.write("violation", violation)


def _too_many(verdict: Verdict, headers: dict[str, str], detail: dict[str, Any]) -> tuple[Reply, dict[str, str]]:
    seconds = verdict.over or 0.0
    detail["error"] = f"429 {verdict.scope}, wait {seconds:.3f} s"
    headers |= {"Retry-After": str(int(seconds) + 1), "X-RateLimit-Scope": verdict.scope}
    body = {
        "message": "You are being rate limited.",
        "retry_after": round(seconds, 3),
        "global": verdict.everywhere,
        "code": 0,
    }
    return Reply(body, 429), headers


async def _chunks(part: BodyPartReader) -> AsyncIterator[bytes]:
    while chunk := await part.read_chunk(64 * 1024):
        yield chunk


async def _capped(request: web.Request, max_bytes: int) -> AsyncIterator[bytes]:
    size = 0
    async for chunk in request.content.iter_chunked(64 * 1024):
        size += len(chunk)
        if size > max_bytes:
            raise TooMuch
        yield chunk


def _json(status: int, body: Any, headers: dict[str, str]) -> web.Response:
    if body is None:
        return web.Response(status=status, headers=headers)
    return json_answer(body, status, headers)
