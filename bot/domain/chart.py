"""A chart as a plain value: what is drawn, without how."""

from dataclasses import dataclass
from typing import Final

MAX_SERIES: Final = 7
"""Series of a panel that can be told apart."""
MAX_DAYS: Final = 60
MAX_PANELS: Final = 2


@dataclass(frozen=True, slots=True)
class Series:
    """One number from 0 for each day, oldest first; `label` is drawn beside its colour, in Latin letters and digits."""

    label: str
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """Columns, one for each day, in which the series stand on each other; `unit` is a symbol of Latin letters."""

    unit: str
    series: tuple[Series, ...]

    @property
    def days(self) -> int:
        """Return how many columns there are."""
        return max((len(one.values) for one in self.series), default=0)

    @property
    def highest(self) -> float:
        """Return the height of the highest column."""
        return max((sum(one.values[day] for one in self.series) for day in range(self.days)), default=0)


@dataclass(frozen=True, slots=True)
class Chart:
    """Panels, one below the other, about the same series. Raises ValueError for more than can be read in a picture."""

    panels: tuple[Panel, ...]

    def __post_init__(self) -> None:
        """Check the sizes."""
        if not 1 <= len(self.panels) <= MAX_PANELS:
            raise ValueError(f"a chart has 1 to {MAX_PANELS} panels")
        for panel in self.panels:
            lengths = {len(one.values) for one in panel.series}
            if len(panel.series) > MAX_SERIES or len(lengths) > 1 or panel.days > MAX_DAYS:
                raise ValueError(f"a panel has at most {MAX_SERIES} series of the same {MAX_DAYS} days or fewer")
