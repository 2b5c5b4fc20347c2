"""A gate on the way to a stand-in: it keeps the requests that fit until it is opened."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from aiohttp import web

from sandbox.ledger import Ledger

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Fits = Callable[[web.Request], bool]


@dataclass(eq=False)
class Gate:
    """One gate. `after`: the request has its effect first, and its answer is kept. `waiting` counts who came so far."""

    fits: Fits
    after: bool
    ledger: Ledger
    waiting: int = 0
    opened: asyncio.Event = field(default_factory=asyncio.Event)

    async def reached(self, count: int = 1) -> None:
        """Wait until somebody stands before the gate (or, with `after`, behind it)."""
        await self.ledger.until(lambda: self.waiting >= count, what=f"{count} at the gate")

    def open(self) -> None:
        """Let everybody through, now and later."""
        self.opened.set()

    async def keep(self) -> None:
        """Stand before the gate."""
        self.waiting += 1
        self.ledger.touch()
        await self.opened.wait()


class Gates:
    """All gates of one stand-in; give `middleware` to it."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._gates: list[Gate] = []

    def close(self, fits: Fits, *, after: bool = False) -> Gate:
        """Keep the requests that fit until the gate is opened."""
        gate = Gate(fits, after, self._ledger)
        self._gates.append(gate)
        return gate

    def open_all(self) -> None:
        """Let everybody through."""
        for gate in self._gates:
            gate.open()

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Keep a request where a closed gate stands in its way, as aiohttp's middleware."""
        gate = next((one for one in self._gates if not one.opened.is_set() and one.fits(request)), None)
        if gate is None:
            return await handler(request)
        if not gate.after:
            await gate.keep()
            return await handler(request)
        answer = await handler(request)
        await gate.keep()
        return answer


def upload(request: web.Request) -> bool:
    """Tell whether a file goes to Discord with this request."""
    return request.content_type == "multipart/form-data"


def post_in_channel(request: web.Request) -> bool:
    """Tell whether this posts a message as the bot."""
    return request.method == "POST" and "/channels/" in request.path and request.path.endswith("/messages")


def edit_through(token: str) -> Fits:
    """Build a test for an edit through an interaction's token."""
    return lambda request: request.method == "PATCH" and token in request.path
