"""The best schedule of questions that knows how long tasks run, and nothing else: the yardstick of `pace`.

Barlow, Hunter and Proschan, "Optimum Checking Procedures" (1963): minimise the expected delay plus a price for each
question. The price is varied, so that the curve of the least delay for each expected number of questions comes out.
"""

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from bench.pace_worlds import Lengths

MIN_WAIT = 5
PRICES = tuple(0.01 * 1.5**step for step in range(24))
"""Seconds of delay that a question may be worth."""


@dataclass(frozen=True, slots=True)
class Curve:
    """Points of (expected questions, expected delay in seconds), questions ascending."""

    points: tuple[tuple[float, float], ...]

    def delay(self, questions: float) -> float:
        """Return the least delay at that expected number of questions; between two points, by turns."""
        at = bisect_left(self.points, (questions, 0.0))
        if at == 0:
            return self.points[0][1]
        if at == len(self.points):
            return self.points[-1][1]
        (fewer, late), (more, soon) = self.points[at - 1], self.points[at]
        return late + (soon - late) * (questions - fewer) / (more - fewer)


def best(lengths: Lengths, prices: Sequence[float] = PRICES) -> Curve:
    """Compute the best schedules for lengths, seconds by seconds; for drifting ones, of each moment by itself."""
    points = []
    for price in prices:
        each = [_schedule(_ended(lengths, moment), price) for moment in lengths.moments]
        points.append((sum(one[0] for one in each) / len(each), sum(one[1] for one in each) / len(each)))
    return Curve(tuple(sorted(points)))


def _ended(lengths: Lengths, moment: float) -> list[float]:
    return [lengths.ended(moment, float(age)) for age in range(lengths.until + 1)]


def _schedule(ended: Sequence[float], price: float) -> tuple[float, float]:
    """Return (expected questions, expected delay) of the best schedule at a price, by going back from the last age."""
    last = len(ended) - 1
    late = [0.0] * (last + 1)  # the integral of `ended`: late[b] - late[a] - ended[a] * (b - a) is the delay of (a, b]
    for age in range(1, last + 1):
        late[age] = late[age - 1] + (ended[age - 1] + ended[age]) / 2
    cost = [0.0] * (last + 1)
    following = [last] * (last + 1)
    for age in range(last - 1, -1, -1):
        asking = price * (1.0 - ended[age])
        least = math.inf
        for then in range(min(age + MIN_WAIT, last), last + 1):
            waited = asking + late[then] - late[age] - ended[age] * (then - age)
            if waited >= least:
                break
            if waited + cost[then] < least:
                least, following[age] = waited + cost[then], then
        cost[age] = least
    questions = delay = 0.0
    age = 0
    while age < last:
        then = following[age]
        questions += 1.0 - ended[age]
        delay += late[then] - late[age] - ended[age] * (then - age)
        age = then
    return questions, delay
