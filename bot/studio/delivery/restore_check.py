"""Look for what the bot did after the backup that was restored: the rows do not know, and Discord can be asked.

Nothing may cover or contradict a clip that is there already.
"""

import logging
from collections.abc import Sequence
from enum import StrEnum

from bot.domain.backoff import Backoff
from bot.domain.job import Job
from bot.domain.reply import Route, Variant
from bot.domain.stages import Reason, Stage
from bot.studio.delivery import routes
from bot.studio.delivery.search import MAX_SEARCHES, DeliverySearch
from bot.studio.lifecycle.job_moves import JobMoves
from bot.studio.ports import CannotSearch, Clock, NotThere, Posted, Replies

log = logging.getLogger(__name__)

_MAY_BE_THERE = frozenset({Stage.QUEUED, Stage.RENDERING, Stage.READY, Stage.DELIVERING})


class Found(StrEnum):
    """What a look has found."""

    NOTHING = "not there"  # nothing to spare: the row knows all, or its clip is nowhere
    CLIP = "there"
    UNSEEN = "can't be looked for"  # the place cannot be read


class RestoreCheck:
    """Looks once for each restored job, before anything is shown of it."""

    def __init__(self, replies: Replies, job_moves: JobMoves, clock: Clock) -> None:
        self._search = DeliverySearch(replies, job_moves, clock)
        self._job_moves = job_moves
        self._clock = clock

    async def found(self, job: Job) -> Found:
        """Look for the clip of a restored job that may have one: in its reply, and after an unclear end everywhere."""
        untold = job.stage is Stage.FAILED and job.notified_at is None
        if not untold and job.stage not in _MAY_BE_THERE:
            return Found.NOTHING
        if not await self._job_moves.from_backup(job):
            return Found.NOTHING
        unclear = untold and job.reason is Reason.UNCLEAR
        # Of a job that goes on only its reply, a few times; it is searched again when the clip is here.
        places, max_searches = (_everywhere(job), None) if unclear else ((Route.TOKEN,), MAX_SEARCHES)
        found = await self._look(job, places, max_searches)
        log.info("Restored from a backup; the video in Discord: %s.", found)
        return found

    async def _look(self, job: Job, places: Sequence[Route], max_searches: int | None) -> Found:
        unseen = False
        for route in places:
            found = await self._look_at(job, route, max_searches)
            if found is Found.CLIP:
                return found
            # A member who takes no direct messages has nothing there; a reply that cannot be read may hold it all.
            unseen = unseen or (found is Found.UNSEEN and route is Route.TOKEN)
        return Found.UNSEEN if unseen else Found.NOTHING

    async def _look_at(self, job: Job, route: Route, max_searches: int | None) -> Found:
        attempt = routes.plan_attempt(job, route, Variant.FILE, job.created)
        backoff = Backoff()
        match await self._search.find(job, attempt, backoff, until_now=True, max_for_good=1, max_searches=max_searches):
            case Posted():
                return Found.CLIP
            case NotThere():
                return Found.NOTHING
            case CannotSearch():
                return Found.UNSEEN


def _everywhere(job: Job) -> tuple[Route, ...]:
    reached = not job.reply.private and job.reply.bot_reaches
    return (Route.TOKEN, Route.CHANNEL, Route.DIRECT) if reached else (Route.TOKEN, Route.DIRECT)
