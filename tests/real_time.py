"""Real time, where no clock of ours can be moved: the one place in which tests and measurements sleep.

For what other processes and the kernel count in seconds, and for what tells no one that it has changed: a lease that
runs out, rows that others write, a system's connections. Whatever has an event of its own is waited for by that.
"""

import asyncio
from collections.abc import Awaitable, Callable


async def passes(seconds: float) -> None:
    """Let so much time pass, for a process that is stopped or a server that is down."""
    await asyncio.sleep(seconds)


async def comes_true(holds: Callable[[], Awaitable[bool]], within: float | None, every: float = 0.1) -> None:
    """Look every so many seconds until it holds; raises TimeoutError after `within`, if that is given."""
    async with asyncio.timeout(within):
        while not await holds():  # noqa: ASYNC110 - what it is for
            await asyncio.sleep(every)
