"""Whose turn it is: the fairest next job whenever the provider has a free slot. Turns are granted in memory only."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.domain.backoff import Backoff, jittered, spread
from bot.domain.job import Job
from bot.domain.progress import MIN_OVERDUE_AFTER
from bot.nap import Nap
from bot.studio.lifecycle.balance_pause import BalancePause
from bot.studio.lifecycle.line_places import MOMENT, LinePlaces
from bot.studio.lifecycle.pauses import Pauses
from bot.studio.lifecycle.slots import Slots
from bot.studio.ports import Clock
from bot.studio.ports.stores import UsedSeconds

DAY = 86400.0
# Scaled seconds: the shortest pause after a refusal, the first step of such pauses, and the longest.
MIN_PAUSE, FIRST_PAUSE, MAX_PAUSE = 5.0, 7.5, 450.0
LOOK_AGAIN = 120.0


@dataclass(slots=True)
class _Wait:
    """A job's wait for its turn, which `granted` ends: True once it is granted, False once the job is withdrawn."""

    job_id: str
    granted: bool | None = None
    nap: Nap = field(default_factory=Nap)

    def decided(self) -> bool:
        """Tell whether it was granted or withdrawn, which any wait may bring about."""
        return self.granted is not None


class Queue:
    """The line in front of the provider's slots."""

    def __init__(
        self,
        slots: int,
        jobs: UsedSeconds,
        clock: Clock,
        show: Callable[[Job], None],
        pauses: Pauses,
        balance: BalancePause,
    ) -> None:
        """Make a line; no job gets its turn that `pauses` holds, but for a probe of the `balance`."""
        self.slots = slots
        self._jobs = jobs
        self._clock = clock
        self._slots = Slots(clock, self._member_changed)
        self._line = LinePlaces(pauses, clock, show, self._slots.of_members)
        self._waits: dict[str, _Wait] = {}
        # Calls of `_grant` so far, the last of them that was served, and when that was, but for pauses after a refusal.
        self._asked = self._served = 0
        self._granted_at = 0.0
        self._granting = asyncio.Lock()
        self._paused_at, self._pause = 0.0, 0.0
        self._backoff = Backoff(FIRST_PAUSE, MAX_PAUSE, min_pause=MIN_PAUSE)
        self._pauses = pauses
        self._balance = balance
        self._on_the_way: set[str] = set()  # granted, and not answered by the provider yet

    @property
    def waiting(self) -> int:
        """Count the jobs in line."""
        return len(self._line)

    @property
    def running(self) -> int:
        """Count the slots taken; a job that is overdue at the provider takes none any more."""
        return self._slots.count

    def place(self, job_id: str) -> int | None:
        """Return the place in line, from 1; None for a job that is not in line."""
        return self._line.place(job_id)

    async def look_at_places(self) -> None:
        """Do nothing: they are kept as they change."""

    def _member_changed(self, user_id: int) -> None:
        self._line.member_changed(user_id)

    def take_slot(self, job: Job, seconds: float = MIN_OVERDUE_AFTER) -> None:
        """Take a slot without a turn, for that many scaled seconds since the submit: the provider has this job."""
        self._slots.take(job, seconds)

    def has_slot(self, job_id: str) -> bool:
        """Tell whether the job was given a slot and has not given it back."""
        return job_id in self._slots

    async def release_slot(self, job: Job) -> None:
        """Give the job's slot back, if it has one."""
        self._on_the_way.discard(job.id)
        if self._slots.release(job.id):
            await self._grant()

    release_overdue = release_slot

    async def answered(self, job: Job) -> None:
        """Note that the provider has answered the job's submit, or that it is not on its way any more."""
        self._on_the_way.discard(job.id)
        if self._balance.in_doubt:
            await self._grant()

    async def look(self) -> None:
        """Look again at what may be sent, and send it."""
        await self._look_whether_paused()
        await self._grant()

    def remove(self, job_id: str) -> None:
        """Take a job out of the line."""
        wait = self._waits.get(job_id)
        if wait and not wait.decided():
            self._decide(wait, granted=False)

    async def wait_for_slot(self, job: Job) -> bool:
        """Wait for the job's turn; True once it holds a slot, False when it was withdrawn or grew too old."""
        wait = self._enter(job)
        try:
            looks = True
            while wait.granted is None:
                if self._pauses.given_up(job) is not None:
                    return False
                if looks:
                    await self._grant()
                if not wait.decided():
                    await self._nap(wait)
                looks = self._is_worth_a_look(wait)
            return wait.granted
        finally:
            self._leave(wait)

    def _enter(self, job: Job) -> _Wait:
        wait = self._waits[job.id] = _Wait(job.id)
        self._line.enter(job)
        self._line.show_moved([job])
        return wait

    def _leave(self, wait: _Wait) -> None:
        del self._waits[wait.job_id]
        self._line.drop(wait.job_id)
        self._line.show_moved([])

    def _decide(self, wait: _Wait, *, granted: bool) -> None:
        wait.granted = granted
        wait.nap.end()
        self._line.decide(wait.job_id)

    async def _nap(self, wait: _Wait) -> None:
        """Sleep until the turn comes, or until the time at which the line is worth looking at again."""
        # A grant that failed with the store is made up for without another call.
        waits = (self._line.rest_left(wait.job_id), self._pause_left(), jittered(LOOK_AGAIN))
        with wait.nap:
            await self._clock.until(self._clock.later(min(left for left in waits if left > MOMENT)))

    def _is_worth_a_look(self, wait: _Wait) -> bool:
        """Tell whether the line should be looked at: not while another job in it has just made that happen."""
        return self._line.rests(wait.job_id) or self._clock.elapsed(self._granted_at) >= LOOK_AGAIN / 4

    async def pause(self, asked: float | None) -> float:
        """Send nothing for a while: see `Line.pause`."""
        self._granted_at = 0.0
        self._paused_at, self._pause = self._clock.now(), self._backoff.next(spread(asked or 0.0))
        return self._clock.later(self._pause)

    def _pause_left(self) -> float:
        """Return for how many scaled seconds more nothing is sent."""
        return self._pause - self._clock.elapsed(self._paused_at)

    async def note_accepted(self) -> None:
        """Note that the provider took a job."""
        self._backoff = Backoff(FIRST_PAUSE, MAX_PAUSE, min_pause=MIN_PAUSE)

    async def _look_whether_paused(self) -> None:
        await self._pauses.look()
        self._line.take_in_pauses()

    async def _grant(self) -> None:
        """Hand the free slots out, fairest first; callers who ask before it has begun share the result."""
        self._asked = asked = self._asked + 1
        async with self._granting:
            if not self._line or self._served >= asked:
                return
            serves = self._asked
            await self._look_whether_paused()
            if self._pause_left() <= MOMENT:
                await self._hand_out()
                self._granted_at = self._clock.now()
            self._served = serves

    async def _hand_out(self) -> None:
        if self.running >= self.slots or self._waits_for_another():
            return
        self._line.end_rests()
        one_goes = self._balance.in_doubt or self._balance.lasts
        if one_goes or self._line.ready > self.slots - self.running:
            # Only then it matters who is next.
            await self._look_at_used()
        for job in self._next(self.slots - self.running):
            wait = self._waits.get(job.id)
            if wait is None or wait.decided() or self._waits_for_another():
                continue
            if self._pauses.of(job) is not None:
                await self._balance.begin_probe(job.id)
                if wait.decided() or job.id not in self._waits:
                    # It was cancelled while that was written down: another may be the probe.
                    self._balance.probe_over(job.id)
                    continue
            self.take_slot(job)
            self._on_the_way.add(job.id)
            self._decide(wait, granted=True)

    async def _look_at_used(self) -> None:
        now = self._clock.now()
        self._line.take_in_used(await self._jobs.used_since(now - now % DAY))
        # Meanwhile another task may have looked at the pauses.
        self._line.take_in_pauses()

    def _next(self, count: int) -> list[Job]:
        """List the next jobs whose time has come; where a probe of the balance is due, the jobs that may be it."""
        return self._line.probes() if self._balance.probe_due else self._line.first(count)

    def _waits_for_another(self) -> bool:
        """Tell whether a job on its way has to be answered first: while credits may be wanting, one goes at a time."""
        return bool(self._on_the_way) and (self._balance.in_doubt or self._balance.lasts)
