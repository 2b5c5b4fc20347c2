"""Background tasks: the one place that starts, repeats and ends them."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final

from bot.domain.backoff import Backoff
from bot.log_lines import about_job
from bot.studio.ports import Clock

log = logging.getLogger(__name__)

# Scaled seconds before a task that broke runs again: a row that breaks its task must not keep the process running.
_FIRST_PAUSE: Final = 60.0


class BackgroundTasks:
    """At most one task for each key; what breaks is logged and run again, after growing pauses, until it ends well.

    `ended` is called with the key when its task has ended, `broke` each time it has broken.
    """

    def __init__(
        self,
        clock: Clock,
        ended: Callable[[str], None] = lambda _: None,
        broke: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._clock = clock
        self._ended = ended
        self._broke = broke
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._closed = False
        # One for all tasks: a function of each one's own takes more than its key.
        self._done = self._end
        self._keys: dict[asyncio.Task[None], str] = {}

    def __len__(self) -> int:
        return len(self._tasks)

    def get(self, key: str) -> asyncio.Task[None] | None:
        """Return the task of a key, if it has one."""
        return self._tasks.get(key)

    def all(self) -> tuple[asyncio.Task[None], ...]:
        """Return the tasks there are now."""
        return tuple(self._tasks.values())

    def start(self, key: str, name: str, run: Callable[[bool], Awaitable[None]], *, job_id: str = "") -> None:
        """Start `run(again)`, where `again` tells whether it broke before; nothing where the key has a task.

        `name` says in the log what runs; with `job_id` each line of it is about that job.
        """
        if self._closed or key in self._tasks:
            return
        # Whatever is worked on where a task is started, it is about its own job or none.
        with about_job(job_id):
            task = self._tasks[key] = asyncio.create_task(self._run(key, name, run), name=name)
            self._keys[task] = key
            task.add_done_callback(self._done)

    async def stop(self, key: str) -> None:
        """Cancel the task of a key, if it has one, and wait for its end."""
        if (task := self._tasks.get(key)) is not None:
            task.cancel()
            await asyncio.wait({task})

    async def close(self) -> None:
        """Start nothing any more, and cancel every task."""
        self._closed = True
        await self.stop_all()

    async def stop_all(self) -> None:
        """Cancel every task, and wait for their ends."""
        tasks = self.all()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _run(self, key: str, name: str, run: Callable[[bool], Awaitable[None]]) -> None:
        backoff: Backoff | None = None
        while True:
            try:
                await run(backoff is not None)
            except Exception:
                self._broke(key)
                backoff = backoff or Backoff(_FIRST_PAUSE)
                pause = backoff.next()
                log.exception("An unexpected error in %s; trying again in %.0f s.", name, pause)
            else:
                return
            await self._clock.sleep(pause)

    def _end(self, task: asyncio.Task[None]) -> None:
        key = self._keys.pop(task)
        self._tasks.pop(key, None)
        self._ended(key)
