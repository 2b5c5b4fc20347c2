"""Standing by: a process that is ready, beside the bot that works on the same data, to go on where that one ends.

Until it has the database's lock it reads and writes nothing of it, opens no port, and tells Discord nothing.
"""

import asyncio
import gc
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from importlib import import_module
from typing import Any

from bot.config import Settings
from bot.heartbeat import beat
from bot.media.probe import SelfTest
from bot.storage.folder import held_next
from bot.storage.lock import Lock

log = logging.getLogger(__name__)

# What a start loads only where a port is open.
_FOR_PORTS = ("bot.operations.listening", "bot.operations.pages", "bot.operations.metrics", "bot.toapis.webhooks")


@asynccontextmanager
async def wait_for_lock(settings: Settings, stop: asyncio.Event) -> AsyncIterator[Lock | None]:
    """Prepare the start, then hold the database's lock as soon as no other bot does; None if `stop` is set before.

    Raises FolderUnusable, OSError. While it waits, this process touches the heartbeat of its own.
    """
    await _make_ready(settings)
    beating: list[asyncio.Task[None]] = []

    def waits_for(holder: str) -> None:
        log.info("Standing by for %s: this process goes on where that one ends.", holder)
        if not beating:
            beating.append(asyncio.create_task(beat(settings.own_heartbeat, works=_waits)))

    async with AsyncExitStack() as stack:
        taking = asyncio.create_task(stack.enter_async_context(held_next(settings.database, waits_for)))
        stopped = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({taking, stopped}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            await _end(taking, stopped, *beating)
        if taking.cancelled():
            log.info("Stopping. It was standing by.")
            yield None
        else:
            lock = taking.result()
            if beating:
                log.info("Taking over: no other bot uses the database any more.")
            yield lock
    with suppress(OSError):
        settings.own_heartbeat.unlink(missing_ok=True)


async def _make_ready(settings: Settings) -> None:
    """Load what will be needed, and try ffmpeg: whatever takes time at a start and needs nothing of the data."""
    if settings.http_port is not None or settings.webhook_port is not None:
        for name in _FOR_PORTS:
            import_module(name)
        gc.freeze()
    await SelfTest().report()


async def _waits() -> bool:
    return True


async def _end(*tasks: asyncio.Task[Any]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
