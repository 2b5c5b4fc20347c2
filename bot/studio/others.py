"""Another process with this bot's token and a database of its own: orders could be paid twice."""

import logging
from typing import Final

from bot.studio.ports import Clock

log = logging.getLogger(__name__)

# A sign of another process is said again after so many seconds.
_SAY_EVERY: Final = 3600.0


class Others:
    """Knows whether another process was noticed since the start, and says so."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._said_at: float | None = None
        self.noticed = False

    def sessions(self, count: int) -> None:
        """Note that so many sessions at Discord's gateway were begun that are not ours."""
        self._note(f"it began {count} sessions at Discord's gateway")

    def answered(self) -> None:
        """Note that an interaction was answered, and not by us."""
        self._note("it answered an interaction")

    def _note(self, sign: str) -> None:
        self.noticed = True
        if self._said_at is None or self._clock.elapsed(self._said_at) >= _SAY_EVERY:
            log.critical(
                "Another process is using this bot's token (%s). Stop one of the two, or reset the token: "
                "with two databases, a request could be paid for twice.",
                sign,
            )
            self._said_at = self._clock.now()
