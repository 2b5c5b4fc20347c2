"""What a provider's percents are worth: how far runs really were when they said so."""

import math
from dataclasses import dataclass, field
from typing import Final

_TENTHS: Final = 10
# Before anything is known, a percent is the part of the run that is over, but for so much of its logarithm.
_PRIOR_SPREAD: Final = 0.35
_PRIOR_RUNS: Final = 1
# So many of the latest runs count, the older the less.
_REMEMBERED: Final = 40


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a percent tells of a run's whole length: the logarithm of its seconds, and how far that is usually off."""

    middle: float
    spread: float


@dataclass(slots=True)
class _Error:
    """How far one tenth of the percents was off: the logarithm of the real part over the reported one."""

    mean: float = 0.0
    variance: float = _PRIOR_SPREAD**2
    runs: int = 0


class PercentRecord:
    """How right the percents of one model were; in memory alone, and learned again after a restart."""

    __slots__ = ("_errors",)

    def __init__(self) -> None:
        self._errors = tuple(_Error() for _ in range(_TENTHS))

    def estimate(self, age: float, percent: int) -> Estimate:
        """Say what a percent (1 to 100), first seen at that age, tells of the run's length."""
        error = self._errors[_tenth(percent)]
        # A whole number is off by up to one.
        spread = math.sqrt(error.variance + (0.5 / percent) ** 2)
        return Estimate(math.log(age * 100.0 / percent) - error.mean, spread)

    def learn(self, age: float, percent: int, run: float) -> None:
        """Take in that a run of that length had reported a percent at that age."""
        error = self._errors[_tenth(percent)]
        off = math.log(age * 100.0 / (percent * run)) - error.mean
        error.runs = min(error.runs + 1, _REMEMBERED)
        part = 1.0 / (error.runs + _PRIOR_RUNS)
        error.mean += part * off
        error.variance = (1.0 - part) * (error.variance + part * off * off)


@dataclass(slots=True)
class Percents:
    """The percents of one task: the latest, the age at which it was first seen, and the first one of each tenth."""

    record: PercentRecord
    _latest: int = 0
    _since: float = 0.0
    _first: list[tuple[float, int]] = field(default_factory=list)

    def observe(self, age: float, percent: int | None) -> None:
        """Take in what was reported at an age; a percent that has not moved tells nothing new."""
        if not percent or percent == self._latest or age <= 0.0:
            return
        self._latest, self._since = percent, age
        if not self._first or _tenth(percent) > _tenth(self._first[-1][1]):
            self._first.append((age, percent))

    @property
    def estimate(self) -> Estimate | None:
        """Return what they tell of the run's length; None as long as there is none above 0."""
        return self.record.estimate(self._since, self._latest) if self._latest else None

    def ended(self, run: float) -> None:
        """Learn from the run, now that its length is known."""
        for age, percent in self._first:
            self.record.learn(min(age, run), percent, run)


def _tenth(percent: int) -> int:
    return min(percent // _TENTHS, _TENTHS - 1)
