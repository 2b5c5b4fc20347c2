"""Usage: videos, their seconds and cost, by day, member and model."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final, Self

from bot.domain.chart import MAX_SERIES, Chart, Panel, Series
from bot.domain.limits import DAY, MONTH, Measure, Scope
from bot.domain.money import MILLION, Price

DAYS: Final = round(MONTH / DAY)
"""Days that are shown; each is 24 h, counted back from now, as limits count."""
MAX_DAYS: Final = 3660
"""Days that an operator can look back."""
OTHERS: Final = "+"
"""What stands in a picture for all members together that have no number of their own."""


@dataclass(frozen=True, slots=True)
class Amount:
    """Videos and their seconds; `costs`, in millionths by currency, are of the `priced` videos alone."""

    videos: int = 0
    seconds: int = 0
    priced: int = 0
    costs: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def together(cls, amounts: Iterable["Amount"]) -> Self:
        """Sum amounts up."""
        each, costs = list(amounts), Counter[str]()
        for one in each:
            costs.update(one.costs)
        videos, seconds = sum(one.videos for one in each), sum(one.seconds for one in each)
        return cls(videos, seconds, sum(one.priced for one in each), costs)

    @property
    def prices(self) -> tuple[Price, ...]:
        """Return the known cost in each currency."""
        return tuple(Price(amount, code) for code, amount in sorted(self.costs.items()))


@dataclass(frozen=True, slots=True)
class Standing:
    """How much of a limit is used.

    `free_at`: where nothing is left, when some of it is free again, in UTC seconds; None where that is not known.
    """

    scope: Scope
    measure: Measure
    limit: int
    used: int
    free_at: float | None = None

    @property
    def left(self) -> int:
        """Return how much is left; a limit may be lower than what was used before it was set."""
        return max(self.limit - self.used, 0)


@dataclass(frozen=True, slots=True)
class Used:
    """What one member used with one model in 24 h; `ago`: so many whole days before the last 24 h."""

    ago: int
    user_id: int
    model: str
    amount: Amount


@dataclass(frozen=True, slots=True)
class Record:
    """What one member used with one model, counted in one server's account, on one day of UTC, in one currency."""

    day: date
    user_id: int
    guild_id: int | None
    model: str
    amount: Amount


@dataclass(frozen=True, slots=True)
class Share:
    """What one member, or one model, used on each day, oldest first; `name` is a user's id or the model's name.

    Without a name it is what all others used together, who are `count`.
    """

    name: str | None
    days: tuple[Amount, ...]
    count: int = 1

    @property
    def total(self) -> Amount:
        """Return what it was on all days together."""
        return Amount.together(self.days)


@dataclass(frozen=True, slots=True)
class Usage:
    """The usage of the last 30 days by the heaviest users; ties in the order of their names."""

    members: tuple[Share, ...] = ()
    models: tuple[Share, ...] = ()

    @classmethod
    def of(cls, used: Iterable[Used]) -> Self:
        """Sum it up."""
        rows = list(used)
        return cls(_shares(rows, lambda one: str(one.user_id)), _shares(rows, lambda one: one.model))

    @property
    def days(self) -> tuple[Amount, ...]:
        """Return what all used together on each day, oldest first."""
        return _summed(self.models)

    @property
    def today(self) -> Amount:
        """Return what was used in the last 24 h."""
        return self.days[-1]

    @property
    def month(self) -> Amount:
        """Return what was used in the last 30 days."""
        return Amount.together(self.days)

    @property
    def forgotten_seconds(self) -> int:
        """Return the seconds of forgotten members' videos, which are stored under negative numbers."""
        return sum(share.total.seconds for share in self.members if share.name and share.name.startswith("-"))

    @property
    def currency(self) -> str | None:
        """Return the currency of the latest day that has a known cost, of two the larger sum's; None where none has."""
        for day in reversed(self.days):
            if day.costs:
                return max(day.costs, key=lambda code: (day.costs[code], code))
        return None

    @property
    def chart_of_members(self) -> Chart:
        """Return the chart by member. They are numbered as in `members`: their names may be in any script."""
        return self._chart(self.members, [str(number) for number in range(1, len(self.members) + 1)])

    @property
    def chart_of_models(self) -> Chart:
        """Return the chart by model."""
        return self._chart(self.models, [share.name or OTHERS for share in self.models])

    def _chart(self, shares: Sequence[Share], names: Sequence[str]) -> Chart:
        """Draw seconds, and below them the cost where it is known."""
        labels = [OTHERS if share.name is None else name for share, name in zip(shares, names, strict=True)]

        def panel(unit: str, value: Callable[[Amount], float]) -> Panel:
            stacked = zip(shares, labels, strict=True)
            return Panel(unit, tuple(Series(label, tuple(map(value, share.days))) for share, label in stacked))

        panels = [panel("s", lambda amount: amount.seconds)]
        if (currency := self.currency) is not None:
            panels.append(panel(currency, lambda amount: amount.costs.get(currency, 0) / MILLION))
        return Chart(tuple(panels))


class Picture(StrEnum):
    """What a chart is about."""

    MEMBERS = "members"
    MODELS = "models"


@dataclass(frozen=True, slots=True)
class UsageReport:
    """What a caller is shown.

    `scope`: whose usage it is; `open_to`: whose they may see. `pictures`: PNGs, as far as they could be drawn.
    """

    scope: Scope
    open_to: tuple[Scope, ...]
    usage: Usage
    standings: tuple[Standing, ...] = ()
    pictures: Mapping[Picture, bytes] = field(default_factory=dict)


def _shares(rows: Sequence[Used], name_of: Callable[[Used], str]) -> tuple[Share, ...]:
    seconds: Counter[str] = Counter()
    for one in rows:
        seconds[name_of(one)] += one.amount.seconds
    names = sorted(seconds, key=lambda name: (-seconds[name], name))
    shown = names if len(names) <= MAX_SERIES else names[: MAX_SERIES - 1]
    place = {name: number for number, name in enumerate(shown)}
    parts: dict[tuple[int, int], list[Amount]] = defaultdict(list)
    for one in rows:
        parts[place.get(name_of(one), len(shown)), DAYS - 1 - one.ago].append(one.amount)
    days = [tuple(Amount.together(parts[number, day]) for day in range(DAYS)) for number in range(len(shown) + 1)]
    shares = tuple(Share(name, days[number]) for name, number in place.items())
    return shares if len(shown) == len(names) else (*shares, Share(None, days[-1], len(names) - len(shown)))


def _summed(shares: Sequence[Share]) -> tuple[Amount, ...]:
    return tuple(Amount.together(share.days[day] for share in shares) for day in range(DAYS))
