"""The ladder: bringing a clip that is on our disk to its requester, once.

An unclear outcome never descends the ladder: that rung is looked at, and then the same rung is tried again.
"""

import logging
from dataclasses import replace
from typing import assert_never

from bot.domain.job import Drop, Job
from bot.domain.reply import Form, Rung
from bot.domain.stages import Stage
from bot.studio import ladder
from bot.studio.busy import Busy
from bot.studio.cargo import Cargo, Loading
from bot.studio.climb import Climb
from bot.studio.delivery_search import DeliverySearch
from bot.studio.fetch import Fetch
from bot.studio.media_port import Media
from bot.studio.patience import Patience
from bot.studio.ports import (
    CannotLook,
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
from bot.studio.rows import Rows

log = logging.getLogger(__name__)

Missed = Closed | TooLarge | CardRefused | NotNow | Unclear


class Deliver:
    """READY with a clip, or DELIVERING, to DELIVERED or HELD."""

    def __init__(self, replies: Replies, media: Media, rows: Rows, fetch: Fetch, busy: Busy, clock: Clock) -> None:
        self._replies = replies
        self._media = media
        self._rows = rows
        self._fetch = fetch
        self._search = DeliverySearch(replies, rows, clock)
        self._loading = Loading(media, fetch, replies, clock)
        self._busy = busy
        self._clock = clock

    async def bring(self, job: Job, *, kept: bool = True) -> Job:
        """Bring the clip to the best place that takes it; returns the job DELIVERED, HELD or, without one, FAILED.

        A clip that could not be `kept` on our disk goes out as its link.
        """
        climb = Climb(job.drop)
        patience = Patience(self._clock)
        if await self._rows.unsearched(job):
            job = await self._look_everywhere(job, patience)
        elif job.stage is Stage.DELIVERING and job.drop is not None:
            job = await self._look_first(job, job.drop, patience)
        while job.stage in {Stage.READY, Stage.DELIVERING}:
            if kept and self._media.clip(job.id) is None:
                log.warning("[#%s] The clip on our disk is gone; it is fetched again.", job.short)
                job = await self._fetch.clip(replace(job, clip_bytes=None))
                kept = job.clip_bytes is not None
                continue
            rung, job = self._next_rung(job, climb)
            if rung is None:
                return await self._hold(job)
            job, cargo = await self._loading.cargo(job, rung, climb)
            # What waits for room on the disk is written, and says so, while its card can still be edited.
            job = await self._rows.move(job, job.stage)
            await self._replies.settle(job.id)
            # Minutes may have gone by over the loading, and a last edit may have named the message.
            still, job = self._next_rung(job, climb)
            if still is not rung:
                continue
            if cargo is None:
                climb.close(rung)
            else:
                job = await self._attempt(job, rung, cargo, climb, patience)
        return job

    def _next_rung(self, job: Job, climb: Climb) -> tuple[Rung | None, Job]:
        """Choose the rung by the job's address as it is now; None means HELD."""
        job = self._rows.addressed(job)
        climb.stand_at(job.reply)
        return ladder.next_rung(job.reply, climb.closed, self._clock.now()), job

    async def _attempt(self, job: Job, rung: Rung, cargo: Cargo, climb: Climb, patience: Patience) -> Job:
        """Save DELIVERING, try once, and judge the outcome."""
        drop = self._drop(job, rung, cargo)
        async with self._busy.section():
            job = await self._rows.move(job.delivering(drop, self._clock.now()), job.stage)
            outcome = await self._replies.drop(job, drop, self._loading.file(job, drop))
            if isinstance(outcome, Posted):
                return await self._delivered(job, outcome)
        log.info("[#%s] On rung %s as %s: %s", job.short, rung, drop.form, outcome)
        return await self._judge(job, outcome, drop, climb, patience)

    def _drop(self, job: Job, rung: Rung, cargo: Cargo) -> Drop:
        drop = ladder.plan_drop(job, rung, cargo.form, self._clock.now(), cargo.limit, cargo.fitted)
        return replace(drop, hides_prompt=cargo.hides_prompt)

    async def _judge(self, job: Job, outcome: Missed, drop: Drop, climb: Climb, patience: Patience) -> Job:
        """Decide what a missed attempt means for the next one."""
        match outcome:
            case Closed():
                climb.close(drop.rung, by_deletion=outcome.message_gone, token_over=outcome.token_over)
            case TooLarge():
                await self._learn_limit(job, drop, climb)
            case CardRefused(blocked=blocked):
                climb.refused(drop, blocked=blocked)
            case NotNow():
                await patience.wait(outcome.after)
            case Unclear():
                job = await self._look_first(job, drop, patience)
            case _:
                assert_never(outcome)
        return job

    async def _look_first(self, job: Job, drop: Drop, patience: Patience) -> Job:
        """Look whether the drop is there already, before anything is sent again."""
        match await self._search.find(job, drop, patience):
            case Posted() as found:
                return await self._delivered(job, found)
            case NotThere():
                await patience.wait()
                return job
            case _:
                return await self._hold(job)

    async def _look_everywhere(self, job: Job, patience: Patience) -> Job:
        """Look on every rung for what an earlier life may have brought: a restored backup does not know.

        The stage stays until all of them were seen, so that a death in the middle begins with the first again.
        """
        job = self._rows.addressed(job)
        reached = not job.reply.private and job.reply.bot_reaches
        for rung in (Rung.BOT, Rung.CHANNEL, Rung.DIRECT) if reached else (Rung.TOKEN, Rung.FOLLOW_UP, Rung.DIRECT):
            drop = ladder.plan_drop(job, rung, Form.FILE, job.created)
            match await self._search.find(job, drop, patience, until_now=True):
                case Posted() as found:
                    job = await self._rows.move(job.delivering(drop, self._clock.now()), job.stage)
                    return await self._delivered(job, found)
                case CannotLook():
                    return await self._hold(replace(job, drop=drop))
                case _:
                    await patience.wait()
        return job

    async def _learn_limit(self, job: Job, drop: Drop, climb: Climb) -> None:
        """Believe Discord, which takes less here than it said."""
        limit = climb.too_large(drop, _sent(job, drop))
        if limit is not None and drop.rung is not Rung.DIRECT:
            # A press may have brought a new token during the upload.
            await self._rows.readdress(job.id, replace(self._rows.addressed(job).reply, limit=limit))

    async def _delivered(self, job: Job, posted: Posted) -> Job:
        log.info("[#%s] Delivered in message %d.", job.short, posted.message_id)
        drop = replace(job.drop, channel_id=posted.channel_id) if job.drop else None
        return await self._rows.move(
            replace(job, drop=drop).delivered(posted.message_id, self._clock.now()), Stage.DELIVERING
        )

    async def _hold(self, job: Job) -> Job:
        log.warning("[#%s] No place takes the clip; it is held.", job.short)
        return await self._rows.move(job.held(self._clock.now()), job.stage)

    async def hand_over(self, job: Job) -> Outcome:
        """Bring the clip once into the private reply at `job.reply`, because its owner asked for it."""
        reply, climb = job.reply, Climb()
        while Rung.ASKED not in climb.closed:
            job, cargo = await self._loading.cargo(replace(job, reply=reply), Rung.ASKED, climb)
            if cargo is None:
                break
            drop = self._drop(replace(job, reply=reply), Rung.ASKED, cargo)
            outcome = await self._hand(replace(job, reply=reply), drop)
            match outcome:
                case TooLarge():
                    climb.too_large(drop, _sent(job, drop))
                case CardRefused(blocked=blocked):
                    climb.refused(drop, blocked=blocked)
                case _:
                    return outcome
        return Closed("neither the clip nor a link to it was taken")

    async def _hand(self, job: Job, drop: Drop) -> Outcome:
        """Try once; a job that was HELD is DELIVERED when it worked, and HELD again when not."""
        file = self._loading.file(job, drop)
        async with self._busy.section():
            if job.stage is not Stage.HELD:
                return await self._replies.drop(job, drop, file)
            moved = await self._rows.move(job.delivering(drop, self._clock.now()), Stage.HELD)
            outcome = await self._replies.drop(replace(moved, reply=job.reply), drop, file)
            if isinstance(outcome, Posted):
                await self._delivered(moved, outcome)
            else:
                await self._rows.move(moved.held(self._clock.now()), Stage.DELIVERING)
            return outcome


def _sent(job: Job, drop: Drop) -> int:
    """Return how many bytes of video a drop brought."""
    return drop.fitted.size if drop.fitted else job.clip_bytes or 0
