"""Tasks at a provider, as many at once as are asked for, in fake time: each end brings the next task.

Questions leave as `ApiClient` lets them: at so many a second, with a burst, in their order. An answer takes no time.
"""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Protocol

from bench.pace_worlds import Lengths, Percent
from bot.toapis.api_client import QUERIES_PER_SECOND, bucket

_PAST = 200
"""So many tasks ended before, as long apart as those that follow."""


class Task(Protocol):
    """When one task is asked about: seconds from its submit, or from a question, to the next."""

    def first(self) -> float:
        """Return the wait before the first question."""
        ...

    def next(self, age: float, percent: int | None) -> float:
        """Take in that it still runs at that age, and return the wait before the next question."""
        ...

    def ended(self, age: float) -> None:
        """Take in that its end was seen at that age."""
        ...


class Schedule(Protocol):
    """Makes the schedule of each task; `past`: the lengths of those that ended before the first, newest first."""

    def __call__(self, past: Sequence[float], rng: Random) -> Task:
        """Begin a task."""
        ...


@dataclass(frozen=True, slots=True)
class Ends:
    """What came of the tasks that are counted: how late each end was known, and how many questions each took."""

    late: tuple[float, ...]
    questions: float
    run: float

    @property
    def mean(self) -> float:
        """Return the mean delay."""
        return sum(self.late) / len(self.late)


class _Questions:
    """Lets questions leave at the rate that the client keeps."""

    def __init__(self) -> None:
        self._burst, empties_in = bucket(QUERIES_PER_SECOND)
        self._apart = empties_in / self._burst
        self._free = -1e9

    def leaves(self, now: float) -> float:
        self._free = max(self._free, now - self._burst * self._apart) + self._apart
        return max(now, self._free)


@dataclass(order=True, slots=True)
class _Followed:
    at: float
    number: int
    began: float = field(compare=False)
    takes: float = field(compare=False)
    task: Task = field(compare=False)
    asked: int = field(default=0, compare=False)


def simulate(
    lengths: Lengths, percent: Percent, schedule: Schedule, in_flight: int, counted: int, warm_up: int, seed: int
) -> Ends:
    """Follow tasks until so many were counted, after the first ones that only teach the schedule."""
    rng = Random(seed)
    dice = Random(seed + 1)
    began = rng.uniform(0.0, 4 * 3600.0)
    past = [max(lengths.draw(began - 150.0 * (1 + before / in_flight), rng), 6.0) for before in range(_PAST)]
    questions = _Questions()
    line: list[_Followed] = []
    number = 0

    def begin(at: float) -> None:
        nonlocal number
        number += 1
        task = schedule(past, dice)
        takes = max(lengths.draw(at, rng), 6.0)
        heapq.heappush(line, _Followed(at + task.first(), number, at, takes, task))

    for place in range(in_flight):
        begin(began + 150.0 * place / in_flight)
    late, asked, ran = [], 0, 0.0
    ends = 0
    while len(late) < counted:
        one = heapq.heappop(line)
        leaves = questions.leaves(one.at)
        age = leaves - one.began
        one.asked += 1
        if age < one.takes:
            one.at = leaves + one.task.next(age, percent(age / one.takes, rng, one.number))
            heapq.heappush(line, one)
            continue
        ends += 1
        one.task.ended(age)
        if ends > warm_up:
            late.append(age - one.takes)
            asked += one.asked
            ran += one.takes
        begin(leaves)
    return Ends(tuple(late), asked / counted, ran / counted)
