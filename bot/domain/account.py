"""What is left at the provider, in its credits."""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Account:
    """Credits left: on the whole account, and of what this key may spend. None: not told; infinite: without an end."""

    credits: float | None = None
    key_credits: float | None = None

    @property
    def spendable(self) -> float | None:
        """Return how many credits can still be spent with the key, where that is told and has an end."""
        known = [left for left in (self.credits, self.key_credits) if left is not None and math.isfinite(left)]
        return min(known, default=None)


@dataclass(frozen=True, slots=True)
class KeyNotAccepted:
    """The provider does not accept the key."""
