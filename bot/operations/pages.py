"""The pages of HTTP_PORT: /healthz, /readyz and /metrics. They change nothing, and name no member."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from aiohttp import web

from bot.operations.metrics import PrometheusMetrics

# Real seconds that one part has to show that it works.
_PART_SECONDS: Final = 5.0

Look = Callable[[], Awaitable[bool]]


class OperatorPages:
    """Answers operators' questions.

    `alive` tells whether the bot gets anything done, as its heartbeat says. `parts` are looked at by name, each time;
    one that does not tell within `part_seconds` does not work.
    """

    def __init__(
        self,
        metrics: PrometheusMetrics,
        alive: Look,
        parts: Mapping[str, Look],
        part_seconds: float = _PART_SECONDS,
    ) -> None:
        self._metrics = metrics
        self._alive = alive
        self._parts = parts
        self._part_seconds = part_seconds

    def application(self) -> web.Application:
        """Make the application that has these pages and no other."""
        app = web.Application()
        app.router.add_get("/healthz", self._healthz)
        app.router.add_get("/readyz", self._readyz)
        app.router.add_get("/metrics", self._page)
        return app

    async def _healthz(self, _: web.Request) -> web.Response:
        alive = await self._alive()
        return web.json_response({"alive": alive}, status=200 if alive else 503)

    async def _readyz(self, _: web.Request) -> web.Response:
        parts = await self._look()
        return web.json_response(parts, status=200 if all(parts.values()) else 503)

    async def _page(self, request: web.Request) -> web.Response:
        await self._look()
        body, content_type = self._metrics.page(request.headers.get("Accept", ""))
        return web.Response(body=body, headers={"Content-Type": content_type})

    async def _look(self) -> dict[str, bool]:
        found = await asyncio.gather(*(self._in_time(look) for look in self._parts.values()))
        parts = dict(zip(self._parts, found, strict=True))
        self._metrics.ready(parts)
        return parts

    async def _in_time(self, look: Look) -> bool:
        try:
            async with asyncio.timeout(self._part_seconds):
                return await look()
        except TimeoutError:
            return False
