"""Things that go wrong on the way, on purpose: a fault per route, counted, chanced by a seed, written into the ledger.

A fault is a small value. Whether the request had its effect is always said: nothing is applied by `Reset.BEFORE`,
`Reset.EARLY`, `HalfOpen` and an `Answer` or `Delay` that is not `applied`; all others run the real handler first. A GET
has no effect: an `Answer` takes the place of a streamed file, and never follows it on the same connection.
"""

import asyncio
import json
import logging
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import assert_never

from aiohttp import web

from sandbox.connections import cut_connection, stop_half_way, swallow_body
from sandbox.json_answer import JSON, json_answer, json_text_answer
from sandbox.ledger import Ledger

log = logging.getLogger(__name__)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
_LOOK_EVERY = 0.05
"""Seconds between two looks at whether a client that is kept waiting has gone."""


class Reset(StrEnum):
    """Cut the connection with a TCP reset, without a byte of answer."""

    BEFORE = "before"
    """With the body unread and nothing applied."""
    EARLY = "early"
    """With the body read and nothing applied."""
    AFTER = "after"
    """With everything applied."""


@dataclass(frozen=True, slots=True)
class Delay:
    """Keep the client waiting `seconds` of real time, then go on.

    Not `applied`: the wait comes first, and a client that leaves meanwhile has changed nothing. `applied`: the
    answer is held back.
    """

    seconds: float
    applied: bool = False


@dataclass(frozen=True, slots=True)
class HalfOpen:
    """Read the request and never answer, until the client leaves or the server stops."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Answer this in place of the real answer."""

    status: int
    text: str = ""
    content_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)
    applied: bool = False


@dataclass(frozen=True, slots=True)
class Cut:
    """Apply, then send half of the answer: `framed` as if it were whole, else short of the length it declared."""

    framed: bool = False


def wrong_types(answer: object) -> object:
    """Return a JSON object with every value of another type than promised (numbers for text, lists for objects)."""
    if not isinstance(answer, dict):
        return {"answer": answer}
    return {key: _of_another_type(value) for key, value in answer.items()}


def _of_another_type(value: object) -> object:
    match value:
        case bool() | None:
            return "yes"
        case str():
            return 7
        case int() | float():
            return str(value)
        case dict():
            return [value]
        case _:
            return {"0": value}


@dataclass(frozen=True, slots=True)
class Garbled:
    """Apply, then send the JSON answer as `change` returns it."""

    change: Callable[[object], object] = wrong_types

    def __repr__(self) -> str:
        return f"Garbled({self.change.__name__})"


Fault = Reset | Delay | HalfOpen | Answer | Cut | Garbled


def status(
    code: int, body: object = None, headers: Mapping[str, str] | None = None, *, applied: bool = False
) -> Answer:
    """Return an answer with a JSON body, such as a 429 with `Retry-After` or a 502 after applying."""
    text = json.dumps({"message": "fault"} if body is None else body)
    return Answer(code, text, headers=headers or {}, applied=applied)


def html(code: int = 200, *, applied: bool = False) -> Answer:
    """Return the page that a proxy shows in place of the answer."""
    page = f"<!doctype html><html><head><title>{code}</title></head><body><h1>{code}</h1></body></html>"
    return Answer(code, page, "text/html", applied=applied)


def empty(code: int = 200, *, applied: bool = False) -> Answer:
    """Return an answer without a body."""
    return Answer(code, applied=applied)


def redirect(url: str, code: int = 302, *, applied: bool = False) -> Answer:
    """Return a redirect to `url`."""
    return Answer(code, "", "text/html", {"Location": url}, applied)


@dataclass(slots=True, eq=False)
class FaultHandle:
    """One fault that lies in wait: `fired` counts how often it struck, `seen` the requests that matched its route."""

    route: str
    fault: Fault
    times: int | None
    chance: float
    skip: int
    fired: int = 0
    seen: int = 0
    removed: bool = False

    def remove(self) -> None:
        """Never strike again."""
        self.removed = True

    def strikes(self, method: str, path: str, rng: random.Random) -> bool:
        """Return whether this request is struck, and count it."""
        if self.removed or not fnmatchcase(f"{method} {path}", self.route):
            return False
        self.seen += 1
        spent = self.times is not None and self.fired >= self.times
        if spent or self.seen <= self.skip or rng.random() >= self.chance:
            return False
        self.fired += 1
        return True


class Faults:
    """Faults by route; give `middleware` to a server and they strike.

    Args:
        ledger: where every strike is written (kind "fault").
        seed: of the random numbers behind `chance`; drawn and logged when left out.
    """

    def __init__(self, ledger: Ledger | None = None, *, seed: int | None = None) -> None:
        self.seed = random.SystemRandom().randrange(2**32) if seed is None else seed
        log.info("faults: seed %d", self.seed)
        self._rng = random.Random(self.seed)
        self._ledger = ledger
        self._handles: list[FaultHandle] = []
        self._ending = asyncio.Event()

    def add(
        self, route: str, fault: Fault, *, times: int | None = 1, chance: float = 1.0, skip: int = 0
    ) -> FaultHandle:
        """Let a fault lie in wait on a route.

        Args:
            route: "POST /v1/video/generations"; matched with fnmatch's `*` and `?` over "METHOD path".
            fault: what happens. One fault strikes a request, the one added first.
            times: strikes until it is spent; None for no end.
            chance: of striking each matching request, 0 to 1.
            skip: matching requests that are let through first.
        """
        handle = FaultHandle(route, fault, times, chance, skip)
        self._handles.append(handle)
        return handle

    def clear(self) -> None:
        """Remove all faults and let every waiting client go on."""
        self._handles.clear()
        self._ending.set()
        self._ending = asyncio.Event()

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Strike the request when a fault lies in wait for it, as aiohttp's middleware."""
        for handle in self._handles:
            if handle.strikes(request.method, request.path, self._rng):
                if self._ledger is not None:
                    self._ledger.write("fault", f"{request.method} {request.path}", fault=handle.fault)
                return await self._strike(handle.fault, request, handler)
        return await handler(request)

    async def _strike(self, fault: Fault, request: web.Request, handler: Handler) -> web.StreamResponse:
        match fault:
            case Reset():
                return await _reset(fault, request, handler)
            case Delay():
                return await self._delay(fault, request, handler)
            case HalfOpen():
                await swallow_body(request)
                await self._gone(request, None)
                return cut_connection(request)
            case Answer():
                applied = fault.applied and request.method != "GET"
                await (_applied(request, handler) if applied else swallow_body(request))
                return _said(fault)
            case Cut():
                return await _cut(fault, request, await _applied(request, handler))
            case Garbled():
                answer = _whole(await _applied(request, handler))
                return json_answer(fault.change(json.loads(answer.text or "null")), answer.status)
            case _:
                assert_never(fault)

    async def _delay(self, fault: Delay, request: web.Request, handler: Handler) -> web.StreamResponse:
        if fault.applied:
            answer = await _applied(request, handler)
            await self._gone(request, fault.seconds)
            return answer
        if await self._gone(request, fault.seconds):
            return cut_connection(request)
        return await handler(request)

    async def _gone(self, request: web.Request, seconds: float | None) -> bool:
        """Wait until the client has left (True), or the time is over or the faults were cleared (False)."""
        loop, ending = asyncio.get_running_loop(), self._ending
        end = None if seconds is None else loop.time() + seconds
        while not ending.is_set() and (end is None or loop.time() < end):
            if request.transport is None or request.transport.is_closing():
                return True
            rest = _LOOK_EVERY if end is None else min(_LOOK_EVERY, max(0.0, end - loop.time()))
            try:
                await asyncio.wait_for(ending.wait(), rest)
            except TimeoutError:
                continue
        return request.transport is None or request.transport.is_closing()


async def _reset(fault: Reset, request: web.Request, handler: Handler) -> web.StreamResponse:
    match fault:
        case Reset.BEFORE:
            pass
        case Reset.EARLY:
            await swallow_body(request)
        case Reset.AFTER:
            await _applied(request, handler)
        case _:
            assert_never(fault)
    return cut_connection(request)


async def _applied(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except web.HTTPException as refused:
        return refused


def _said(answer: Answer) -> web.Response:
    if answer.content_type == JSON:
        return json_text_answer(answer.text, answer.status, answer.headers)
    return web.Response(
        status=answer.status, text=answer.text, content_type=answer.content_type, headers=answer.headers
    )


def _whole(answer: web.StreamResponse) -> web.Response:
    if isinstance(answer, web.Response) and isinstance(answer.body, bytes):
        return answer
    raise TypeError("this fault needs a route whose answer is built in memory")


async def _cut(fault: Cut, request: web.Request, applied: web.StreamResponse) -> web.StreamResponse:
    answer = _whole(applied)
    if not fault.framed:
        return await stop_half_way(request, answer)
    body = answer.body if isinstance(answer.body, bytes) else b""
    return web.Response(status=answer.status, body=body[: len(body) // 2], content_type=answer.content_type)
