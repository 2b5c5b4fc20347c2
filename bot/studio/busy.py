"""Sections that a shutdown lets finish: a POST with its answer, an upload with its record."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from bot.domain.errors import SeedreelError


class Draining(SeedreelError):
    """The bot is shutting down; the job goes on at the next start."""


class Busy:
    """Knows which tasks are in the middle of something that must not be cut in two."""

    def __init__(self) -> None:
        self._inside: set[asyncio.Task[Any]] = set()
        self._draining = False

    @property
    def draining(self) -> bool:
        """Tell whether a shutdown has begun."""
        return self._draining

    @asynccontextmanager
    async def section(self) -> AsyncIterator[None]:
        """Hold a shutdown off until the block is done; raises Draining instead of entering once it has begun."""
        if self._draining:
            raise Draining
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - only coroutines of a task come here
        self._inside.add(task)
        try:
            yield
        finally:
            self._inside.discard(task)
        if self._draining:
            raise Draining

    def begin_draining(self) -> None:
        """Let nobody in any more."""
        self._draining = True

    def inside(self) -> frozenset[asyncio.Task[Any]]:
        """Return the tasks that are inside a section now."""
        return frozenset(self._inside)

    def holds(self, task: asyncio.Task[Any]) -> bool:
        """Tell whether a task is inside a section."""
        return task in self._inside
