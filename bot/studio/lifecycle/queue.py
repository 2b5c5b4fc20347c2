"""Whose turn it is: the fairest next job whenever the provider has a free slot. Turns are granted in memory only."""

import asyncio
import heapq
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.domain.backoff import Backoff, jittered, spread
from bot.domain.job import Job
from bot.domain.pauses import PausedBy
from bot.domain.progress import MIN_OVERDUE_AFTER
from bot.studio.lifecycle.balance_pause import BalancePause
from bot.studio.lifecycle.pauses import Pauses
from bot.studio.ports import Clock
from bot.studio.ports.stores import UsedSeconds

DAY = 86400.0
# Scaled seconds: the shortest pause after a refusal, the first step of such pauses, and the longest.
_MIN_PAUSE, _FIRST_PAUSE, _MAX_PAUSE = 5.0, 7.5, 450.0
_LOOK_AGAIN = 120.0
# What an earlier run wrote down of a rest counts no longer than any rest lasts, in scaled seconds.
_PAUSE_EVER = 900.0
# A rest with no more than this left is over, in scaled seconds: a clock's seconds have ends of their own.
_MOMENT = 0.001


def fair_order(waiting: Iterable[Job], running: Mapping[int, int], used: Mapping[int, int]) -> list[Job]:
    """Order waiting jobs as they will be sent.

    Next is always a job of the member with the fewest jobs running, then the fewest seconds used today, then the
    oldest job; each one placed counts as running for the next choice.
    """
    lines: dict[int, list[Job]] = {}
    for job in sorted(waiting, key=lambda job: (job.created, job.id), reverse=True):
        lines.setdefault(job.user_id, []).append(job)
    members = [_rank(line[-1], running.get(user, 0), used.get(user, 0)) for user, line in lines.items()]
    heapq.heapify(members)
    order: list[Job] = []
    while members:
        active, spent, _, _, user = members[0]
        job = lines[user].pop()
        order.append(job)
        if lines[user]:
            heapq.heapreplace(members, _rank(lines[user][-1], active + 1, spent + job.request.duration))
        else:
            heapq.heappop(members)
    return order


def _rank(oldest: Job, active: int, spent: int) -> tuple[int, int, float, str, int]:
    """Rank a member by what is theirs, the smallest next."""
    return active, spent, oldest.created, oldest.id, oldest.user_id


@dataclass(slots=True)
class _Place:
    """A job in line since `came`, in UTC seconds, not to be sent for so many scaled seconds (`pause`).

    `granted` is resolved with True when granted and False when withdrawn. `paused`: as it was shown last.
    """

    job: Job
    granted: asyncio.Future[bool] = field(repr=False)
    came: float
    pause: float
    paused: PausedBy | None = None


@dataclass(frozen=True, slots=True)
class _Slot:
    """A slot that is taken; it counts for so many scaled `seconds` from `since` (UTC seconds)."""

    user_id: int
    since: float
    seconds: float


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
        self._places: dict[str, int] = {}
        self._slots_taken: dict[str, _Slot] = {}
        self._used: dict[int, int] = {}
        self._granting = asyncio.Lock()
        self._paused_at, self._pause = 0.0, 0.0
        self._backoff = Backoff(_FIRST_PAUSE, _MAX_PAUSE, min_pause=_MIN_PAUSE)
        self._pauses = pauses
        self._balance = balance
        # Granted, and not answered by the provider yet.
        self._on_the_way: set[str] = set()

    @property
    def waiting(self) -> int:
        """Count the jobs in line."""
        return len(self._line)

    @property
    def running(self) -> int:
        """Count the slots taken."""
        return self._running().total()

    def _running(self) -> Counter[int]:
        """Count the slots taken by member; what is overdue at the provider takes none any more."""
        taken = self._slots_taken.values()
        return Counter(slot.user_id for slot in taken if self._clock.elapsed(slot.since) < slot.seconds)

    def place(self, job_id: str) -> int | None:
        """Return the place in line, from 1; None for a job that is not in line."""
        return self._places.get(job_id)

    def _changed(self) -> None:
        """Order the line once, and wake the cards of the jobs whose places have changed."""
        before = self._places
        order = fair_order((place.job for place in self._line.values()), self._running(), self._used)
        self._places = {job.id: at for at, job in enumerate(order, 1)}
        for job in order:
            if before.get(job.id) != self._places[job.id]:
                self._show(job)

    def take_slot(self, job: Job, seconds: float = MIN_OVERDUE_AFTER) -> None:
        """Take a slot without a turn, for that many scaled seconds since the submit: the provider has this job."""
        self._slots_taken[job.id] = _Slot(job.user_id, job.submitted or self._clock.now(), seconds)

    def has_slot(self, job_id: str) -> bool:
        """Tell whether the job was given a slot and has not given it back."""
        return job_id in self._slots_taken

    async def release_slot(self, job: Job) -> None:
        """Give the job's slot back, if it has one."""
        self._on_the_way.discard(job.id)
        if self._slots_taken.pop(job.id, None) is not None:
            await self._grant()

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
        if place and not place.granted.done():
            place.granted.set_result(False)

    async def wait_for_slot(self, job: Job) -> bool:
        """Wait for the job's turn; True once it holds a slot, False when it was withdrawn or grew too old."""
        now = self._clock.now()
        # A wait that was written down is one of the calendar, which may be another one now.
        pause = min(self._clock.elapsed(now - max(job.not_before - now, 0.0)), _PAUSE_EVER)
        place = _Place(job, asyncio.get_running_loop().create_future(), now, pause)
        self._line[job.id] = place
        self._changed()
        try:
            while not place.granted.done():
                if self._pauses.given_up(job) is not None:
                    return False
                await self._grant()
                if not place.granted.done():
                    await self._wait(place)
            return place.granted.result()
        finally:
            del self._line[job.id]
            self._changed()

    async def _wait(self, place: _Place) -> None:
        """Wait until the turn comes, or until the time at which the line is worth looking at again."""
        ends = [wait for wait in (self._place_pause_left(place), self._pause_left()) if wait > _MOMENT]
        # A grant that failed with the store is made up for without another call.
        ends.append(jittered(_LOOK_AGAIN))
        nap: asyncio.Future[None] = asyncio.ensure_future(self._clock.until(self._clock.later(min(ends))))
        both: set[asyncio.Future[Any]] = {nap, place.granted}
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        finally:
            nap.cancel()

    def pause(self, asked: float | None) -> float:
        """Send nothing for a while: the provider takes nothing now.

        `asked`: the pause that the provider asks for, in seconds. Returns the UTC time before which nothing is sent.
        """
        self._paused_at, self._pause = self._clock.now(), self._backoff.next(spread(asked or 0.0))
        return self._clock.later(self._pause)

    def _pause_left(self) -> float:
        """Return for how many scaled seconds more nothing is sent."""
        return self._pause - self._clock.elapsed(self._paused_at)

    def _place_pause_left(self, place: _Place) -> float:
        return place.pause - self._clock.elapsed(place.came)

    def note_accepted(self) -> None:
        """Note that the provider took a job."""
        self._backoff = Backoff(_FIRST_PAUSE, _MAX_PAUSE, min_pause=_MIN_PAUSE)

    async def _look_whether_paused(self) -> None:
        await self._pauses.look()
        for place in self._line.values():
            if (by := self._pauses.of(place.job)) is not place.paused:
                place.paused = by
                self._show(place.job)

    async def _grant(self) -> None:
        """Hand the free slots out, fairest first."""
        async with self._granting:
            if not self._line:
                return
            await self._look_whether_paused()
            if self.running >= self.slots or self._pause_left() > _MOMENT:
                return
            now = self._clock.now()
            self._used = await self._jobs.used_since(now - now % DAY)
            for job in fair_order(self._next(), self._running(), self._used)[: self.slots - self.running]:
                place = self._line.get(job.id)
                if place is None or place.granted.done() or self._waits_for_another():
                    continue
                if self._pauses.of(job) is not None:
                    await self._balance.begin_probe(job.id)
                    if place.granted.done() or job.id not in self._line:
                        # It was cancelled while that was written down: another may be the probe.
                        self._balance.probe_over(job.id)
                        continue
                self.take_slot(job)
                self._on_the_way.add(job.id)
                place.granted.set_result(True)

    def _next(self) -> list[Job]:
        """List the jobs whose time has come; where credits are wanting and a probe is due, those that may be it."""
        ripe = [p.job for p in self._line.values() if not p.granted.done() and self._place_pause_left(p) <= _MOMENT]
        probes = self._balance.probe_due
        return [job for job in ripe if (by := self._pauses.of(job)) is None or (probes and by is PausedBy.BALANCE)]

    def _waits_for_another(self) -> bool:
        """Tell whether a job on its way has to be answered first: while credits may be wanting, one goes at a time."""
        return bool(self._on_the_way) and (self._balance.in_doubt or self._balance.lasts)
