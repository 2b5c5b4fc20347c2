"""Tell the owner of a video how a share of it ended, once."""

import logging
from dataclasses import replace
from functools import partial
from typing import Protocol

from bot.domain.errors import ClipNotPosted, Problem
from bot.domain.job import Job
from bot.domain.reply import PublicMessage, Reply, Route
from bot.domain.share_problems import CannotShow, ClipGone, PartGone
from bot.domain.shares import ScenesEnd, Share
from bot.domain.stages import Stage
from bot.studio.delivery.notify import Notifier, Pings
from bot.studio.delivery.share_parts import ShareRows
from bot.studio.lifecycle.job_moves import JobMoves
from bot.studio.lifecycle.retry import send
from bot.studio.lifecycle.shutdown import ShutdownGuard
from bot.studio.ports import Clock, Outcome, Posted, Replies
from bot.studio.ports.shares import ShareStore

log = logging.getLogger(__name__)

_TRIES = 6


class ShareAnswers(Protocol):
    """What tells a video's owner, in the answer to their command, what became of a share."""

    async def tell_shared(self, reply: Reply, message: PublicMessage, *, threaded: bool = True) -> Outcome:
        """Make one attempt to say where it is; without `threaded`, that it has no thread there."""
        ...

    async def open_thread(self, reply: Reply, message: PublicMessage, prompt: str) -> Outcome:
        """Make one attempt to open a thread on a message that is named after the prompt; one that is there will do."""
        ...

    async def tell_problem(self, reply: Reply, problem: Problem) -> Outcome:
        """Make one attempt to say why it is not there."""
        ...


class ShareEnds:
    """Answers the owner's command once a share has ended; scenes that are complete ping them instead."""

    def __init__(
        self,
        *,
        shares: ShareStore,
        answers: ShareAnswers,
        replies: Replies,
        shutdown: ShutdownGuard,
        clock: Clock,
        pings: Pings,
    ) -> None:
        self._shares = shares
        self._answers = answers
        self._replies = replies
        self._shutdown = shutdown
        self._clock = clock
        self._pings = pings

    async def tell(self, share: Share, job: Job) -> None:
        """Tell the owner, where the clip in the answer does not, and write that down."""
        if share.ended:
            return
        problem, at = problem_of(share), share.message
        if problem is None and share.scenes is ScenesEnd.WHOLE:
            await self._notify(share, job)
            return
        if problem is not None:
            tell = partial(self._answers.tell_problem, share.reply, problem)
            await send(tell, self._clock, max_tries=_TRIES)
        elif share.channel is not None:
            if at is None:
                return
            threaded = not share.showcase or await self._has_thread(share, at, job)
            tell = partial(self._answers.tell_shared, share.reply, at, threaded=threaded)
            await send(tell, self._clock, max_tries=_TRIES)
        await self._shares.save(replace(share, answered=True), share.stage)

    async def _notify(self, share: Share, job: Job) -> None:
        """Ping the owner of scenes as they want it; no message with a share mentions them by itself."""
        posted, moves = replace(share.of(job), notified_at=None), JobMoves(ShareRows(self._shares, share), self._clock)
        if posted.attempt is not None and posted.attempt.route is not Route.DIRECT:
            posted = replace(posted, attempt=replace(posted.attempt, route=Route.BOT))
        await Notifier(self._replies, moves, self._shutdown, self._clock, self._pings).end_of(posted)
        await self._shares.save(replace(share, answered=True), share.stage)

    async def _has_thread(self, share: Share, at: PublicMessage, job: Job) -> bool:
        """Open the thread of a video in the showcase; what a restart comes between is done again, and stays one."""
        prompt = "" if share.attempt is None or share.attempt.hides_prompt else job.request.prompt
        opened = await send(partial(self._answers.open_thread, share.reply, at, prompt), self._clock, max_tries=_TRIES)
        if not isinstance(opened, Posted):
            log.warning("No thread was opened in the showcase, channel %d: %s", at.channel_id, opened)
        return isinstance(opened, Posted)


def problem_of(share: Share) -> Problem | None:
    """Return why a share was not posted; None where it was, or may still be."""
    match share.stage:
        case Stage.FAILED:
            return PartGone() if share.reel else ClipGone()
        case Stage.HELD:
            return CannotShow(share.channel_id) if share.showcase else ClipNotPosted()
        case _:
            return None
