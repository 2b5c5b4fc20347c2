"""How long comparable runs took, as the chance that the next one ends at an age; a prior before there are any."""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise
from typing import Final, Self

from bot.domain.progress import overdue_after

MAX_RUNS = 300
"""So many of the latest runs count."""
# The newest of them count for that share by themselves: a provider's load changes within the hour.
_NEWEST: Final = 30
_NEWEST_SHARE: Final = 0.6
# The provider's page "Get video task status": 1 to 5 minutes are typical. (Age in seconds, share of the runs that end
# between it and the next.)
_PRIOR: Final = ((5.0, 0.04), (30.0, 0.08), (60.0, 0.72), (300.0, 0.1), (600.0, 0.04), (1800.0, 0.02), (3600.0, 0.0))
# The prior counts as much as so many runs, and never for less than that share.
_PRIOR_RUNS: Final = 4
_PRIOR_SHARE: Final = 0.02
# So many bins make up the density of all runs, and of the newest.
_BINS: Final = 20
_NEWEST_BINS: Final = 8
# Runs of a kind are this far apart, as a part of their length, as far as a single one tells.
_SPREAD: Final = 0.25
# The shortest bin, in seconds: no question is timed better than that.
_SHORTEST: Final = 0.5

_Bins = list[tuple[float, float]]
"""Where each begins, in seconds, and the share of the runs that end in it; the last one only ends the one before."""


@dataclass(frozen=True, slots=True)
class Density:
    """The ends a second between each of the `edges` (ages in seconds) and the next; `left`: the part still to come."""

    edges: tuple[float, ...]
    ends: tuple[float, ...]
    left: tuple[float, ...]


class RunLengths:
    """The latest runs of one kind, newest first, in scaled seconds."""

    def __init__(self, runs: Iterable[float] = ()) -> None:
        self.runs = tuple(runs)[:MAX_RUNS]

    def with_run(self, run: float) -> Self:
        """Add the newest one."""
        return type(self)((run, *self.runs))

    @cached_property
    def overdue_after(self) -> float:
        """Return after how many seconds a task is overdue."""
        return overdue_after(self.runs)

    @cached_property
    def density(self) -> Density:
        """Mix what was seen, the newest above all, with the prior; computed when it is first asked for."""
        count = len(self.runs)
        prior = max(_PRIOR_RUNS / (count + _PRIOR_RUNS), _PRIOR_SHARE)
        newest = _NEWEST_SHARE if count > _NEWEST else 0.0
        parts: list[tuple[float, _Bins]] = [(prior, list(_PRIOR))]
        if count:
            parts.append(((1.0 - prior) * (1.0 - newest), _bins(sorted(self.runs), _BINS)))
        if newest:
            parts.append(((1.0 - prior) * newest, _bins(sorted(self.runs[:_NEWEST]), _NEWEST_BINS)))
        return _mixed(parts)


def _bins(runs: list[float], number: int) -> _Bins:
    """Put as many runs into each bin: the next run is as likely between any two neighbours of those that were seen.

    It may be a little shorter than all of them, or longer, too.
    """
    count = len(runs)
    step = max(1, count // number)
    middle = runs[count // 2]
    margin = _SPREAD * middle / count**0.5
    chance = 1.0 / (count + 1)
    bins = [(max(runs[0] - margin - (middle - runs[0]) / 4, 0.0), chance)]
    for at in range(0, count - 1, step):
        bins.append((max(runs[at], bins[-1][0] + _SHORTEST), min(step, count - 1 - at) * chance))
    last = max(runs[-1], bins[-1][0] + _SHORTEST)
    return [*bins, (last, chance), (last + margin + (runs[-1] - middle) / 4, 0.0)]


def _mixed(parts: list[tuple[float, _Bins]]) -> Density:
    """Add densities up, each with its weight."""
    edges = sorted({edge for _, bins in parts for edge, _ in bins})
    ends = [0.0] * len(edges)
    for weight, bins in parts:
        for (low, share), (high, _) in pairwise(bins):
            for at in range(bisect_left(edges, low), bisect_left(edges, high)):
                ends[at] += weight * share / (high - low)
    shares = [rate * (high - low) for rate, (low, high) in zip(ends, pairwise(edges), strict=False)]
    left = tuple(accumulate(reversed(shares), initial=0.0))[::-1]
    return Density(tuple(edges), tuple(ends), left)
