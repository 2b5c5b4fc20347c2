"""The pace of many calls to one place: a few at once, and then one after another."""

from bot.studio.ports import Clock


class Turns:
    """Turns of one place, in scaled seconds: `burst` of them at once, then one `every` so many seconds."""

    def __init__(self, clock: Clock, burst: int, every: float) -> None:
        self._clock = clock
        self._every = every
        self._ahead = burst * every
        self._since = clock.now()
        self._last = 0.0
        self._taken_until = 0.0

    def take(self) -> float:
        """Take the next turn, and return in how many seconds it comes.

        Whoever cannot wait goes at once all the same: those after it come later.
        """
        now = self._clock.elapsed(self._since)
        if now < self._last:
            # The machine's clock was set back, and knows nothing of the turns before.
            self._taken_until = now
        self._last = now
        self._taken_until = max(self._taken_until, now) + self._every
        return max(0.0, self._taken_until - self._ahead - now)

    @property
    def idle(self) -> bool:
        """Tell whether every turn that was taken has come."""
        return self._taken_until <= self._clock.elapsed(self._since)
