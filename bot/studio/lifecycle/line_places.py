"""Who is in the line that many processes share, kept as its rows change: places, pauses and rests, for one process."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.domain.job import Job
from bot.domain.pauses import PausedBy
from bot.domain.processes import InLine, Turn
from bot.studio.lifecycle.fair_line import FairLine, fair_order
from bot.studio.lifecycle.pauses import Pauses
from bot.studio.lifecycle.queue import MOMENT, PAUSE_EVER
from bot.studio.ports import Clock


@dataclass(slots=True)
class _Place:
    """A job in line since `came`, in UTC seconds, not to be sent for so many scaled seconds (`pause`).

    `row`: as it was when the job was read. `paused`: as it was shown last.
    """

    job: Job
    row: InLine
    came: float
    pause: float
    paused: PausedBy | None


class LinePlaces:
    """The line as it was when its rows were last taken in; `show` has a card drawn again."""

    def __init__(self, pauses: Pauses, clock: Clock, show: Callable[[Job], None]) -> None:
        self._pauses = pauses
        self._clock = clock
        self._show = show
        self._line: dict[str, _Place] = {}
        self._running: Counter[int] = Counter()
        self._used: dict[int, int] = {}
        # All in line, for the places; those of them that may be sent now; and those whose own pause is not over.
        self._places = FairLine(self._running, self._used)
        self._ready = FairLine(self._running, self._used)
        self._resting: set[str] = set()
        self._known_pauses = pauses.changes

    def __contains__(self, job_id: str) -> bool:
        return job_id in self._line

    def __len__(self) -> int:
        return len(self._line)

    @property
    def ready(self) -> int:
        """Count those that may be sent now."""
        return len(self._ready)

    @property
    def members(self) -> Iterable[int]:
        """Return who has a job in line."""
        return self._places.members

    @property
    def jobs(self) -> Sequence[Job]:
        """Return all in line."""
        return [place.job for place in self._line.values()]

    def place(self, job_id: str) -> int | None:
        """Return a job's place in line, from 1; None for one that is not in line."""
        return self._places.place(job_id)

    def drop_changed(self, rows: Mapping[str, InLine]) -> list[str]:
        """Drop what is no longer in line as it was, and return the ids."""
        changed = [job_id for job_id, place in self._line.items() if rows.get(job_id) != place.row]
        for job_id in changed:
            self.drop(job_id)
        return changed

    def enter(self, job: Job, row: InLine) -> None:
        """Put a job in line."""
        now = self._clock.now()
        # A wait that was written down is one of the calendar, which may be another one now.
        pause = min(self._clock.elapsed(now - max(job.not_before - now, 0.0)), PAUSE_EVER)
        place = self._line[job.id] = _Place(job, row, now, pause, self._pauses.of(job))
        self._places.add(job)
        if pause > MOMENT:
            self._resting.add(job.id)
        self._sort(place)

    def drop(self, job_id: str) -> None:
        """Take a job out of the line, if it is there."""
        self._line.pop(job_id, None)
        self._resting.discard(job_id)
        self._places.discard(job_id)
        self._ready.discard(job_id)

    def take_in_turns(self, turns: Iterable[Turn]) -> None:
        """Count who has a slot."""
        running = Counter(turn.user_id for turn in turns)
        changed = [user for user in running.keys() | self._running.keys() if running[user] != self._running[user]]
        self._running.clear()
        self._running.update(running)
        self._rank(changed)

    def take_in_used(self, used: Mapping[int, int]) -> None:
        """Take in how many seconds each member has used today."""
        changed = [user for user in self.members if self._used.get(user, 0) != used.get(user, 0)]
        self._used.clear()
        self._used.update(used)
        self._rank(changed)

    def take_in_pauses(self) -> None:
        """Look through the line once something else is paused, and show what is, or is not any more."""
        if self._known_pauses == self._pauses.changes:
            return
        self._known_pauses = self._pauses.changes
        for place in self._line.values():
            if (by := self._pauses.of(place.job)) is not place.paused:
                place.paused = by
                self._sort(place)
                self._show(place.job)

    def end_rests(self) -> None:
        """Let those be sent again whose own pause is over."""
        for job_id in tuple(self._resting):
            place = self._line[job_id]
            if self._rest_left(place) <= MOMENT:
                self._resting.discard(job_id)
                self._sort(place)

    @property
    def next_rest(self) -> float | None:
        """Return in how many scaled seconds the next own pause is over; None where there is none."""
        return min((self._rest_left(self._line[job_id]) for job_id in self._resting), default=None)

    def first(self, count: int) -> list[Job]:
        """Return the first of those that may be sent now."""
        return self._ready.first(count)

    def probes(self) -> list[Job]:
        """Return what may be sent in spite of a pause for want of credits, in fair order."""
        free = (None, PausedBy.BALANCE)
        may_go = (p.job for p in self._line.values() if p.paused in free and p.job.id not in self._resting)
        return fair_order(may_go, self._running, self._used)

    def show_moved(self, entered: Iterable[Job]) -> None:
        """Wake the cards of those that have just come, and the first cards whose places have changed."""
        for job in {job.id: job for job in (*self._places.moved(), *entered)}.values():
            self._show(job)

    def _rank(self, users: Iterable[int]) -> None:
        for user in users:
            self._places.member_changed(user)
            self._ready.member_changed(user)

    def _sort(self, place: _Place) -> None:
        """Put a job among those that may be sent now, or take it away from them."""
        if place.paused is None and place.job.id not in self._resting:
            self._ready.add(place.job)
        else:
            self._ready.discard(place.job.id)

    def _rest_left(self, place: _Place) -> float:
        return place.pause - self._clock.elapsed(place.came)
