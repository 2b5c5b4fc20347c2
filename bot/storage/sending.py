"""Waiting for what a thread was sent: it runs to its end, whether or not the caller is still there."""

import asyncio
import logging
from collections.abc import Iterable
from concurrent.futures import Future
from contextlib import suppress
from typing import Any, TypeVar

log = logging.getLogger(__name__)

T = TypeVar("T")


async def sent(work: Future[T]) -> T:
    """Wait for what was sent to a thread, and return or raise what it does."""
    try:
        # `asyncio.wrap_future` behind a shield is two futures more, and their callbacks, for each call of the store.
        await _end_of(work)
    except asyncio.CancelledError:
        # Nothing else learns then what becomes of it.
        work.add_done_callback(_log_failure)
        raise
    return work.result()


async def wait_for_ends(works: Iterable[Future[Any]]) -> None:
    """Wait until each of these has ended, whatever came of it: that is for its own caller to read."""
    await asyncio.gather(*(_end_of(work) for work in works))


def _end_of(work: Future[Any]) -> asyncio.Future[None]:
    loop = asyncio.get_running_loop()
    ended: asyncio.Future[None] = loop.create_future()

    def tell(_: Future[Any]) -> None:
        # Nobody waits in a loop that is closed.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(_set, ended)

    work.add_done_callback(tell)
    return ended


def _set(ended: asyncio.Future[None]) -> None:
    if not ended.done():
        ended.set_result(None)


def _log_failure(work: Future[Any]) -> None:
    """Read the error of a call whose caller no longer waits."""
    if not work.cancelled() and (error := work.exception()) is not None:
        log.warning("A call of the store failed after its caller had stopped waiting: %s", error)
