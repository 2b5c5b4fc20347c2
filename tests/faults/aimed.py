"""Faults that strike one job and leave its neighbours alone: many cells of the table share one bot."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from sandbox.faults import Fault, Faults, Handler
from sandbox.ledger import Ledger

Fits = Callable[[web.Request], Awaitable[bool]]


@dataclass(eq=False)
class Aim:
    """A fault and the requests it is meant for, so many times; `struck` counts."""

    fits: Fits
    fault: Fault
    times: int
    struck: int = 0


class Aimed(Faults):
    """Faults by what is in a request; give `middleware` to a server, or `over(faults)` where it takes faults."""

    def __init__(self, ledger: Ledger) -> None:
        super().__init__(ledger, seed=0)
        self._book = ledger
        self._aims: list[Aim] = []
        self._under: Faults | None = None

    def at(self, fits: Fits, fault: Fault, times: int = 1) -> Aim:
        """Let a fault lie in wait for the requests that fit."""
        aim = Aim(fits, fault, times)
        self._aims.append(aim)
        return aim

    def over(self, faults: Faults) -> Faults:
        """Return faults that try these first and then those of a route."""
        self._under = faults
        return _Both(self, faults)

    def clear(self) -> None:
        """Let everyone who is being kept waiting go on."""
        self._aims.clear()
        super().clear()

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Strike the request when it is meant, as aiohttp's middleware."""
        for aim in self._aims:
            # Counted before the look at the body, which waits: of two requests at once only one is struck.
            if aim.struck >= aim.times or not await aim.fits(request) or aim.struck >= aim.times:
                continue
            aim.struck += 1
            self._book.write("fault", f"{request.method} {request.path}", fault=aim.fault)
            return await self._strike(aim.fault, request, handler)
        return await handler(request)


class _Both(Faults):
    """Aimed faults, then those of a route, as one set."""

    def __init__(self, aimed: Aimed, faults: Faults) -> None:
        super().__init__(seed=0)
        self._aimed = aimed
        self._faults = faults

    def clear(self) -> None:
        """Let everyone go on."""
        self._aimed.clear()
        self._faults.clear()

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Try both."""

        async def under(request: web.Request) -> web.StreamResponse:
            return await self._faults.middleware(request, handler)

        return await self._aimed.middleware(request, under)
