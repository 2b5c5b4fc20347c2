"""Whether the provider accepts the operator's key: the log says so once, however many calls meet it."""

import logging
from dataclasses import dataclass

log = logging.getLogger(__name__)


@dataclass(slots=True)
class KeyWatch:
    """What the last answers said of the key."""

    refused: bool = False

    def heard(self, status: int) -> None:
        """Take in the HTTP status of an answer."""
        refused = status in (401, 403)
        if refused and not self.refused:
            log.error("the provider does not accept the key (HTTP %d): check TOAPIS_API_KEY; jobs are safe", status)
        if self.refused and 200 <= status < 300:
            log.info("the provider accepts the key again")
        self.refused = refused or (self.refused and not 200 <= status < 300)
