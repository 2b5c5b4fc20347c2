"""The provider's slots that are taken, counted as they change."""

import math
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from bot.domain.job import Job
from bot.studio.ports import Clock


@dataclass(frozen=True, slots=True)
class _Slot:
    """A slot that is taken; from `lapses` on, in scaled seconds of the Slots, it counts no longer."""

    user_id: int
    lapses: float


class Slots:
    """Who holds a slot. What is overdue at the provider keeps its slot, which counts no longer.

    `of_members` counts by member; `changed` is called with a member once their count has changed.
    """

    def __init__(self, clock: Clock, changed: Callable[[int], None]) -> None:
        self.of_members: Counter[int] = Counter()
        self._clock = clock
        self._changed = changed
        self._began = clock.now()
        self._taken: dict[str, _Slot] = {}
        self._lapsed: set[str] = set()
        # No slot lapses before.
        self._next_lapse = math.inf

    def __contains__(self, job_id: str) -> bool:
        return job_id in self._taken

    @property
    def count(self) -> int:
        """Count the slots that count."""
        self._let_lapse()
        return len(self._taken) - len(self._lapsed)

    def take(self, job: Job, seconds: float) -> None:
        """Take one, which counts for that many scaled seconds since the submit."""
        self.release(job.id)
        left = seconds - self._clock.elapsed(job.submitted or self._clock.now())
        slot = self._taken[job.id] = _Slot(job.user_id, self._now() + left)
        self._next_lapse = min(self._next_lapse, slot.lapses)
        self._count(job.user_id, 1)
        self._let_lapse()

    def release(self, job_id: str) -> bool:
        """Give one back; tell whether the job had one."""
        slot = self._taken.pop(job_id, None)
        if slot is None:
            return False
        if job_id in self._lapsed:
            self._lapsed.discard(job_id)
        else:
            self._count(slot.user_id, -1)
        return True

    def _now(self) -> float:
        return self._clock.elapsed(self._began)

    def _let_lapse(self) -> None:
        """Look through the slots once one may have lapsed."""
        now = self._now()
        if now < self._next_lapse:
            return
        for job_id, slot in self._taken.items():
            if slot.lapses <= now and job_id not in self._lapsed:
                self._lapsed.add(job_id)
                self._count(slot.user_id, -1)
        counting = (slot.lapses for job_id, slot in self._taken.items() if job_id not in self._lapsed)
        self._next_lapse = min(counting, default=math.inf)

    def _count(self, user_id: int, by: int) -> None:
        self.of_members[user_id] += by
        if not self.of_members[user_id]:
            del self.of_members[user_id]
        self._changed(user_id)
