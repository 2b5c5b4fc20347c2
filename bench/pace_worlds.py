"""What a provider may be like: how long its tasks run, and what its percents say meanwhile."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random

_DRIFT_SECONDS = 4 * 3600.0
"""Seconds in which the drifting lengths go up and down once, as with a provider's load over a day."""
_DRIFT = 60.0


def _normal(at: float, middle: float, spread: float) -> float:
    return 0.5 * (1.0 + math.erf((at - middle) / spread / math.sqrt(2.0)))


def _drifting_middle(time: float) -> float:
    return 150.0 + _DRIFT * math.sin(2.0 * math.pi * time / _DRIFT_SECONDS)


@dataclass(frozen=True, slots=True)
class Lengths:
    """How long tasks run, in seconds: one drawn at a time of submit, and the chance that one has ended by an age.

    `says`: lengths so close together that they tell when a task ends. `until`: an age by which all but a few have
    ended.
    """

    draw: Callable[[float, Random], float]
    ended: Callable[[float, float], float]
    says: bool
    until: int
    moments: tuple[float, ...] = (0.0,)


LENGTHS: Mapping[str, Lengths] = {
    "narrow": Lengths(lambda _, rng: rng.gauss(120.0, 4.0), lambda _, age: _normal(age, 120.0, 4.0), True, 140),
    "wide": Lengths(
        lambda _, rng: rng.uniform(60.0, 300.0), lambda _, age: min(max((age - 60.0) / 240.0, 0.0), 1.0), False, 300
    ),
    "two-humped": Lengths(
        lambda _, rng: rng.gauss(80.0, 8.0) if rng.random() < 0.6 else rng.gauss(220.0, 20.0),
        lambda _, age: 0.6 * _normal(age, 80.0, 8.0) + 0.4 * _normal(age, 220.0, 20.0),
        False,
        310,
    ),
    "heavy-tailed": Lengths(
        lambda _, rng: 20.0 + rng.lognormvariate(math.log(80.0), 0.7),
        lambda _, age: _normal(math.log(max(age - 20.0, 1e-9)), math.log(80.0), 0.7),
        False,
        1200,
    ),
    "drifting": Lengths(
        lambda time, rng: rng.gauss(_drifting_middle(time), 15.0),
        lambda time, age: _normal(age, _drifting_middle(time), 15.0),
        False,
        290,
        tuple(_DRIFT_SECONDS * part / 4 for part in (-1, -2 / 3, -1 / 3, 0, 1 / 3, 2 / 3, 1)),
    ),
}

Percent = Callable[[float, Random, int], int | None]
"""What is said after that part (0 to 1) of a task's run; the dice are thrown anew each time, the number is its own."""


def _whole(part: float) -> int:
    return min(max(int(100 * part), 0), 99)


def _own(number: int, low: float, high: float) -> float:
    """Return a number of a task's own, as evenly spread as dice."""
    return low + (number * 0.6180339887498949) % 1.0 * (high - low)


def _jumping(part: float, _: Random, number: int) -> int:
    return 50 if part >= _own(number, 0.25, 0.45) else 0


def _stuck(part: float, _: Random, number: int) -> int:
    return _whole(min(1.6 * part, _own(number, 0.8, 0.95)))


PERCENTS: Mapping[str, Percent] = {
    "linear": lambda part, _, __: _whole(part),
    "noisy": lambda part, rng, __: _whole(part + rng.gauss(0.0, 0.08)),
    "fast-start": lambda part, _, __: _whole(math.sqrt(part)),
    "jumping": _jumping,
    "stuck": _stuck,
    "absent": lambda _, __, ___: None,
}
