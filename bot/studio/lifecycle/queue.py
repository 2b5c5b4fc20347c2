"""Whose turn it is: the fairest next job whenever the provider has a free slot. Turns are granted in memory only."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.domain.backoff import Backoff, jittered, spread
from bot.domain.job import Job
from bot.domain.pauses import PausedBy
from bot.domain.progress import MIN_OVERDUE_AFTER
from bot.nap import Nap
from bot.studio.lifecycle.balance_pause import BalancePause
from bot.studio.lifecycle.fair_line import HEAD, FairLine, fair_order
from bot.studio.lifecycle.pauses import Pauses
from bot.studio.lifecycle.slots import Slots
from bot.studio.ports import Clock
from bot.studio.ports.stores import UsedSeconds

DAY = 86400.0
# Scaled seconds: the shortest pause after a refusal, the first step of such pauses, and the longest.
MIN_PAUSE, FIRST_PAUSE, MAX_PAUSE = 5.0, 7.5, 450.0
LOOK_AGAIN = 120.0
# What an earlier run wrote down of a rest counts no longer than any rest lasts, in scaled seconds.
PAUSE_EVER = 900.0
# A rest with no more than this left is over, in scaled seconds: a clock's seconds have ends of their own.
MOMENT = 0.001


@dataclass(slots=True)
class _Place:
    """A job in line since `came`, in UTC seconds, not to be sent for so many scaled seconds (`pause`).

    `granted`: True once it is, False once it is withdrawn. `paused`: as it was shown last. `nap`: its wait.
    """

    job: Job
    came: float
    pause: float
    paused: PausedBy | None
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
        self._show = show
        self._line: dict[str, _Place] = {}
        self._used: dict[int, int] = {}
        self._slots = Slots(clock, self._member_changed)
        # All in line, for the places; those of them that may be sent now; and those whose own pause is not over.
        self._places = FairLine(self._slots.of_members, self._used)
        self._ready = FairLine(self._slots.of_members, self._used)
        self._resting: set[str] = set()
        self._known_pauses = 0
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
        """Count the slots taken; what is overdue at the provider takes none any more."""
        return self._slots.count

    def place(self, job_id: str) -> int | None:
        """Return the place in line, from 1; None for a job that is not in line."""
        return self._places.place(job_id)

    async def look_at_places(self) -> None:
        """Do nothing: they are kept as they change."""

    def _member_changed(self, user_id: int) -> None:
        self._places.member_changed(user_id)
        self._ready.member_changed(user_id)

    def _show_moved(self) -> None:
        """Wake the first cards whose places have changed; those behind are drawn again at their own pace."""
        for job in self._places.moved():
            self._show(job)

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
        place = self._line.get(job_id)
        if place and not place.decided():
            self._decide(place, granted=False)

    async def wait_for_slot(self, job: Job) -> bool:
        """Wait for the job's turn; True once it holds a slot, False when it was withdrawn or grew too old."""
        place = self._enter(job)
        try:
            looks = True
            while place.granted is None:
                if self._pauses.given_up(job) is not None:
                    return False
                if looks:
                    await self._grant()
                if not place.decided():
                    await self._wait(place)
                looks = self._is_worth_a_look(place)
            return place.granted
        finally:
            self._leave(place)

    def _enter(self, job: Job) -> _Place:
        now = self._clock.now()
        # A wait that was written down is one of the calendar, which may be another one now.
        pause = min(self._clock.elapsed(now - max(job.not_before - now, 0.0)), PAUSE_EVER)
        place = self._line[job.id] = _Place(job, now, pause, self._pauses.of(job))
        self._places.add(job)
        if pause > MOMENT:
            self._resting.add(job.id)
        self._sort(place)
        self._show_moved()
        if (self.place(job.id) or 0) > HEAD:
            self._show(job)
        return place

    def _leave(self, place: _Place) -> None:
        del self._line[place.job.id]
        self._resting.discard(place.job.id)
        self._places.discard(place.job.id)
        self._ready.discard(place.job.id)
        self._show_moved()

    def _decide(self, place: _Place, *, granted: bool) -> None:
        place.granted = granted
        place.nap.end()
        self._sort(place)

    def _sort(self, place: _Place) -> None:
        """Put a job among those that may be sent now, or take it away from them."""
        if place.paused is None and not place.decided() and place.job.id not in self._resting:
            self._ready.add(place.job)
        else:
            self._ready.discard(place.job.id)

    async def _wait(self, place: _Place) -> None:
        """Wait until the turn comes, or until the time at which the line is worth looking at again."""
        # A grant that failed with the store is made up for without another call.
        waits = (self._rest_left(place), self._pause_left(), jittered(LOOK_AGAIN))
        with place.nap:
            await self._clock.until(self._clock.later(min(wait for wait in waits if wait > MOMENT)))

    def _is_worth_a_look(self, place: _Place) -> bool:
        """Tell whether the line should be looked at: not while another job in it has just made that happen."""
        return place.job.id in self._resting or self._clock.elapsed(self._granted_at) >= LOOK_AGAIN / 4

    async def pause(self, asked: float | None) -> float:
        """Send nothing for a while: see `Line.pause`."""
        self._granted_at = 0.0
        self._paused_at, self._pause = self._clock.now(), self._backoff.next(spread(asked or 0.0))
        return self._clock.later(self._pause)

    def _pause_left(self) -> float:
        """Return for how many scaled seconds more nothing is sent."""
        return self._pause - self._clock.elapsed(self._paused_at)

    def _rest_left(self, place: _Place) -> float:
        return place.pause - self._clock.elapsed(place.came)

    async def note_accepted(self) -> None:
        """Note that the provider took a job."""
        self._backoff = Backoff(FIRST_PAUSE, MAX_PAUSE, min_pause=MIN_PAUSE)

    async def _look_whether_paused(self) -> None:
        await self._pauses.look()
        self._take_in_pauses()

    def _take_in_pauses(self) -> None:
        """Look through the line once something else is paused, and show what is, or is not any more."""
        if self._known_pauses == self._pauses.changes:
            return
        self._known_pauses = self._pauses.changes
        for place in self._line.values():
            if (by := self._pauses.of(place.job)) is not place.paused:
                place.paused = by
                self._sort(place)
                self._show(place.job)

    async def _grant(self) -> None:
        """Hand the free slots out, fairest first; those who ask before it has begun share what it finds."""
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
        self._end_rests()
        one_goes = self._balance.in_doubt or self._balance.lasts
        if one_goes or len(self._ready) > self.slots - self.running:
            # Only then it matters who is next.
            await self._look_at_used()
        for job in self._next(self.slots - self.running):
            place = self._line.get(job.id)
            if place is None or place.decided() or self._waits_for_another():
                continue
            if self._pauses.of(job) is not None:
                await self._balance.begin_probe(job.id)
                if place.decided() or job.id not in self._line:
                    # It was cancelled while that was written down: another may be the probe.
                    self._balance.probe_over(job.id)
                    continue
            self.take_slot(job)
            self._on_the_way.add(job.id)
            self._decide(place, granted=True)

    def _end_rests(self) -> None:
        for place in [self._line[job_id] for job_id in self._resting]:
            if self._rest_left(place) <= MOMENT:
                self._resting.discard(place.job.id)
                self._sort(place)

    async def _look_at_used(self) -> None:
        now = self._clock.now()
        used = await self._jobs.used_since(now - now % DAY)
        changed = [user for user in self._places.members if self._used.get(user, 0) != used.get(user, 0)]
        self._used.clear()
        self._used.update(used)
        for user in changed:
            self._member_changed(user)
        # Meanwhile somebody may have looked at the pauses.
        self._take_in_pauses()

    def _next(self, count: int) -> list[Job]:
        """List the next jobs whose time has come; where credits are wanting and a probe is due, what may be it."""
        if not self._balance.probe_due:
            return self._ready.first(count)
        return fair_order((p.job for p in self._line.values() if self._may_go(p)), self._slots.of_members, self._used)

    def _may_go(self, place: _Place) -> bool:
        """Tell whether a job may be the probe."""
        free = place.paused is None or place.paused is PausedBy.BALANCE
        return free and not place.decided() and place.job.id not in self._resting

    def _waits_for_another(self) -> bool:
        """Tell whether a job on its way has to be answered first: while credits may be wanting, one goes at a time."""
        return bool(self._on_the_way) and (self._balance.in_doubt or self._balance.lasts)
