"""Telling the requester how it ended. Told is part of the row: what was not told is told after a restart."""

import logging
from collections.abc import Awaitable, Callable

from bot.domain.job import Job
from bot.domain.reply import Rung
from bot.domain.stages import Reason, Stage
from bot.studio import ladder
from bot.studio.busy import Busy
from bot.studio.patience import Patience
from bot.studio.ports import Clock, Closed, NotNow, Outcome, Posted, Replies, Unclear
from bot.studio.rows import Rows

log = logging.getLogger(__name__)

# Who got an answer this soon is still looking at it, in seconds.
STILL_LOOKING = 30.0
# Tries of one way of telling before the next way; /status tells it all the same.
_TRIES_MOST = 8


class Tell:
    """Shows an end on the reply or in a direct message, pings, and writes down that it was done."""

    def __init__(self, replies: Replies, rows: Rows, busy: Busy, clock: Clock) -> None:
        self._replies = replies
        self._rows = rows
        self._busy = busy
        self._clock = clock

    async def end_of(self, job: Job) -> None:
        """Tell the end of a job (DELIVERED, FAILED, CANCELLED), or that it is HELD; nothing when that was told."""
        if job.told is not None:
            return
        job = self._rows.addressed(job)
        if job.stage is not Stage.DELIVERED:
            await self._replies.settle(job.id)
            reached = await self._show_end(job)
            if reached is Rung.DIRECT or reached is None:
                await self._rows.mark_told(job)
                return
        if self._needs_ping(job):
            await self._insist(job, lambda: self._replies.ping(job))
        await self._rows.mark_told(job)

    def _needs_ping(self, job: Job) -> bool:
        """Leave those alone who are still looking, who pressed Cancel themselves, or whom the drop has mentioned."""
        if job.reason is Reason.OWNER:
            return False
        if job.stage is Stage.DELIVERED and job.drop and job.drop.rung not in {Rung.TOKEN, Rung.BOT}:
            return False
        # By the time of telling, not of the end: after a restart an end is shown long after it came.
        return self._clock.elapsed(job.created) > STILL_LOOKING

    async def _show_end(self, job: Job) -> Rung | None:
        """Show the end on the first rung that takes it; None when nobody could be reached but through /status."""
        closed = {Rung.CHANNEL}
        while rung := ladder.next_rung(job.reply, closed, self._clock.now()):
            outcome = await self._insist(job, lambda at=rung: self._replies.end(job, at))  # type: ignore[misc]
            if isinstance(outcome, Posted):
                return rung
            if isinstance(outcome, Closed) and outcome.message_gone:
                closed |= ladder.closed_by_deletion()
            closed.add(rung)
        return None

    async def _insist(self, job: Job, attempt: Callable[[], Awaitable[Outcome]]) -> Outcome:
        """Try one way of telling until it is clear whether it works; edits and nonces make repeating harmless."""
        patience = Patience(self._clock)
        outcome: Outcome = Closed("not tried")
        for _ in range(_TRIES_MOST):
            async with self._busy.section():
                outcome = await attempt()
            match outcome:
                case NotNow():
                    await patience.wait(outcome.after)
                case Unclear():
                    await patience.wait()
                case _:
                    break
        log.info("[#%s] Told of %s: %s", job.short, job.stage, outcome)
        return outcome
