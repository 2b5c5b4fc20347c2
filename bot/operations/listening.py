"""One port that is listened on, for as long as the bot runs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import web


@dataclass(frozen=True, slots=True)
class Listener:
    """What is served where; `setting` is the one that opens it."""

    setting: str
    application: web.Application
    host: str
    port: int

    def __str__(self) -> str:
        """Say it for the log."""
        return f"{self.setting}: {self.host} port {self.port}"


@asynccontextmanager
async def listening(listener: Listener) -> AsyncIterator[None]:
    """Listen within the block; raises OSError where the port can't be opened."""
    runner = web.AppRunner(listener.application, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, listener.host, listener.port).start()
        yield
    finally:
        await runner.cleanup()
