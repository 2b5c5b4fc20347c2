"""The line of a process that shares it with others by rows: turns are granted elsewhere, by `LineSupervisor`."""

import asyncio
from collections import Counter
from contextlib import suppress
from functools import partial
from typing import Final, Protocol

from bot.domain.errors import StoreFull
from bot.domain.job import Job
from bot.domain.pauses import PausedBy
from bot.domain.processes import LINE
from bot.domain.progress import MIN_OVERDUE_AFTER
from bot.domain.stages import Stage
from bot.studio.lifecycle.balance_pause import BalancePause
from bot.studio.lifecycle.fair_line import fair_order
from bot.studio.lifecycle.pauses import Pauses
from bot.studio.lifecycle.queue import DAY
from bot.studio.lifecycle.retry import retry
from bot.studio.lifecycle.shared_rest import SharedRest
from bot.studio.ports import Clock
from bot.studio.ports.stores import LineRows, UsedSeconds

# Real seconds for which places are shown as they were, and a pause is known as it was.
_FRESH_SECONDS: Final = 1.0


class Granting(Protocol):
    """What grants turns, in the one process that does."""

    @property
    def grants(self) -> bool:
        """Tell whether this process is the one."""

    @property
    def waiting(self) -> int:
        """Count the jobs in line."""

    @property
    def running(self) -> int:
        """Count the slots taken."""

    def place(self, job_id: str) -> int | None:
        """Return a job's place in line, from 1; None for one that is not in line."""


class SharedLine:
    """The line as its rows have it. A job comes here with its turn granted, or goes back into the line."""

    def __init__(
        self,
        slots: int,
        rows: LineRows,
        used: UsedSeconds,
        clock: Clock,
        pauses: Pauses,
        balance: BalancePause,
        rest: SharedRest,
    ) -> None:
        self.slots = slots
        self._rows = rows
        self._used = used
        self._clock = clock
        self._pauses = pauses
        self._balance = balance
        self._rest = rest
        self._places: dict[str, int] = {}
        self._running = 0
        self._slots: set[str] = set()
        self._looking = asyncio.Lock()
        self._ordered_at: float | None = None
        self._looked_at: float | None = None
        self._granting: Granting | None = None

    def follow(self, granting: Granting) -> None:
        """Have what this process knows of the line from what grants turns, for as long as that is done here."""
        self._granting = granting

    @property
    def waiting(self) -> int:
        """Count the jobs in line, as they were when places were last asked for."""
        return len(self._places) if self._here is None else self._here.waiting

    @property
    def running(self) -> int:
        """Count the slots taken, as it was then."""
        return self._running if self._here is None else self._here.running

    def place(self, job_id: str) -> int | None:
        """Return the place in line, from 1, as it was then; None for a job that is not in line."""
        return self._places.get(job_id) if self._here is None else self._here.place(job_id)

    @property
    def _here(self) -> Granting | None:
        return self._granting if self._granting is not None and self._granting.grants else None

    async def look_at_places(self) -> None:
        """Order the rows in line, unless that was done a moment ago; where they can't be read, nothing changes."""
        async with self._looking:
            if self._here is not None or self._is_fresh(self._ordered_at):
                return
            with suppress(StoreFull):
                now = self._clock.now()
                waiting, turns = await self._rows.in_line(), await self._rows.turns()
                used = await self._used.used_since(now - now % DAY) if waiting else {}
                order = fair_order(waiting, Counter(turn.user_id for turn in turns), used)
                self._places = {each.id: place for place, each in enumerate(order, 1)}
                self._running, self._ordered_at = len(turns), now

    async def look(self) -> None:
        """Have the line looked at: what may be sent has changed."""
        self._looked_at = None
        await self._pauses.look()
        await self._rows.tell(LINE)

    def take_slot(self, job: Job, seconds: float = MIN_OVERDUE_AFTER) -> None:  # noqa: ARG002 - its row has it
        """Note that the provider has this job: whether it has a slot stands in its row."""
        if job.slot:
            self._slots.add(job.id)

    def has_slot(self, job_id: str) -> bool:
        """Tell whether a job that is driven here has a slot that counts."""
        return job_id in self._slots

    async def release_slot(self, job: Job) -> None:
        """Give back the turn of a job that is not sent; all others give back their slots with their moves.

        Where that can't be written now, the next process that drives it does.
        """
        self._slots.discard(job.id)
        if job.slot and job.stage is Stage.WAITING:
            with suppress(StoreFull):
                await self._rows.free_slot(job)

    async def release_overdue(self, job: Job) -> None:
        """Let another job have the slot of an overdue one; where that can't be written, after the next look."""
        with suppress(StoreFull):
            await self._rows.free_slot(job)
            self._slots.discard(job.id)

    async def wait_for_slot(self, job: Job) -> bool:
        """Tell whether the job has its turn, and nothing holds it; False: it is in line again once it is let go of."""
        if not job.slot or not await self._rows.has_turn(job):
            return False
        # What holds it may have ended just now: then it was granted for that.
        if not self._is_fresh(self._looked_at) or self._is_held(job):
            await self._balance.look()
            self._looked_at = self._clock.now()
        if self._is_held(job):
            await self.release_slot(job)
            return False
        self._slots.add(job.id)
        return True

    async def answered(self, job: Job) -> None:  # noqa: ARG002 - its row says so
        """Have the line looked at where others have waited for that answer."""
        if self._balance.in_doubt or self._balance.lasts:
            await self._rows.tell(LINE)

    async def pause(self, asked: float | None) -> float:
        """Have all processes send nothing for a while, waiting for as long as the store is full: see `Line.pause`."""
        return await retry(partial(self._rest.begin, asked), StoreFull, lambda _: None, self._clock)

    async def note_accepted(self) -> None:
        """Note that the provider took a job; where that can't be written, the next one does."""
        with suppress(StoreFull):
            await self._rest.accepted()

    def remove(self, job_id: str) -> None:
        """Do nothing: what is moved by another process is not in line any more."""

    def _is_held(self, job: Job) -> bool:
        """Tell whether a pause holds the job; a probe passes the one that it is to end."""
        paused = self._pauses.of(job)
        return paused is not None and not (paused is PausedBy.BALANCE and self._balance.is_probe(job.id))

    def _is_fresh(self, at: float | None) -> bool:
        return at is not None and self._clock.age(at) < _FRESH_SECONDS
