"""A wait that something else can end early, without a task of its own: there is one for every video in flight."""

import asyncio
from types import TracebackType
from typing import Any


class Nap:
    """A block in which its task waits, which `end` ends.

    It is ended as `asyncio.timeout` ends its block: the task is cancelled, and that cancellation taken back. What is
    ended beforehand does not remember it.
    """

    __slots__ = ("_task", "ended")

    def __init__(self) -> None:
        self._task: asyncio.Task[Any] | None = None
        # Whether the latest wait was ended early.
        self.ended = False

    def __enter__(self) -> None:
        self._task, self.ended = asyncio.current_task(), False

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        task, self._task = self._task, None
        if task is None or not self.ended:
            return False
        return task.uncancel() == 0 and isinstance(error, asyncio.CancelledError)

    def end(self) -> None:
        """End the wait, if there is one."""
        if self._task is not None and not self.ended:
            self.ended = True
            self._task.cancel()
