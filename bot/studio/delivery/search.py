"""Find out whether a clip has arrived where it was sent: search again until the answer is sure."""

import logging

from bot.domain.backoff import Backoff
from bot.domain.job import DeliveryAttempt, Job
from bot.studio.delivery import routes
from bot.studio.lifecycle.job_moves import JobMoves
from bot.studio.ports import CannotSearch, Clock, NotThere, Posted, Replies

log = logging.getLogger(__name__)

# A place that cannot be searched is tried this often before that is believed.
MAX_SEARCHES = 3


class DeliverySearch:
    """Search one place at a time, by the job's address as it is now."""

    def __init__(self, replies: Replies, job_moves: JobMoves, clock: Clock) -> None:
        self._replies = replies
        self._job_moves = job_moves
        self._clock = clock

    async def find(
        self,
        job: Job,
        attempt: DeliveryAttempt,
        backoff: Backoff,
        *,
        until_now: bool = False,
        max_for_good: int = MAX_SEARCHES,
        max_searches: int | None = None,
    ) -> Posted | NotThere | CannotSearch:
        """Search for a delivery of about `attempt.at`, or of any time since (`until_now`).

        Give up after `max_for_good` answers that it can never be searched, or after `max_searches` without a result.
        """
        found: Posted | NotThere | CannotSearch = CannotSearch("its token is dead", for_good=True)
        searches = for_good = 0
        while searches != max_searches and routes.can_search(
            self._job_moves.addressed(job), attempt, self._clock.now(), self._replies.limits
        ):
            until = self._clock.now() if until_now else None
            found = await self._replies.find_delivery(self._job_moves.addressed(job), attempt, until)
            log.info("Looked for the video by route %s: %s", attempt.route, found)
            if not isinstance(found, CannotSearch):
                break
            searches += 1
            for_good += found.for_good
            if for_good == max_for_good:
                break
            await self._clock.sleep(backoff.next())
        return found
