"""Another process with this bot's token and a database of its own: orders could be paid twice.

Processes that share our database are none of these: of two that hear of one command, one answers.
"""

import logging
from typing import Final

from bot.log_lines import counted
from bot.studio.ports import Clock

log = logging.getLogger(__name__)

# A sign of another process is logged again after so many seconds.
_SAY_EVERY: Final = 3600.0
# Seconds after which a claim on a reply holds: what another process writes there first comes within them. The longer
# one is for when sessions of today were not ours.
_CLAIM_HOLDS, _CLAIM_HOLDS_BESIDE_OTHERS = 3.0, 12.0
# So many interactions are remembered, to know one that is sent twice.
_REMEMBERED: Final = 1000


class OtherProcesses:
    """Knows whether another process was noticed since the start, and says so.

    `siblings`: others share our database, and may hear of the same commands while one takes over from another.
    """

    def __init__(
        self,
        clock: Clock,
        holds: float = _CLAIM_HOLDS,
        holds_beside_others: float = _CLAIM_HOLDS_BESIDE_OTHERS,
        *,
        siblings: bool = False,
    ) -> None:
        self._clock = clock
        self._siblings = siblings
        self._holds = holds
        self._holds_beside_others = holds_beside_others
        self._said_at: float | None = None
        self._suspected = False
        self._seen: dict[int, None] = {}

    @property
    def claim_seconds(self) -> float:
        """Return after how many real seconds a claim on a reply holds."""
        return self._holds_beside_others if self._suspected else self._holds

    def earlier(self, count: int) -> None:
        """Note that so many of the day's sessions are none that this database knows of."""
        self._suspected = True
        log.info("%s started today by another process, or with another DATA_DIR.", counted(count, "session"))

    def sessions(self, count: int) -> None:
        """Note that so many sessions at Discord's gateway were begun that are not ours."""
        self._note(f"it began {count} sessions at Discord's gateway")

    def first_time(self, interaction_id: int) -> bool:
        """Note that an interaction is about to be answered; False where it came before."""
        if interaction_id in self._seen:
            return False
        self._seen[interaction_id] = None
        if len(self._seen) > _REMEMBERED:
            self._seen.pop(next(iter(self._seen)))
        return True

    def answered(self) -> None:
        """Note that an interaction was answered, and not by us."""
        if self._siblings:
            log.info("A command was answered by another process of this bot.")
            return
        self._note("it answered a command before this one did")

    def _note(self, sign: str) -> None:
        self._suspected = True
        if self._said_at is None or self._clock.elapsed(self._said_at) >= _SAY_EVERY:
            log.critical(
                "Another process is using this bot's token (%s). Stop one of the two, or reset the token: "
                "with two databases, a request could be paid for twice.",
                sign,
            )
            self._said_at = self._clock.now()
