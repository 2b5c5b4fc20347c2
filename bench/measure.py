"""What a bench measures: our figure beside a yardstick's, in interleaved pairs of one run."""

import cProfile
import platform
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from importlib.metadata import version
from os import cpu_count
from pathlib import Path
from statistics import median
from typing import TypeVar

T = TypeVar("T")


class Of(StrEnum):
    """What an aim is about: our value as a multiple of the yardstick's, or the value alone."""

    RATIO = "ratio"
    VALUE = "value"


@dataclass(frozen=True, slots=True)
class Aim:
    """What a figure should be: at most `limit`, or at least."""

    limit: float
    of: Of = Of.RATIO
    at_least: bool = False

    def is_met(self, value: float) -> bool:
        """Tell whether a value is there."""
        return value >= self.limit if self.at_least else value <= self.limit


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table: a value of each pair, ours and the yardstick's (empty: there is none), in `unit`.

    `parts`: what the line was made of, by name; in the JSON alone.
    """

    what: str
    unit: str
    ours: tuple[float, ...]
    yardstick: tuple[float, ...] = ()
    aim: Aim | None = None
    parts: Mapping[str, Sequence[float]] = field(default_factory=dict)

    @property
    def ratios(self) -> tuple[float, ...]:
        """Return ours over the yardstick's, pair by pair; empty without a yardstick."""
        return tuple(ours / beside for ours, beside in zip(self.ours, self.yardstick, strict=False))

    @property
    def judged(self) -> float:
        """Return the median that the aim is about: of the ratios, or of our values."""
        by_value = self.aim.of is Of.VALUE if self.aim else not self.yardstick
        return median(self.ours if by_value else self.ratios)

    @property
    def is_met(self) -> bool:
        """Tell whether the aim is met; True where there is none."""
        return self.aim is None or self.aim.is_met(self.judged)

    def cells(self) -> tuple[str, ...]:
        """Write the line's cells: what, ours, yardstick, ratio with its spread, aim, met."""
        beside = f"{_number(median(self.yardstick))} {self.unit}" if self.yardstick else "-"
        ratio = _spread(self.ratios) if self.yardstick else "-"
        return (self.what, f"{_spread(self.ours)} {self.unit}", beside, ratio, *self._aim_cells())

    def _aim_cells(self) -> tuple[str, str]:
        if self.aim is None:
            return "-", "-"
        unit = f" {self.unit}" if self.aim.of is Of.VALUE else " x"
        return f"{'≥' if self.aim.at_least else '≤'} {_number(self.aim.limit)}{unit}", "yes" if self.is_met else "no"


@dataclass(frozen=True, slots=True)
class Effort:
    """How much a run takes: that many interleaved pairs; a quick one only shows that the bench still works.

    `scratch` is an empty folder of the run, `profile` the folder for profiles, if they are wanted.
    """

    scratch: Path
    quick: bool = False
    pairs: int = 5
    profile: Path | None = None

    def of(self, whole: T, quick: T) -> T:
        """Choose a size."""
        return quick if self.quick else whole

    async def interleaved(
        self, ours: Callable[[], Awaitable[T]], yardstick: Callable[[], Awaitable[T]]
    ) -> tuple[list[T], list[T]]:
        """Run both in turn, once for each pair; which of them is first changes from pair to pair."""
        taken: list[T] = []
        beside: list[T] = []
        for pair in range(self.pairs):
            sides = [(ours, taken), (yardstick, beside)]
            for run, values in sides if pair % 2 == 0 else reversed(sides):
                values.append(await run())
        return taken, beside

    @contextmanager
    def profiled(self, name: str) -> Iterator[None]:
        """Profile the block in this process, where profiles are wanted."""
        if self.profile is None:
            yield
            return
        with cProfile.Profile() as taken:
            yield
        taken.dump_stats(self._profile_of(name))

    def module(self, name: str, module: str = "bot") -> tuple[str, ...]:
        """Return what a process runs behind `-m` (`BotProcess.module`): the bot, profiled where profiles are wanted."""
        return (module,) if self.profile is None else ("cProfile", "-o", str(self._profile_of(name)), "-m", module)

    def _profile_of(self, name: str) -> Path:
        assert self.profile is not None
        return self.profile / f"{name}-{len(list(self.profile.glob('*.prof')))}.prof"


Bench = Callable[[Effort], Awaitable[Sequence[Figure]]]


def percentile(values: Sequence[float], part: float) -> float:
    """Return the value below which that part (0 to 1) of the values lies; the values need no order."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def machine() -> dict[str, str]:
    """Describe what the figures were taken on."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    model = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "unknown")
    libraries = {name: version(name) for name in ("discord.py", "aiohttp")}
    return {"cpu": f"{model}, {cpu_count()} cores", "python": platform.python_version(), **libraries}


def _number(value: float) -> str:
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _spread(values: Sequence[float]) -> str:
    middle = _number(median(values))
    return middle if len(values) == 1 else f"{middle} ({_number(min(values))} to {_number(max(values))})"
