"""How long to wait before the next question about a task: from how long comparable ones ran, and from its percents.

The expected delay is weighed against a price for each question, as in Barlow, Hunter and Proschan, "Optimum Checking
Procedures" (1963): where ends come evenly, the best wait is the square root of twice the price over their rate.
"""

import math
from bisect import bisect_right
from typing import Final

from bot.domain.percents import Estimate
from bot.domain.run_lengths import RunLengths

MIN_WAIT = 5.0
"""Seconds between two questions about one task at the least; the provider's page "Get video task status"."""
UNLIKELY_WAIT = 25.0
"""Seconds between two questions at the most, while there is room for all of them and an end is unlikely."""
PRICE = 0.2
"""Seconds of delay that a question is worth: 9 s apart where one task in twenty ends meanwhile."""
# So often a percent tells nothing, however right they were; then all lengths are as likely, over that many e-folds.
_USELESS: Final = 0.08
_E_FOLDS: Final = 3.0
_PEAK: Final = (1.0 - _USELESS) / math.sqrt(2.0 * math.pi)
_FLOOR: Final = _USELESS / _E_FOLDS
# How finely a wait is chosen, in seconds, but in no more than so many steps.
_STEP: Final = 1.0
_STEPS: Final = 40
# Steps by which the cost has to have grown before no better wait is looked for.
_BEYOND: Final = 3


def best_wait(
    lengths: RunLengths, estimate: Estimate | None, age: float, price: float = PRICE, longest: float = UNLIKELY_WAIT
) -> float:
    """Return the seconds, MIN_WAIT to `longest`, until the next question about a task that still runs at an age.

    `estimate`: what its percents tell, where they tell something; `price` in seconds of delay.
    """
    step = max(_STEP, longest / _STEPS)
    floor = math.ceil(MIN_WAIT / step)
    steps = max(int(longest / step), floor)
    ends, total = _ends(lengths, estimate, age, step, steps + floor)
    if total <= 0.0 or sum(ends) * longest < total * price / 10.0:
        return longest
    alive, ideal = 1.0, 0.0  # the ideal: what asking at the best rate, one question running into the next, would cost
    late, ended = [0.0], [0.0]
    best, chosen = math.inf, steps
    for at, mass in enumerate(ends, 1 - floor):
        part = mass / total
        rate = part / (alive * step)
        wait = longest if rate * longest**2 <= 2.0 * price else max(math.sqrt(2.0 * price / rate), MIN_WAIT)
        ideal += step * alive * (price / wait + rate * wait / 2.0)
        late.append(late[-1] + step * (ended[-1] + part / 2.0))
        ended.append(ended[-1] + part)
        alive = max(alive - part, 1e-9)
        if at < floor:
            continue
        # Asked then, and again as soon as may be.
        cost = late[-1] - step * floor * ended[at] + price * (1.0 - ended[at]) - ideal
        if cost < best:
            best, chosen = cost, at
        elif at > chosen + _BEYOND:
            break
    return min(max(chosen * step, MIN_WAIT), longest)


def _ends(
    lengths: RunLengths, estimate: Estimate | None, age: float, step: float, steps: int
) -> tuple[list[float], float]:
    """Return how likely the end is in each step from that age on, and at all; not in parts of one."""
    density = lengths.density
    edges, rates = density.edges, density.ends
    at, last = max(bisect_right(edges, age) - 1, 0), len(edges) - 1
    middle = age + step / 2.0
    found = []
    for _ in range(steps):
        while at < last and edges[at + 1] <= middle:
            at += 1
        mass = rates[at] * step
        found.append(mass if estimate is None or not mass else mass * _likelihood(estimate, middle))
        middle += step
    beyond = age + step * steps
    total = sum(found)
    if at < last:
        left = density.left[at + 1] + rates[at] * max(edges[at + 1] - beyond, 0.0)
        total += left if estimate is None else left * _FLOOR + _beyond(lengths, estimate, beyond, at)
    return found, total


def _likelihood(estimate: Estimate, length: float) -> float:
    """Return how likely it is that a run of that length said this."""
    off = (math.log(length) - estimate.middle) / estimate.spread
    return _PEAK * math.exp(-0.5 * off * off) / estimate.spread + _FLOOR


def _beyond(lengths: RunLengths, estimate: Estimate, beyond: float, at: int) -> float:
    """Integrate the likelihood but for its floor over all lengths beyond one; that one is in the bin `at`, or after."""
    edges, rates = lengths.density.edges, lengths.density.ends
    middle, width = estimate.middle + estimate.spread**2, estimate.spread * math.sqrt(2.0)
    below = math.erf((math.log(beyond) - middle) / width)
    whole = (1.0 - _USELESS) * math.exp(estimate.middle + estimate.spread**2 / 2.0) / 2.0
    found = 0.0
    while at < len(edges) - 1 and below < 1.0 - 1e-6:
        if edges[at + 1] > beyond:
            above = math.erf((math.log(edges[at + 1]) - middle) / width)
            found += rates[at] * whole * (above - below)
            below = above
        at += 1
    return found
