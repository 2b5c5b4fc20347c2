"""A wait that something else can end early, without a task of its own: there is one for every video in flight."""

import asyncio
from collections.abc import Awaitable
from typing import Any


class Nap:
    """A wait of the task that is in it, which `end` ends.

    It is ended as `asyncio.timeout` ends its block: the task is cancelled, and that cancellation taken back.
    """

    __slots__ = ("_ended", "_task")

    def __init__(self) -> None:
        self._task: asyncio.Task[Any] | None = None
        self._ended = False

    async def over(self, wait: Awaitable[None]) -> bool:
        """Wait; tell whether it was ended early. One that is ended beforehand does not remember it."""
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("only a task naps")
        self._task, self._ended = task, False
        try:
            await wait
        except asyncio.CancelledError:
            if not self._ended or task.uncancel() > 0:
                raise
        finally:
            self._task = None
        return self._ended

    def end(self) -> None:
        """End the wait, if there is one."""
        if self._task is not None and not self._ended:
            self._ended = True
            self._task.cancel()
