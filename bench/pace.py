"""Measure how late the end of a video is known, and with how many questions: the real pace, in fake time.

Yardsticks: questions at fixed times, as many of them; the best schedule that knows how long tasks run (`pace_oracle`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from statistics import median

from bench.measure import Aim, Effort, Figure, Of, percentile
from bench.pace_oracle import PRICES, Curve, best
from bench.pace_simulation import Ends, simulate
from bench.pace_worlds import LENGTHS, PERCENTS
from bot.domain.models import Model
from bot.domain.run_lengths import RunLengths
from bot.toapis.polling import Pace, TaskPace

_COUNTED = {10: 200, 300: 300, 3000: 1500}
"""Videos that are counted in each pair, by how many are in flight."""
_TEN_SECONDS = 10.0


class _Provider:
    """Asks about each task at the pace of the bot's provider, which learns from all that end."""

    def __init__(self) -> None:
        self._pace: Pace | None = None
        self._lengths = RunLengths()

    def __call__(self, past: Sequence[float], rng: Random) -> "_Asked":
        if self._pace is None:
            self._pace, self._lengths = Pace(rng), RunLengths(past)
        return _Asked(self._pace.follow(Model.SEEDANCE_2, self._lengths), self._learn)

    def _learn(self, run: float) -> None:
        self._lengths = self._lengths.with_run(run)


class _Asked:
    def __init__(self, task: TaskPace, learn: Callable[[float], None]) -> None:
        self._task = task.__enter__()
        self._learn = learn

    def first(self) -> float:
        return self._task.first_wait(0.0)

    def next(self, age: float, percent: int | None) -> float:
        return self._task.next_wait(age, percent)

    def ended(self, age: float) -> None:
        run = self._task.ended(age)
        if run is not None:
            self._learn(run)
        self._task.__exit__(None, None, None)


@dataclass(frozen=True, slots=True)
class _Case:
    """What came of one kind of percents and one of lengths, with so many in flight; one value of each for each pair."""

    percent: str
    lengths: str
    in_flight: int
    ends: tuple[Ends, ...]
    curve: Curve

    @property
    def says(self) -> bool:
        """Tell whether the percents or the lengths tell when a task ends."""
        return self.percent != "absent" or LENGTHS[self.lengths].says

    @property
    def late(self) -> tuple[float, ...]:
        """Return the mean delays."""
        return tuple(ends.mean for ends in self.ends)

    @property
    def fixed(self) -> tuple[float, ...]:
        """Return the mean delays of as many questions at fixed times."""
        return tuple(ends.run / (ends.questions - 0.5) / 2 for ends in self.ends)

    @property
    def best(self) -> tuple[float, ...]:
        """Return the mean delays of as many questions at the best times for whoever knows the lengths alone."""
        return tuple(self.curve.delay(ends.questions) for ends in self.ends)

    @property
    def p95(self) -> tuple[float, ...]:
        """Return the delays that one in twenty exceeds."""
        return tuple(percentile(ends.late, 0.95) for ends in self.ends)

    @property
    def questions(self) -> tuple[float, ...]:
        """Return the questions a video."""
        return tuple(ends.questions for ends in self.ends)

    @property
    def ten_seconds(self) -> tuple[float, ...]:
        """Return the questions a video at ten fixed seconds."""
        return tuple(ends.run / _TEN_SECONDS + 0.5 for ends in self.ends)

    def parts(self) -> dict[str, Sequence[float]]:
        """List every value, for the JSON."""
        values = {"late": self.late, "p95": self.p95, "questions": self.questions}
        values |= {"fixed": self.fixed, "best": self.best, "questions at 10 s": self.ten_seconds}
        return {f"{self.lengths}: {name}": each for name, each in values.items()}


async def run(effort: Effort) -> Sequence[Figure]:
    """Follow every kind of task, with ten, three hundred and three thousand of them in flight."""
    prices = effort.of(PRICES, PRICES[::4])
    curves = {name: best(kind, prices) for name, kind in LENGTHS.items()}
    figures: list[Figure] = []
    with effort.profiled("pace"):
        for in_flight in _COUNTED:
            cases = [
                _Case(percent, lengths, in_flight, _followed(percent, lengths, in_flight, effort), curves[lengths])
                for percent in PERCENTS
                for lengths in LENGTHS
            ]
            figures += _figures(cases, f"{in_flight} in flight")
    return figures


def _followed(percent: str, lengths: str, in_flight: int, effort: Effort) -> tuple[Ends, ...]:
    counted, warm_up = effort.of(_COUNTED[in_flight], 20), effort.of(in_flight + 60, 5)
    # The largest run takes the longest, and is the steadiest.
    pairs = effort.pairs if in_flight < max(_COUNTED) else max(effort.pairs // 2, 1)
    at_once = effort.of(in_flight, min(in_flight, 100))
    return tuple(
        simulate(LENGTHS[lengths], PERCENTS[percent], _Provider(), at_once, counted, warm_up, seed)
        for seed in range(pairs)
    )


def _figures(cases: Sequence[_Case], where: str) -> list[Figure]:
    figures = []
    for percent in PERCENTS:
        told = [case for case in cases if case.percent == percent and case.says]
        worst = _worst(told, lambda case: _ratio(case.late, case.fixed))
        parts = {name: each for case in told for name, each in case.parts().items()}
        what = f"delay, {where}, {percent} percents ({worst.lengths} lengths); fixed pace, as many questions"
        figures.append(Figure(what, "s", worst.late, worst.fixed, Aim(0.5), parts))
    untold = [case for case in cases if not case.says]
    worst = _worst(untold, lambda case: _ratio(case.late, case.best))
    parts = {name: each for case in untold for name, each in case.parts().items()}
    what = f"delay, {where}, nothing tells ({worst.lengths} lengths); best that knows the lengths"
    figures.append(Figure(what, "s", worst.late, worst.best, Aim(1.1), parts))
    worst = _worst(cases, lambda case: median(case.p95))
    what = f"p95 of the delay, {where} ({worst.percent} percents, {worst.lengths} lengths)"
    figures.append(Figure(what, "s", worst.p95, aim=Aim(10.0, Of.VALUE)))
    worst = _worst(cases, lambda case: _ratio(case.questions, case.ten_seconds))
    what = f"questions a video, {where} ({worst.percent} percents, {worst.lengths} lengths); every 10 s"
    return [*figures, Figure(what, "", worst.questions, worst.ten_seconds)]


def _worst(cases: Sequence[_Case], judged: Callable[[_Case], float]) -> _Case:
    return max(cases, key=judged)


def _ratio(ours: Sequence[float], yardstick: Sequence[float]) -> float:
    return median(one / beside for one, beside in zip(ours, yardstick, strict=True))
