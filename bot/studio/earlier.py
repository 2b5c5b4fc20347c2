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
from bot.studio.patience import Patience
from bot.studio.ports import CannotLook, Clock, NotThere, Posted, Replies
from bot.studio.rows import Rows

log = logging.getLogger(__name__)

# A job that goes on is looked for this often: then its reply is left alone, and its clip looked for when it is here.
_LOOKS_MOST = 3
_MAY_BE_THERE = frozenset({Stage.QUEUED, Stage.RENDERING, Stage.READY, Stage.DELIVERING})


class Found(Enum):
    """What a look has found."""

    NOTHING = auto()  # nothing to spare: the row knows all, or its clip is nowhere
    CLIP = auto()
    UNSEEN = auto()  # nobody can see it


class Earlier:
    """Looks once for each restored job, before anything is shown of it."""

    def __init__(self, replies: Replies, rows: Rows, clock: Clock) -> None:
        self._replies = replies
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
        found = await self._look(job, _everywhere(job) if unclear else (Rung.TOKEN,), None if unclear else _LOOKS_MOST)
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
        patience = Patience(self._clock)
        drop = ladder.plan_drop(job, rung, Form.FILE, job.created)
        looks = 0
        while ladder.can_look(job, drop, self._clock.now()) and looks != most:
            match await self._replies.look(job, drop, self._clock.now()):
                case Posted():
                    return Found.CLIP
                case NotThere():
                    return Found.NOTHING
                case CannotLook(_, for_good):
                    if for_good:
                        break
                    looks += 1
                    await patience.wait()
        return Found.UNSEEN


def _everywhere(job: Job) -> tuple[Rung, ...]:
    reached = not job.reply.private and job.reply.bot_reaches
    return (Rung.TOKEN, Rung.CHANNEL, Rung.DIRECT) if reached else (Rung.TOKEN, Rung.DIRECT)
