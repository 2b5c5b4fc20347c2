"""What one of many processes does for all of them, as duties of the one that leads."""

from collections.abc import Awaitable, Callable

from bot.domain.processes import Office
from bot.studio.lifecycle.tasks import BackgroundTasks
from bot.studio.ports import Clock


class Repeated:
    """A duty that goes on until it is ended: `run` does not return by itself."""

    def __init__(self, name: str, run: Callable[[], Awaitable[None]], clock: Clock) -> None:
        self._name = name
        self._run = run
        self._tasks = BackgroundTasks(clock)

    async def begin(self, office: Office) -> None:  # noqa: ARG002 - whoever leads does the same
        """Do it from now on."""
        self._tasks.start(self._name, self._name, lambda _: self._run())

    async def end(self) -> None:
        """Do it no more."""
        await self._tasks.stop(self._name)


class Watched:
    """A duty of something that is started and closed, and may be started again."""

    def __init__(self, start: Callable[[], Awaitable[None]], close: Callable[[], Awaitable[None]]) -> None:
        self._start = start
        self._close = close

    async def begin(self, office: Office) -> None:  # noqa: ARG002 - whoever leads does the same
        """Start it."""
        await self._start()

    async def end(self) -> None:
        """Close it."""
        await self._close()
