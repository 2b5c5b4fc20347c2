"""Sections and answers that a shutdown lets finish, and visits that it ends with an answer."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from bot.domain.errors import Refusal, Restarting, SeedreelError


class ShuttingDown(SeedreelError):
    """The bot is shutting down; the job goes on at the next start."""


class ShutdownGuard:
    """Know which tasks must not be cut in two, and which can be ended with an answer."""

    def __init__(self) -> None:
        self._inside: dict[asyncio.Task[Any], asyncio.Event] = {}
        self._visiting: set[asyncio.Task[Any]] = set()
        self._answering: set[asyncio.Task[Any]] = set()
        self._closing = asyncio.Event()

    @property
    def draining(self) -> bool:
        """Tell whether a shutdown has begun."""
        return self._closing.is_set()

    @asynccontextmanager
    async def section(self) -> AsyncIterator[None]:
        """Hold a shutdown off until the block is done; its task is cancelled then, where one has begun.

        Raises ShuttingDown instead of entering once a shutdown has begun. What is written down about the work
        belongs into the block.
        """
        if self._closing.is_set():
            raise ShuttingDown
        task = _this_task()
        left = self._inside[task] = asyncio.Event()
        try:
            yield
        finally:
            del self._inside[task]
            left.set()
        if self._closing.is_set():
            task.cancel()
            await asyncio.sleep(0)

    @asynccontextmanager
    async def visit(self) -> AsyncIterator[None]:
        """Let a shutdown end the block early: the member who waits for an answer then gets Refusal(Restarting)."""
        if self._closing.is_set():
            raise Refusal(Restarting())
        task = _this_task()
        self._visiting.add(task)
        try:
            yield
        except asyncio.CancelledError:
            if not self._closing.is_set():
                raise
            task.uncancel()
            raise Refusal(Restarting()) from None
        finally:
            self._visiting.discard(task)

    @asynccontextmanager
    async def answering(self) -> AsyncIterator[None]:
        """Hold a shutdown off until the member has their answer, whatever it is by then."""
        task = _this_task()
        self._answering.add(task)
        try:
            yield
        finally:
            self._answering.discard(task)

    def begin_draining(self) -> frozenset[asyncio.Task[Any]]:
        """Let nothing in any more, end the visits, and return the tasks that still have something to finish."""
        self._closing.set()
        for task in self._visiting - self._inside.keys():
            task.cancel()
        return frozenset({*self._inside, *self._visiting, *self._answering})

    def answers(self) -> frozenset[asyncio.Task[Any]]:
        """Return the tasks whose member waits for an answer now."""
        return frozenset(self._answering)

    def inside(self) -> frozenset[asyncio.Task[Any]]:
        """Return the tasks that are inside a section now."""
        return frozenset(self._inside)

    async def outside(self, task: asyncio.Task[Any], seconds: float) -> None:
        """Wait until a task is out of its section, at most that long in real seconds."""
        if (left := self._inside.get(task)) is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await left.wait()

    def holds(self, task: asyncio.Task[Any]) -> bool:
        """Tell whether a task is inside a section."""
        return task in self._inside


def _this_task() -> asyncio.Task[Any]:
    task = asyncio.current_task()
    if task is None:
        raise RuntimeError("only a task comes here")
    return task
