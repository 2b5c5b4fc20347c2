"""Waiting for what a thread was sent: it runs to its end, whether or not the caller is still there."""

import asyncio
import logging
from concurrent.futures import Future
from typing import Any, TypeVar

log = logging.getLogger(__name__)

T = TypeVar("T")


async def sent(work: Future[T]) -> T:
    """Wait for what was sent to a thread, and return or raise what it does."""
    future = asyncio.wrap_future(work)
    try:
        return await asyncio.shield(future)
    except asyncio.CancelledError:
        # Nothing else learns then what becomes of it: asyncio would complain of an exception that was never read.
        future.add_done_callback(_log_failure)
        raise


def _log_failure(future: asyncio.Future[Any]) -> None:
    """Read the error of a call whose caller no longer waits."""
    if not future.cancelled() and (error := future.exception()) is not None:
        log.warning("A call of the store failed after its caller had stopped waiting: %s", error)
