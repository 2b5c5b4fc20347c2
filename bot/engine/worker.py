"""What a worker does beside what every process does: it drives rows, as Procrastinate brings them to it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, suppress
from functools import partial
from typing import Protocol

from bot.domain.job import Job
from bot.engine.drives import Drives
from bot.engine.hub import Hub
from bot.engine.process import SharedProcess
from bot.engine.rows import Cards, RowDriver, Runner, Sweep
from bot.engine.schema import defer
from bot.storage.database import Database
from bot.storage.queries import QueryRunner
from bot.studio.lifecycle.leader import Leader
from bot.studio.lifecycle.tasks import BackgroundTasks
from bot.studio.ports import Clock
from bot.studio.ports.stores import HeldJobs


class Addresses(Protocol):
    """Where replies are."""

    async def look_at_address(self, job_id: str) -> Job | None:
        """Take in an address that another process has written, and return the job with it; None where it is gone."""
        ...


class ShownCards(Cards, Protocol):
    """The cards of jobs, which show them."""

    def show(self, job: Job) -> None:
        """Have a job's card drawn again."""
        ...


class Worker:
    """Drives rows from `start` on, and leads where none of the others does; `leave` and `close` hand over.

    `beside`: what it does besides, until it is closed.
    """

    def __init__(
        self,
        shared: SharedProcess,
        held: HeldJobs,
        runner: Runner,
        cards: ShownCards,
        addresses: Addresses,
        leader: Leader,
        beside: Callable[[], Awaitable[None]],
        clock: Clock,
    ) -> None:
        self.rows = RowDriver(held, runner, cards, lambda: shared.lease.id, clock)
        self._cards = cards
        self._addresses = addresses
        self._leader = leader
        self._beside = beside
        self._drives = Drives(shared.url, clock, self.rows.drive)
        self._tasks = BackgroundTasks(clock)
        self._stack = AsyncExitStack()
        self._listen(shared.hub)

    def _listen(self, hub: Hub) -> None:
        """Hear of what other processes do to the jobs that this one drives."""
        hub.listen("cancel", self.rows.moved)
        hub.listen("address", self._readdressed)
        # Whatever was said meanwhile: each of its rows knows it.
        hub.on_missed(self._look_at_all)

    async def start(self) -> None:
        """Take rows from now on, and the office where it is free."""
        await self._stack.enter_async_context(self._drives)
        self._leader.start()
        self._tasks.start("beside", "what a worker does beside its rows", lambda _: self._beside())

    async def lapsed(self) -> None:
        """End all that was done under a lease that is over: others may do it by now."""
        await asyncio.gather(self._leader.end(), self.rows.let_go_all())

    def leave(self) -> None:
        """Take nothing more."""
        self.rows.leave()
        self._drives.stop()

    async def close(self, seconds: float) -> None:
        """Wait until everything is handed over, in so many real seconds, once the tasks of jobs have ended."""
        await asyncio.gather(self.rows.close(seconds), self._leader.close())
        await self._tasks.close()
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stack.aclose()

    def _look_at_all(self) -> None:
        for job_id in self.rows.taken():
            self._readdressed(job_id)

    def _readdressed(self, job_id: str) -> None:
        if self.rows.drives(job_id):
            self._tasks.start(job_id, "a new address", partial(self._show, job_id), job_id=job_id)

    async def _show(self, job_id: str, _again: bool) -> None:  # noqa: FBT001 - as BackgroundTasks calls it
        job = await self._addresses.look_at_address(job_id)
        if job is not None and self.rows.drives(job_id):
            self._cards.show(job)


def sweep_of(store: QueryRunner, held: HeldJobs) -> Sweep:
    """Make the look for rows that are left alone; `store` is where they are deferred."""
    return Sweep(held, partial(_defer, store))


async def _defer(store: QueryRunner, job_ids: Sequence[str]) -> None:
    def write(db: Database) -> None:
        # Each in a transaction of its own: others may be deferring some of them, in another order.
        for job_id in job_ids:
            defer(db, [job_id])

    await store.run(write)
