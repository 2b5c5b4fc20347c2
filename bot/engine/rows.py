"""Take the rows that the engine brings, have them driven, and let go of them: the worker's side of "drive this row"."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Final, Protocol, TypeVar

from bot.domain.backoff import Backoff, jittered
from bot.domain.errors import SeedreelError, StoreFull, StoreUnusable
from bot.domain.job import Job
from bot.log_lines import counted
from bot.studio.lifecycle.retry import retry
from bot.studio.lifecycle.tasks import BackgroundTasks
from bot.studio.ports import Clock
from bot.studio.ports.stores import HeldJobs

log = logging.getLogger(__name__)

# Scaled seconds: the first step between two tries to reach the store, and the longest.
_FIRST_PAUSE, _MAX_PAUSE = 0.5, 5.0
SWEEP_SECONDS: Final = 5.0
"""Real seconds between two looks for rows without a job."""
_T = TypeVar("_T")


class ProcessEnding(SeedreelError):
    """The process is about to end: another one has to take the job."""


class Runner(Protocol):
    """The tasks of jobs."""

    async def driven(self, job: Job) -> None:
        """Drive a job, until its task has ended."""
        ...

    async def let_go(self, job_id: str) -> None:
        """End a job's task; what it is writing it writes to the end."""
        ...

    async def let_go_all(self) -> None:
        """End the tasks of all jobs at once, also in the middle of what they write."""
        ...


class Cards(Protocol):
    """The cards of jobs, each with one writer of all processes."""

    async def let_go(self, job_id: str) -> None:
        """Stop a card's writer: from now on another process may write it."""
        ...


class RowDriver:
    """Drives rows, each at most once at a time, from when it was taken until it was let go.

    `process_id` returns the process's id as it is now: another one once its lease was over.
    """

    def __init__(
        self, held: HeldJobs, runner: Runner, cards: Cards, process_id: Callable[[], str], clock: Clock
    ) -> None:
        self._held = held
        self._runner = runner
        self._cards = cards
        self._process_id = process_id
        self._clock = clock
        self._leaving = False
        self._rows = BackgroundTasks(clock)
        self._ends = BackgroundTasks(clock)
        self._taken: set[str] = set()

    def drives(self, job_id: str) -> bool:
        """Tell whether this process drives that row, or is about to."""
        return self._rows.get(job_id) is not None

    def taken(self) -> tuple[str, ...]:
        """List the rows that this process drives."""
        return tuple(self._taken)

    async def drive(self, job_id: str) -> None:
        """Drive a row; return once this process is done with it, or has found that there is nothing to do.

        Where its wait is cancelled the work goes on. Raises ProcessEnding where the process is about to end.
        """
        # One that is there may just be letting go of it: what has deferred this job is newer than what that saw.
        while (task := self._rows.get(job_id)) is not None:
            await asyncio.wait({task})
        if self._leaving:
            raise ProcessEnding
        self._rows.start(job_id, "a row", partial(self._driven, job_id), job_id=job_id)
        if (task := self._rows.get(job_id)) is not None:
            await asyncio.wait({task})

    def moved(self, job_id: str) -> None:
        """Take in that another process has moved a job: whatever is done for it here is over."""
        if self.drives(job_id):
            self._ends.start(job_id, "the end of a job", partial(self._moved, job_id), job_id=job_id)

    async def let_go_all(self) -> None:
        """End all work on rows: others may drive them by now."""
        await self._runner.let_go_all()
        await asyncio.gather(*(self._cards.let_go(job_id) for job_id in tuple(self._taken)))

    def leave(self) -> None:
        """Take no more rows."""
        self._leaving = True

    async def close(self, seconds: float) -> None:
        """Wait until all rows are let go, in so many real seconds; the tasks of their jobs have to have ended."""
        self._leaving = True
        if tasks := self._rows.all():
            _, late = await asyncio.wait(tasks, timeout=seconds)
            if late:
                log.warning("The lease runs out for %s that could not be handed over.", counted(len(late), "job"))
        await self._ends.close()
        await self._rows.close()

    async def _moved(self, job_id: str, _again: bool) -> None:  # noqa: FBT001 - as BackgroundTasks calls it
        await self._runner.let_go(job_id)

    async def _driven(self, job_id: str, _again: bool) -> None:  # noqa: FBT001 - as BackgroundTasks calls it
        process_id = self._process_id()
        job = await self._retried(lambda: self._held.take(job_id, process_id))
        if job is None:
            return
        # Where the lease ran out meanwhile, its end has found nothing here to be let go.
        if process_id == self._process_id():
            self._taken.add(job_id)
            try:
                await self._runner.driven(job)
                # Before another process may write it.
                await self._cards.let_go(job_id)
            finally:
                self._taken.discard(job_id)
        await self._retried(lambda: self._held.let_go([job_id], process_id))

    async def _retried(self, call: Callable[[], Awaitable[_T]]) -> _T:
        """Call the store again until it answers."""
        backoff = Backoff(_FIRST_PAUSE, _MAX_PAUSE)
        return await retry(call, StoreFull, _note, self._clock, backoff)


def _note(error: StoreFull) -> None:
    log.info("A row waits for the store: %s", error)


class Sweep:
    """Finds rows that have to be driven and that no living process drives, and defers them again.

    `defer` defers what is left alone of those ids.
    """

    def __init__(self, held: HeldJobs, defer: Callable[[Sequence[str]], Awaitable[None]]) -> None:
        self._held = held
        self._defer = defer

    async def run(self) -> None:
        """Look every few seconds until cancelled."""
        while True:
            # Real seconds, as those of leases.
            try:
                await self.look()
            except (StoreFull, StoreUnusable) as error:
                log.info("The rows could not be looked through: %s", error)
            await asyncio.sleep(jittered(SWEEP_SECONDS))

    async def look(self) -> None:
        """Defer once what is left alone."""
        if found := await self._held.left_alone():
            await self._defer(found)
