"""The fair order of the jobs that wait, kept as it changes."""

import heapq
from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping
from itertools import zip_longest
from typing import Protocol, TypeVar

from bot.domain.job import Job

# What ranks a waiting job, the smallest next: the jobs of its member that go or run before it, the seconds that the
# member has used by then, when it was made, and its id.
_Rank = tuple[int, int, float, str]
# Where more than one in so many ranks changes at once, sorting all of them is cheaper than moving each.
_SORT_AT = 8
# The number of places at the head of the line, where changes are noticed.
HEAD = 20


class Waiting(Protocol):
    """What a waiting job is ordered by."""

    @property
    def id(self) -> str:
        """Return its id."""

    @property
    def user_id(self) -> int:
        """Return its member."""

    @property
    def created(self) -> float:
        """Return when it was made, in UTC seconds."""

    @property
    def charged(self) -> int:
        """Return its seconds of video."""


W = TypeVar("W", bound=Waiting)


def fair_order(waiting: Iterable[W], running: Mapping[int, int], used: Mapping[int, int]) -> list[W]:
    """Order waiting jobs as they will be sent.

    Next is always a job of the member with the fewest jobs running, then the fewest seconds used today, then the
    oldest job; each one placed counts as running for the next choice.
    """
    lines: dict[int, list[W]] = {}
    for job in sorted(waiting, key=_age, reverse=True):
        lines.setdefault(job.user_id, []).append(job)
    members = [(*_rank(line[-1], running.get(user, 0), used.get(user, 0)), user) for user, line in lines.items()]
    heapq.heapify(members)
    order: list[W] = []
    while members:
        active, spent, _, _, user = members[0]
        job = lines[user].pop()
        order.append(job)
        if lines[user]:
            heapq.heapreplace(members, (*_rank(lines[user][-1], active + 1, spent + job.charged), user))
        else:
            heapq.heappop(members)
    return order


def _rank(job: Waiting, active: int, spent: int) -> _Rank:
    return active, spent, job.created, job.id


def _age(job: Waiting) -> tuple[float, str]:
    return job.created, job.id


class FairLine:
    """Waiting jobs in `fair_order`, without ordering all of them each time: a change costs what its member has in line.

    A member's ranks only grow from their oldest job to their latest, so the order that the choices come to is that of
    all ranks. `running` (jobs) and `used` (seconds) count by member; `member_changed` is called after they change.
    """

    def __init__(self, running: Mapping[int, int], used: Mapping[int, int]) -> None:
        self._running = running
        self._used = used
        self._of_members: dict[int, list[Job]] = {}  # each from the oldest to the latest
        self._ranks: dict[str, _Rank] = {}
        self._order: list[_Rank] = []
        self._jobs: dict[str, Job] = {}
        self._head: list[Job] = []

    def __contains__(self, job_id: str) -> bool:
        return job_id in self._jobs

    def __len__(self) -> int:
        return len(self._jobs)

    @property
    def members(self) -> Iterable[int]:
        """Return the members who have a job in line."""
        return self._of_members.keys()

    def add(self, job: Job) -> None:
        """Put a job in line; nothing where it is."""
        if job.id not in self._jobs:
            self._jobs[job.id] = job
            insort(self._of_members.setdefault(job.user_id, []), job, key=_age)
            self.member_changed(job.user_id)

    def discard(self, job_id: str) -> None:
        """Take a job out of the line, if it is there."""
        job = self._jobs.pop(job_id, None)
        if job is None:
            return
        self._remove(self._ranks.pop(job_id))
        line = self._of_members[job.user_id]
        del line[bisect_left(line, _age(job), key=_age)]
        if line:
            self.member_changed(job.user_id)
        else:
            del self._of_members[job.user_id]

    def member_changed(self, user_id: int) -> None:
        """Rank a member's jobs again, by what runs and was used by now."""
        active, spent = self._running.get(user_id, 0), self._used.get(user_id, 0)
        changed: list[_Rank] = []
        for at, job in enumerate(self._of_members.get(user_id, ()), active):
            rank = _rank(job, at, spent)
            if self._ranks.get(job.id) != rank:
                changed.append(rank)
            spent += job.charged
        if len(changed) * _SORT_AT > len(self._ranks):
            self._ranks.update((rank[-1], rank) for rank in changed)
            self._order = sorted(self._ranks.values())
            return
        for rank in changed:
            if (before := self._ranks.get(rank[-1])) is not None:
                self._remove(before)
            self._ranks[rank[-1]] = rank
            insort(self._order, rank)

    def place(self, job_id: str) -> int | None:
        """Return a job's place in line, from 1; None for one that is not in line."""
        rank = self._ranks.get(job_id)
        return None if rank is None else bisect_left(self._order, rank) + 1

    def first(self, count: int) -> list[Job]:
        """Return the first jobs in line."""
        return [self._jobs[rank[-1]] for rank in self._order[:count]]

    def moved(self) -> list[Job]:
        """Return the jobs at the head of the line whose place has changed since the last call."""
        before, self._head = self._head, self.first(HEAD)
        pairs = zip_longest(self._head, before[: len(self._head)])
        return [job for job, was in pairs if was is None or was.id != job.id]

    def _remove(self, rank: _Rank) -> None:
        del self._order[bisect_left(self._order, rank)]
