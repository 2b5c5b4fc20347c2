"""Deliver a clip that is on our disk to its requester, once.

An unclear outcome never leads to another route: that one is searched, and then tried again.
"""

import logging
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import assert_never

from bot.domain.backoff import Backoff
from bot.domain.job import DeliveryAttempt, Job
from bot.domain.reply import Route, Variant
from bot.domain.stages import Stage
from bot.domain.takes import posted
from bot.studio.delivery import routes
from bot.studio.delivery.payload import Clips, Covers, Payload, PayloadBuilder
from bot.studio.delivery.search import DeliverySearch
from bot.studio.delivery.state import DeliveryState
from bot.studio.lifecycle.job_moves import JobMoves
from bot.studio.lifecycle.shutdown import ShutdownGuard
from bot.studio.ports import (
    CannotSearch,
    CardRefused,
    Clock,
    Closed,
    NotNow,
    NotThere,
    Outcome,
    Posted,
    Replies,
    TooLarge,
    Unclear,
)
from bot.studio.ports.files import Media

log = logging.getLogger(__name__)

Missed = Closed | TooLarge | CardRefused | NotNow | Unclear


class Deliverer:
    """READY with a clip, or DELIVERING, to DELIVERED or HELD."""

    def __init__(
        self,
        replies: Replies,
        media: Media,
        job_moves: JobMoves,
        clips: Clips,
        shutdown: ShutdownGuard,
        clock: Clock,
        covers: Covers,
    ) -> None:
        self._replies = replies
        self._job_moves = job_moves
        self._clips = clips
        self._search = DeliverySearch(replies, job_moves, clock)
        self._payloads = PayloadBuilder(media, clips, replies, covers, clock)
        self._shutdown = shutdown
        self._clock = clock

    async def deliver(self, job: Job, *, stored: bool = True, by: AbstractSet[Route] = routes.ALL) -> Job:
        """Bring the clip to the best place that takes it; returns the job DELIVERED, HELD or, without one, FAILED.

        A clip that could not be `stored` on our disk goes out as its link. `by`: the routes that it may take.
        """
        state = DeliveryState(self._replies.limits, job.attempt)
        state.closed |= routes.ALL - by
        backoff = Backoff()
        if await self._job_moves.unsearched(job):
            job = await self._search_everywhere(job, backoff)
        elif job.stage is Stage.DELIVERING and job.attempt is not None:
            job = await self._search_first(job, job.attempt, backoff)
        while job.stage in {Stage.READY, Stage.DELIVERING}:
            if stored and not await self._clips.bring(job):
                if job.clip_bytes is not None:
                    log.warning("The video is no longer on disk; downloading it again.")
                job = await self._clips.clip(replace(job, clip_bytes=None))
                stored = job.clip_bytes is not None
                continue
            route, job = self._next_route(job, state)
            if route is None:
                # Each was refused for certain: its reply holds no clip, and can say so.
                return await self._hold(replace(job, attempt=None))
            job, payload = await self._payloads.build(job, route, state)
            # What waits for room on the disk is written, and says so, while its card can still be edited.
            job = await self._job_moves.move(job, job.stage)
            await self._replies.stop_updates(job.card_id)
            # Minutes may have gone by over the loading, and a last edit may have named the message.
            still, job = self._next_route(job, state)
            if still is not route:
                continue
            if payload is None:
                state.close(route)
            else:
                job = await self._attempt(job, route, payload, state, backoff)
        return job

    def _next_route(self, job: Job, state: DeliveryState) -> tuple[Route | None, Job]:
        """Choose the route by the job's address as it is now; None means HELD."""
        job = self._job_moves.addressed(job)
        state.note_reply(job.reply)
        return routes.next_route(job.reply, state.closed, self._clock.now(), self._replies.limits), job

    async def _attempt(self, job: Job, route: Route, payload: Payload, state: DeliveryState, backoff: Backoff) -> Job:
        """Save DELIVERING, try once, and judge the outcome."""
        attempt = self._plan(job, route, payload)
        async with self._shutdown.section():
            job = await self._job_moves.move(job.delivering(attempt, self._clock.now()), job.stage)
            outcome = await self._replies.deliver(job, attempt, *self._payloads.files(job, attempt))
            if isinstance(outcome, Posted):
                return await self._delivered(job, outcome)
        log.info("Delivery by route %s as %s: %s", route, attempt.variant, outcome)
        return await self._judge(job, outcome, attempt, state, backoff)

    def _plan(self, job: Job, route: Route, payload: Payload) -> DeliveryAttempt:
        attempt = routes.plan_attempt(job, route, payload.variant, self._clock.now(), payload.limit, payload.shrunk)
        return replace(attempt, hides_prompt=payload.hides_prompt, spoiler=payload.spoiler)

    async def _judge(
        self, job: Job, outcome: Missed, attempt: DeliveryAttempt, state: DeliveryState, backoff: Backoff
    ) -> Job:
        """Decide what a missed attempt means for the next one."""
        match outcome:
            case Closed():
                state.close(attempt.route, by_deletion=outcome.message_gone, token_over=outcome.token_over)
            case TooLarge():
                await self._learn_limit(job, attempt, state)
            case CardRefused(blocked=blocked):
                state.refused(attempt, blocked=blocked)
            case NotNow():
                await self._clock.sleep(backoff.next(outcome.after))
            case Unclear():
                job = await self._search_first(job, attempt, backoff)
            case _:
                assert_never(outcome)
        return job

    async def _search_first(self, job: Job, attempt: DeliveryAttempt, backoff: Backoff) -> Job:
        """Search for the delivery before anything is sent again."""
        match await self._search.find(job, attempt, backoff):
            case Posted() as found:
                return await self._delivered(job, found)
            case NotThere():
                await self._clock.sleep(backoff.next())
                return job
            case _:
                return await self._hold(job)

    async def _search_everywhere(self, job: Job, backoff: Backoff) -> Job:
        """Search every route for what was delivered after the backup: a restored row does not know.

        The stage stays until all of them were seen, so that a death in the middle begins with the first again.
        """
        job = self._job_moves.addressed(job)
        reached = not job.reply.private and job.reply.bot_reaches
        for route in (
            (Route.BOT, Route.CHANNEL, Route.DIRECT) if reached else (Route.TOKEN, Route.FOLLOW_UP, Route.DIRECT)
        ):
            attempt = routes.plan_attempt(job, route, Variant.FILE, job.created)
            match await self._search.find(job, attempt, backoff, until_now=True):
                case Posted() as found:
                    job = await self._job_moves.move(job.delivering(attempt, self._clock.now()), job.stage)
                    return await self._delivered(job, found)
                case CannotSearch():
                    return await self._hold(replace(job, attempt=attempt))
                case _:
                    await self._clock.sleep(backoff.next())
        return job

    async def _learn_limit(self, job: Job, attempt: DeliveryAttempt, state: DeliveryState) -> None:
        """Believe Discord, which takes less here than it stated."""
        limit = state.too_large(attempt, _sent(job, attempt))
        if limit is not None and attempt.route is not Route.DIRECT:
            # A press may have given a new token during the upload.
            await self._job_moves.save_address(job.id, replace(self._job_moves.addressed(job).reply, limit=limit))

    async def _delivered(self, job: Job, posted: Posted) -> Job:
        log.info("Delivered in message %d.", posted.message_id)
        attempt = replace(job.attempt, channel_id=posted.channel_id) if job.attempt else None
        return await self._job_moves.move(
            replace(job, attempt=attempt).delivered(posted.message_id, self._clock.now()), Stage.DELIVERING
        )

    async def _hold(self, job: Job) -> Job:
        log.warning("The video can't be posted anywhere; it's kept for /status.")
        return await self._job_moves.move(job.held(self._clock.now()), job.stage)

    async def send_privately(self, job: Job) -> Outcome:
        """Bring the clip once into the private reply at `job.reply`, because its owner asked for it."""
        reply, state = job.reply, DeliveryState(self._replies.limits)
        while Route.ASKED not in state.closed:
            job, payload = await self._payloads.build(replace(job, reply=reply), Route.ASKED, state)
            if payload is None:
                break
            attempt = self._plan(replace(job, reply=reply), Route.ASKED, payload)
            outcome = await self._send_once(replace(job, reply=reply), attempt)
            match outcome:
                case TooLarge():
                    state.too_large(attempt, _sent(job, attempt))
                case CardRefused(blocked=blocked):
                    state.refused(attempt, blocked=blocked)
                case _:
                    return outcome
        return Closed("neither the clip nor a link to it was taken")

    async def _send_once(self, job: Job, attempt: DeliveryAttempt) -> Outcome:
        """Try once; a job that was HELD is DELIVERED when it worked, and HELD again when not."""
        file = self._payloads.file(job, attempt)
        async with self._shutdown.section():
            if job.stage is not Stage.HELD:
                return await self._replies.deliver(job, attempt, file)
            moved = await self._job_moves.move(job.delivering(attempt, self._clock.now()), Stage.HELD)
            outcome = await self._replies.deliver(replace(moved, reply=job.reply), attempt, file)
            if isinstance(outcome, Posted):
                await self._delivered(moved, outcome)
            else:
                await self._job_moves.move(moved.held(self._clock.now()), Stage.DELIVERING)
            return outcome


def _sent(job: Job, attempt: DeliveryAttempt) -> int:
    """Return how many bytes of video an attempt sent, in all files."""
    if job.group:
        return sum(_sent(take, take.attempt or attempt) for take in posted(job))
    return attempt.shrunk.size if attempt.shrunk else job.clip_bytes or 0
