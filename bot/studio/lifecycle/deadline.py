"""Give something up: never at the first look, since the machine's clock may just be wrong."""

from bot.studio.ports import Clock

LOOKS_APART = 20 * 60.0
"""Scaled seconds between two looks that must agree before anything is given up: a clock that was wrong at the start
has been corrected by then, and the corrected one is believed."""


class Deadline:
    """Over once `after` scaled seconds have gone by since `since`, in UTC seconds, and not before the second look.

    What began in an earlier run of the bot is only known by the calendar, so this run looks on for a while itself.
    """

    def __init__(self, clock: Clock, since: float, after: float) -> None:
        self._clock = clock
        self._since = since
        self._after = after
        self._seen = clock.now()

    @property
    def over(self) -> bool:
        """Tell whether it is over."""
        watched = self._clock.elapsed(self._seen) >= min(self._after, LOOKS_APART)
        return watched and self._clock.elapsed(self._since) >= self._after
