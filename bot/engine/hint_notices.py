"""A webhook's hint for many processes: it comes to the one that has the port, and any of them may follow the task."""

import logging
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from typing import Final, Protocol

from bot.domain.errors import StoreFull, StoreUnusable
from bot.studio.lifecycle.tasks import BackgroundTasks
from bot.studio.ports import Clock

log = logging.getLogger(__name__)

KIND: Final = "hint"
"""The kind of its notices; their value is the task's names with commas between."""


class Hints(Protocol):
    """What takes hints in."""

    @property
    def are_coming(self) -> bool:
        """Tell whether the end of a task is likely to be told."""

    def note(self, names: Iterable[str]) -> None:
        """Take in that a task may have ended."""


class HintNotices:
    """Fulfils Hints for the port, and brings each hint to every process, of which this is one.

    `tell` is given the notice's value; one that is lost is made up for by the next question about the task.
    """

    def __init__(self, hints: Hints, tell: Callable[[str], Awaitable[None]], clock: Clock) -> None:
        self._hints = hints
        self._tell = tell
        self._tasks = BackgroundTasks(clock)

    @property
    def are_coming(self) -> bool:
        """Tell whether the end of a task is likely to be told."""
        return self._hints.are_coming

    def note(self, names: Iterable[str]) -> None:
        """Tell every process that a task may have ended."""
        if value := ",".join(names):
            self._tasks.start(value, "a hint", partial(self._send, value))

    def heard(self, value: str) -> None:
        """Take in what one of the processes was told."""
        self._hints.note(value.split(","))

    async def close(self) -> None:
        """Tell nothing more."""
        await self._tasks.close()

    async def _send(self, value: str, _again: bool) -> None:  # noqa: FBT001 - as BackgroundTasks calls it
        try:
            await self._tell(value)
        except (StoreFull, StoreUnusable) as error:
            log.info("A hint reached no other process (%s).", type(error).__name__)
            self.heard(value)
