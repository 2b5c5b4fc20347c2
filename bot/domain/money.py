"""An amount of money, and the problem that a member has to agree to one; the list of prices is in `prices`."""

from dataclasses import dataclass, replace
from typing import Final

MILLION: Final = 1_000_000
"""Millionths of one unit of a currency."""


@dataclass(frozen=True, slots=True)
class Price:
    """An amount of money: millionths of a currency, and that currency's code of ISO 4217."""

    amount: int
    currency: str

    def times(self, count: int) -> "Price":
        """Return the price of that many videos."""
        return replace(self, amount=self.amount * count)

    def settled(self, reserved: int, used: int) -> "Price":
        """Return the price of the seconds that were made instead of the seconds reserved, rounded half up."""
        if used == reserved or reserved <= 0:
            return self
        return replace(self, amount=(2 * self.amount * used + reserved) // (2 * reserved))

    def covers(self, other: "Price") -> bool:
        """Tell whether agreeing to this price includes the other one."""
        return self.currency == other.currency and self.amount >= other.amount


@dataclass(frozen=True, slots=True)
class PriceNotConfirmed:
    """The videos cost more than may be spent without asking, and the member has not agreed to that price yet."""

    price: Price
    videos: int = 1
