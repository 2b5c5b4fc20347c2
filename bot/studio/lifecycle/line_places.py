"""The jobs in line, as one process knows them: their places in fair order, and the pauses that hold them."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.domain.job import Job
from bot.domain.pauses import PausedBy
from bot.domain.processes import InLine, Turn
from bot.studio.lifecycle.fair_line import FairLine, fair_order
from bot.studio.lifecycle.pauses import Pauses
from bot.studio.ports import Clock

# What an earlier run wrote down of a rest counts no longer than any rest lasts, in scaled seconds.
PAUSE_EVER = 900.0
# A rest with no more than this left is over, in scaled seconds: a clock's seconds have ends of their own.
MOMENT = 0.001


@dataclass(slots=True)
class _Place:
    """A job in line since `came`, in UTC seconds, not to be sent for so many scaled seconds (`pause`).

    `paused`: as it was shown last. `decided`: its turn was granted, or it was withdrawn.
    """

    job: Job
    came: float
    pause: float
    paused: PausedBy | None
    decided: bool = False


class LinePlaces:
    """The line; `running` counts the jobs of each member that have a slot, and `show` has a card drawn again."""

    def __init__(self, pauses: Pauses, clock: Clock, show: Callable[[Job], None], running: Mapping[int, int]) -> None:
        self._pauses = pauses
        self._clock = clock
        self._show = show
        self._line: dict[str, _Place] = {}
        self._running = running
        self._used: dict[int, int] = {}
        # All in line, for the places; the jobs that may be sent now; and the jobs whose own pause is not over.
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
        """Count the jobs that may be sent now."""
        return len(self._ready)

    @property
    def jobs(self) -> Sequence[Job]:
        """Return all jobs in line."""
        return [place.job for place in self._line.values()]

    def place(self, job_id: str) -> int | None:
        """Return a job's place in line, from 1; None for one that is not in line."""
        return self._places.place(job_id)

    def enter(self, job: Job) -> None:
        """Put a job in line."""
        now = self._clock.now()
        # A wait that was written down is one of the calendar, which may be another one now.
        pause = min(self._clock.elapsed(now - max(job.not_before - now, 0.0)), PAUSE_EVER)
        place = self._line[job.id] = _Place(job, now, pause, self._pauses.of(job))
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

    def decide(self, job_id: str) -> None:
        """Keep a job's place, but send it no more: its turn was granted, or it was withdrawn."""
        place = self._line[job_id]
        place.decided = True
        self._sort(place)

    def member_changed(self, user_id: int) -> None:
        """Rank a member's jobs again: another number of them is running."""
        self._places.member_changed(user_id)
        self._ready.member_changed(user_id)

    def take_in_used(self, used: Mapping[int, int]) -> None:
        """Take in how many seconds each member has used today."""
        changed = [user for user in self._places.members if self._used.get(user, 0) != used.get(user, 0)]
        self._used.clear()
        self._used.update(used)
        for user in changed:
            self.member_changed(user)

    def take_in_pauses(self) -> None:
        """Look through the line once the pauses have changed, and redraw the cards that they concern."""
        if self._known_pauses == self._pauses.changes:
            return
        self._known_pauses = self._pauses.changes
        for place in self._line.values():
            if (by := self._pauses.of(place.job)) is not place.paused:
                place.paused = by
                self._sort(place)
                self._show(place.job)

    def end_rests(self) -> None:
        """Let the jobs be sent whose own pause is over."""
        for job_id in tuple(self._resting):
            if self.rest_left(job_id) <= MOMENT:
                self._resting.discard(job_id)
                self._sort(self._line[job_id])

    def rests(self, job_id: str) -> bool:
        """Tell whether a job's own pause is not known to be over."""
        return job_id in self._resting

    def rest_left(self, job_id: str) -> float:
        """Return for how many scaled seconds more the own pause of a job in line lasts."""
        place = self._line[job_id]
        return place.pause - self._clock.elapsed(place.came)

    @property
    def next_rest(self) -> float | None:
        """Return in how many scaled seconds the next own pause is over; None where there is none."""
        return min(map(self.rest_left, self._resting), default=None)

    def first(self, count: int) -> list[Job]:
        """Return the first of the jobs that may be sent now."""
        return self._ready.first(count)

    def probes(self) -> list[Job]:
        """Return the jobs that may be sent in spite of a pause for want of credits, in fair order."""
        may_go = (place.job for place in self._line.values() if self._may_be_probe(place))
        return fair_order(may_go, self._running, self._used)

    def show_moved(self, entered: Iterable[Job]) -> None:
        """Wake the cards of the jobs that have just entered, and the first cards whose places have changed.

        The cards behind are drawn again at their own pace.
        """
        for job in {job.id: job for job in (*self._places.moved(), *entered)}.values():
            self._show(job)

    def _may_be_probe(self, place: _Place) -> bool:
        free = place.paused is None or place.paused is PausedBy.BALANCE
        return free and not place.decided and place.job.id not in self._resting

    def _sort(self, place: _Place) -> None:
        """Put a job among the jobs that may be sent now, or take it away from them."""
        if place.paused is None and not place.decided and place.job.id not in self._resting:
            self._ready.add(place.job)
        else:
            self._ready.discard(place.job.id)


class SharedLinePlaces(LinePlaces):
    """The line that many processes share, as it was when its rows were last taken in."""

    def __init__(self, pauses: Pauses, clock: Clock, show: Callable[[Job], None]) -> None:
        self._counted: Counter[int] = Counter()
        super().__init__(pauses, clock, show, self._counted)
        self._rows: dict[str, InLine] = {}

    def enter_row(self, job: Job, row: InLine) -> None:
        """Put a job in line, which was read when its row was this one."""
        self._rows[job.id] = row
        self.enter(job)

    def drop_changed(self, rows: Mapping[str, InLine]) -> list[str]:
        """Drop the jobs that are no longer in line as they were, and return their ids."""
        changed = [job.id for job in self.jobs if rows.get(job.id) != self._rows[job.id]]
        for job_id in changed:
            self.drop(job_id)
        return changed

    def drop(self, job_id: str) -> None:
        """Take a job out of the line, if it is there."""
        super().drop(job_id)
        self._rows.pop(job_id, None)

    def take_in_turns(self, turns: Iterable[Turn]) -> None:
        """Count the slots of each member."""
        counted = Counter(turn.user_id for turn in turns)
        users = counted.keys() | self._counted.keys()
        changed = [user for user in users if counted[user] != self._counted[user]]
        self._counted.clear()
        self._counted.update(counted)
        for user in changed:
            self.member_changed(user)
