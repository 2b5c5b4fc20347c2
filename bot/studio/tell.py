"""Telling the requester how it ended. Told is part of the row: what was not told is told after a restart."""

import logging
from collections.abc import Awaitable, Callable
from functools import partial

from bot.domain.job import Job
from bot.domain.reply import Rung
from bot.domain.stages import Reason, Stage
from bot.studio import ladder
from bot.studio.busy import Busy
from bot.studio.earlier import Found
from bot.studio.patience import Patience
from bot.studio.ports import Clock, Closed, NotNow, Outcome, Posted, Replies, Unclear
from bot.studio.rows import Rows

log = logging.getLogger(__name__)

_ON_REPLY = frozenset({Rung.TOKEN, Rung.BOT})

# Who got an answer this soon is still looking at it, in seconds.
STILL_LOOKING = 30.0
# A nonce keeps a repeated ping from being read twice for some minutes; these fall into them.
_UNCLEAR_PINGS = 5


class Tell:
    """Shows an end on the reply or in a direct message, pings, and writes down that it was done."""

    def __init__(self, replies: Replies, rows: Rows, busy: Busy, clock: Clock) -> None:
        self._replies = replies
        self._rows = rows
        self._busy = busy
        self._clock = clock

    async def end_of(self, job: Job, earlier: Found = Found.NOTHING) -> None:
        """Tell the end of a job (DELIVERED, FAILED, CANCELLED), or that it is HELD; nothing when that was told.

        While Discord is down it goes on trying: told is only what was said, or what no place will ever take.
        `earlier`: what a life after the backup has brought; no failure covers that.
        """
        if job.told is not None:
            return
        if job.stage is Stage.FAILED and earlier is Found.CLIP:
            await self._rows.mark_told(job)
            return
        job = self._rows.addressed(job)
        if job.stage is Stage.DELIVERED:
            await (self._ping(job) if self._needs_ping(job) else self._rows.mark_told(job))
            return
        await self._replies.settle(job.id)
        spared = _ON_REPLY if _may_hold_clip(job, earlier) else frozenset[Rung]()
        reached = await self._show_end(job, closed={Rung.CHANNEL, Rung.FOLLOW_UP, *spared})
        if reached is None:
            log.warning("[#%s] Nobody could be told; /status does.", job.short)
            await self._rows.mark_told(job)
        elif reached is not Rung.DIRECT and self._needs_ping(job):
            await self._ping(job)

    def _needs_ping(self, job: Job) -> bool:
        """Leave those alone who are still looking, who pressed Cancel themselves, or whom the drop has mentioned."""
        if job.reason is Reason.OWNER:
            return False
        if job.stage is Stage.DELIVERED and job.drop and job.drop.rung not in _ON_REPLY:
            return False
        # By the time of telling, not of the end: after a restart an end is shown long after it came.
        return self._clock.elapsed(job.created) > STILL_LOOKING

    async def _show_end(self, job: Job, closed: set[Rung]) -> Rung | None:
        """Show the end on the first rung that takes it; None when nobody can be reached but through /status."""
        while rung := ladder.next_rung(job.reply, closed, self._clock.now()):
            # In a direct message the words themselves ring; on the reply a ping has to follow.
            last = rung is Rung.DIRECT or not self._needs_ping(job)
            attempt = partial(self._replies.end, job, rung)
            outcome = await self._insist(job, attempt, last=last)
            if isinstance(outcome, Posted):
                return rung
            if isinstance(outcome, Closed) and outcome.message_gone:
                closed |= ladder.closed_by_deletion()
            closed.add(rung)
            job = self._rows.addressed(job)
        return None

    async def _ping(self, job: Job) -> None:
        outcome = await self._insist(job, partial(self._replies.ping, job), last=True, unclear_most=_UNCLEAR_PINGS)
        if not isinstance(outcome, Posted):
            await self._rows.mark_told(job)

    async def _insist(
        self, job: Job, attempt: Callable[[], Awaitable[Outcome]], *, last: bool, unclear_most: int | None = None
    ) -> Outcome:
        """Try one way of telling until it is clear whether it works; `last`: it tells all, and is written down.

        Edits and nonces make repeating harmless; `unclear_most` ends it where a nonce would not last.
        """
        patience = Patience(self._clock)
        unclear = 0
        while True:
            async with self._busy.section():
                outcome = await attempt()
                if isinstance(outcome, Posted) and last:
                    await self._rows.mark_told(job)
            log.info("[#%s] Telling of %s: %s", job.short, job.stage, outcome)
            match outcome:
                case NotNow():
                    await patience.wait(outcome.after)
                case Unclear():
                    unclear += 1
                    if unclear == unclear_most:
                        return outcome
                    await patience.wait()
                case _:
                    return outcome


def _may_hold_clip(job: Job, earlier: Found) -> bool:
    """Tell whether the clip may stand in a reply that nobody could look at: words there would take it back."""
    if job.stage is Stage.HELD:
        return job.drop is not None and job.drop.rung in _ON_REPLY
    return job.stage is Stage.FAILED and earlier is Found.UNSEEN
