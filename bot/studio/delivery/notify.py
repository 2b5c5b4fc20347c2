"""Notify the requester of a job's end. `notified_at` is part of the row: what is due is sent after a restart."""

import logging
from collections.abc import Awaitable, Callable
from functools import partial

from bot.domain.job import Job
from bot.domain.member_settings import Ping
from bot.domain.reply import Route
from bot.domain.stages import Reason, Stage
from bot.studio.delivery import routes
from bot.studio.delivery.restore_check import Found
from bot.studio.lifecycle.job_moves import JobMoves
from bot.studio.lifecycle.retry import send
from bot.studio.lifecycle.shutdown import ShutdownGuard
from bot.studio.ports import Clock, Closed, Outcome, Posted, Replies

log = logging.getLogger(__name__)

_ON_REPLY = frozenset({Route.TOKEN, Route.BOT})

# Who got an answer this soon is still looking at it, in seconds.
STILL_LOOKING = 30.0
# A nonce keeps a repeated ping from being read twice for some minutes; these fall into them.
_UNCLEAR_PINGS = 5


Pings = Callable[[int], Awaitable[Ping]]


async def as_usual(_: int) -> Ping:
    """Ping all members in the channel."""
    return Ping.CHANNEL


class Notifier:
    """Shows an end on the reply or in a direct message, pings, and writes down that it was done.

    `pings` tells how a member wants to be pinged.
    """

    def __init__(
        self, replies: Replies, job_moves: JobMoves, shutdown: ShutdownGuard, clock: Clock, pings: Pings = as_usual
    ) -> None:
        self._pings = pings
        self._replies = replies
        self._job_moves = job_moves
        self._shutdown = shutdown
        self._clock = clock

    async def end_of(self, job: Job, earlier: Found = Found.NOTHING) -> None:
        """Notify of a job's end (DELIVERED, FAILED, CANCELLED), or that it is HELD; do nothing where that was done.

        While Discord is down it goes on trying: done is only what was sent, or what no place will ever take.
        `earlier`: what was found of a restored job; no failure covers a clip.
        """
        if job.notified_at is not None:
            return
        if job.stage is Stage.FAILED and earlier is Found.CLIP:
            await self._job_moves.mark_notified(job)
            return
        job = self._job_moves.addressed(job)
        if job.stage is Stage.DELIVERED:
            await (self._ping(job) if self._needs_ping(job) else self._job_moves.mark_notified(job))
            return
        await self._replies.stop_updates(job.card_id)
        spared = _ON_REPLY if _may_hold_clip(job, earlier) else frozenset[Route]()
        reached = await self._show_end(job, closed={Route.CHANNEL, Route.FOLLOW_UP, *spared})
        if reached is None:
            log.warning("The member can't be reached; /status will tell them.")
            await self._job_moves.mark_notified(job)
        elif reached is not Route.DIRECT and self._needs_ping(job):
            await self._ping(job)

    def _needs_ping(self, job: Job) -> bool:
        """Tell whether a ping is due: not just after the command, after Cancel, or where the delivery mentions them."""
        if job.reason is Reason.OWNER:
            return False
        if job.stage is Stage.DELIVERED and job.attempt and job.attempt.route not in _ON_REPLY:
            return False
        # By the time of telling, not of the end: after a restart an end is shown long after it came.
        # Files are fetched between the command and the row; a press since then has renewed the token's time.
        return self._clock.elapsed(min(job.created, job.reply.token_at)) > STILL_LOOKING

    async def _show_end(self, job: Job, closed: set[Route]) -> Route | None:
        """Show the end on the first route that takes it; None when the requester can only be reached by /status."""
        while route := routes.next_route(job.reply, closed, self._clock.now(), self._replies.limits):
            # In a direct message the words themselves ring; on the reply a ping has to follow.
            last = route is Route.DIRECT or not self._needs_ping(job)
            attempt = partial(self._replies.show_end, job, route)
            outcome = await self._send_repeatedly(job, attempt, last=last)
            if isinstance(outcome, Posted):
                return route
            if isinstance(outcome, Closed) and outcome.message_gone:
                closed |= routes.closed_by_deletion()
            closed.add(route)
            job = self._job_moves.addressed(job)
        return None

    async def _ping(self, job: Job) -> None:
        """Ping as the member wants it; where a direct message is closed, as usual."""
        how = await self._pings(job.user_id)
        if how is Ping.QUIET:
            await self._job_moves.mark_notified(job)
            return
        if how is Ping.DIRECT:
            directly = partial(self._replies.ping, job, directly=True)
            if isinstance(await self._send_repeatedly(job, directly, last=True, max_unclear=_UNCLEAR_PINGS), Posted):
                return
        outcome = await self._send_repeatedly(
            job, partial(self._replies.ping, job), last=True, max_unclear=_UNCLEAR_PINGS
        )
        if not isinstance(outcome, Posted):
            await self._job_moves.mark_notified(job)

    async def _send_repeatedly(
        self, job: Job, attempt: Callable[[], Awaitable[Outcome]], *, last: bool, max_unclear: int | None = None
    ) -> Outcome:
        """Try one way of telling until it is clear whether it works; `last`: it tells all, and is written down.

        Edits and nonces make repeating harmless; `max_unclear` ends it where a nonce would not last.
        """

        async def once() -> Outcome:
            async with self._shutdown.section():
                outcome = await attempt()
                if isinstance(outcome, Posted) and last:
                    await self._job_moves.mark_notified(job)
            log.info("Telling the member that it is %s: %s", job.stage, outcome)
            return outcome

        return await send(once, self._clock, max_unclear=max_unclear)


def _may_hold_clip(job: Job, earlier: Found) -> bool:
    """Tell whether the clip may stand in a reply that cannot be read: words there would take it back."""
    if job.stage is Stage.HELD:
        return job.attempt is not None and job.attempt.route in _ON_REPLY
    return job.stage is Stage.FAILED and earlier is Found.UNSEEN
