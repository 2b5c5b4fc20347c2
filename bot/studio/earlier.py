"""What a life after the backup may have brought: a restored row does not know, and Discord can be asked.

Nothing may cover or contradict a clip that is there already.
"""

import logging
from collections.abc import Sequence
from enum import Enum, auto

from bot.domain.job import Job
from bot.domain.reply import Form, Rung
from bot.domain.stages import Reason, Stage
from bot.studio import ladder
from bot.studio.delivery_search import SEARCHES_MOST, DeliverySearch
from bot.studio.patience import Patience
from bot.studio.ports import CannotLook, Clock, NotThere, Posted, Replies
from bot.studio.rows import Rows

log = logging.getLogger(__name__)

_MAY_BE_THERE = frozenset({Stage.QUEUED, Stage.RENDERING, Stage.READY, Stage.DELIVERING})


class Found(Enum):
    """What a look has found."""

    NOTHING = auto()  # nothing to spare: the row knows all, or its clip is nowhere
    CLIP = auto()
    UNSEEN = auto()  # nobody can see it


class Earlier:
    """Looks once for each restored job, before anything is shown of it."""

    def __init__(self, replies: Replies, rows: Rows, clock: Clock) -> None:
        self._search = DeliverySearch(replies, rows, clock)
        self._rows = rows
        self._clock = clock

    async def found(self, job: Job) -> Found:
        """Look for the clip of a restored job that may have one: in its reply, and after an unclear end everywhere."""
        untold = job.stage is Stage.FAILED and job.told is None
        if not untold and job.stage not in _MAY_BE_THERE:
            return Found.NOTHING
        if not await self._rows.from_backup(job):
            return Found.NOTHING
        unclear = untold and job.reason is Reason.UNCLEAR
        # Of a job that goes on only its reply, a few times; it is searched again when the clip is here.
        rungs, most = (_everywhere(job), None) if unclear else ((Rung.TOKEN,), SEARCHES_MOST)
        found = await self._look(job, rungs, most)
        log.info("[#%s] From a backup; of its clip was found: %s", job.short, found.name.lower())
        return found

    async def _look(self, job: Job, rungs: Sequence[Rung], most: int | None) -> Found:
        unseen = False
        for rung in rungs:
            found = await self._look_at(job, rung, most)
            if found is Found.CLIP:
                return found
            # Who cannot be written to has got nothing there; a reply that nobody sees may hold everything.
            unseen = unseen or (found is Found.UNSEEN and rung is Rung.TOKEN)
        return Found.UNSEEN if unseen else Found.NOTHING

    async def _look_at(self, job: Job, rung: Rung, most: int | None) -> Found:
        drop = ladder.plan_drop(job, rung, Form.FILE, job.created)
        patience = Patience(self._clock)
        match await self._search.find(job, drop, patience, until_now=True, for_good_most=1, searches_most=most):
            case Posted():
                return Found.CLIP
            case NotThere():
                return Found.NOTHING
            case CannotLook():
                return Found.UNSEEN


def _everywhere(job: Job) -> tuple[Rung, ...]:
    reached = not job.reply.private and job.reply.bot_reaches
    return (Rung.TOKEN, Rung.CHANNEL, Rung.DIRECT) if reached else (Rung.TOKEN, Rung.DIRECT)
