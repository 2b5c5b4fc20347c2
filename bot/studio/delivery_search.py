"""Find out whether a clip has arrived where it was sent: search again until the answer is sure."""

import logging

from bot.domain.job import Drop, Job
from bot.studio import ladder
from bot.studio.patience import Patience
from bot.studio.ports import CannotLook, Clock, NotThere, Posted, Replies
from bot.studio.rows import Rows

log = logging.getLogger(__name__)

# A place that cannot be searched is tried this often before that is believed.
SEARCHES_MOST = 3


class DeliverySearch:
    """Search one place at a time, by the job's address as it is now."""

    def __init__(self, replies: Replies, rows: Rows, clock: Clock) -> None:
        self._replies = replies
        self._rows = rows
        self._clock = clock

    async def find(
        self,
        job: Job,
        drop: Drop,
        patience: Patience,
        *,
        until_now: bool = False,
        for_good_most: int = SEARCHES_MOST,
        searches_most: int | None = None,
    ) -> Posted | NotThere | CannotLook:
        """Search for a drop of about `drop.at`, or of any time since (`until_now`).

        Give up after `for_good_most` answers that it can never be searched, or after `searches_most` without a result.
        """
        found: Posted | NotThere | CannotLook = CannotLook("its token is dead", for_good=True)
        searches = for_good = 0
        while searches != searches_most and ladder.can_look(self._rows.addressed(job), drop, self._clock.now()):
            until = self._clock.now() if until_now else None
            found = await self._replies.look(self._rows.addressed(job), drop, until)
            log.info("[#%s] Searched rung %s: %s", job.short, drop.rung, found)
            if not isinstance(found, CannotLook):
                break
            searches += 1
            for_good += found.for_good
            if for_good == for_good_most:
                break
            await patience.wait()
        return found
