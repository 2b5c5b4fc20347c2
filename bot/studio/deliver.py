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
from bot.studio.fetch import Fetch
from bot.studio.patience import Patience
from bot.studio.ports import (
    CannotLook,
    CardRefused,
    Clock,
    Closed,
    Media,
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

# A place that lets nobody look (a permission taken away) is asked this often before the clip is held.
_LOOKS_MOST = 12


class Climb:
    """One job's way along the ladder: which rungs are closed, and in which form the next attempt goes."""

    def __init__(self, job: Job) -> None:
        self.closed: set[Rung] = set(ladder.closed_before(job.drop.rung)) if job.drop else set()
        self.form = job.drop.form if job.drop else Form.FILE

    def close(self, rung: Rung, *, by_deletion: bool) -> None:
        """Never try that rung again; the next one starts with the clip itself."""
        self.closed.add(rung)
        if by_deletion:
            self.closed |= ladder.closed_by_deletion()
        self.form = Form.FILE


class Deliver:
    """READY with a clip, or DELIVERING, to DELIVERED or HELD."""

    def __init__(self, replies: Replies, media: Media, rows: Rows, fetch: Fetch, busy: Busy, clock: Clock) -> None:
        self._replies = replies
        self._media = media
        self._rows = rows
        self._fetch = fetch
        self._busy = busy
        self._clock = clock

    def has_clip(self, job: Job) -> bool:
        """Tell whether our copy of the clip is on the disk."""
        return self._media.clip(job.id) is not None

    async def bring(self, job: Job) -> Job:
        """Bring the clip to the best place that takes it; returns the job DELIVERED or HELD."""
        await self._replies.settle(job.id)
        climb = Climb(job)
        patience = Patience(self._clock)
        if job.stage is Stage.DELIVERING and job.drop is not None:
            job = await self._look_first(job, job.drop, patience)
        while job.stage in {Stage.READY, Stage.DELIVERING}:
            job = self._rows.addressed(job)
            rung = ladder.next_rung(job.reply, climb.closed, self._clock.now())
            if rung is None:
                return await self._hold(job)
            job = await self._attempt(job, rung, climb, patience)
        return job

    async def _attempt(self, job: Job, rung: Rung, climb: Climb, patience: Patience) -> Job:
        """Save DELIVERING, try once, and judge the outcome."""
        job = await self._with_form(job, rung, climb)
        drop = ladder.plan_drop(job, rung, climb.form, self._clock.now())
        async with self._busy.section():
            job = await self._rows.move(job.delivering(drop, self._clock.now()), job.stage)
            outcome = await self._replies.drop(job, drop, self._media.clip(job.id))
            if isinstance(outcome, Posted):
                return await self._delivered(job, outcome)
        log.info("[#%s] On rung %s as %s: %s", job.short, rung, climb.form, outcome)
        return await self._judge(job, outcome, drop, climb, patience)

    async def _judge(self, job: Job, outcome: Missed, drop: Drop, climb: Climb, patience: Patience) -> Job:
        """Decide what a missed attempt means for the next one."""
        match outcome:
            case Closed():
                climb.close(drop.rung, by_deletion=outcome.message_gone)
            case TooLarge():
                await self._learn_limit(job, drop.rung, climb)
            case CardRefused() if climb.form is Form.FILE:
                climb.form = Form.PLAIN
            case CardRefused():
                climb.close(drop.rung, by_deletion=False)
            case NotNow():
                await patience.wait(outcome.after)
            case Unclear():
                job = await self._look_first(job, drop, patience)
            case _:
                assert_never(outcome)
        return job

    async def _look_first(self, job: Job, drop: Drop, patience: Patience) -> Job:
        """Look whether the drop is there already, before anything is sent again."""
        for _ in range(_LOOKS_MOST):
            if not ladder.can_look(self._rows.addressed(job), drop, self._clock.now()):
                break
            match await self._replies.look(self._rows.addressed(job), drop):
                case Posted() as found:
                    log.info("[#%s] It was there already.", job.short)
                    return await self._delivered(job, found)
                case NotThere():
                    await patience.wait()
                    return job
                case CannotLook(why):
                    log.info("[#%s] Cannot look on rung %s: %s", job.short, drop.rung, why)
                    await patience.wait()
        return await self._hold(job)

    async def _with_form(self, job: Job, rung: Rung, climb: Climb) -> Job:
        """Send a link where the clip is larger than the rung takes, asking for a living one first."""
        size = job.clip_bytes or 0
        if climb.form is not Form.LINK and size > ladder.size_limit(job.reply, rung):
            climb.form = Form.LINK
        if climb.form is Form.LINK and (job.clip_dies or 0.0) <= self._clock.now():
            job = await self._fetch.refresh(job)
        return job

    async def _learn_limit(self, job: Job, rung: Rung, climb: Climb) -> None:
        """Believe Discord, which takes less here than it said; even a link that is too large closes the rung."""
        if climb.form is Form.LINK:
            climb.close(rung, by_deletion=False)
            return
        climb.form = Form.LINK
        if rung is not Rung.DIRECT:
            learnt = min(job.reply.limit, max((job.clip_bytes or 1) - 1, 1))
            await self._rows.readdress(job.id, replace(job.reply, limit=learnt))

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
        form = Form.LINK if (job.clip_bytes or 0) > job.reply.limit else Form.FILE
        if form is Form.LINK and (job.clip_dies or 0.0) <= self._clock.now():
            job = await self._refreshed_for_link(job)
        drop = ladder.plan_drop(job, Rung.ASKED, form, self._clock.now())
        async with self._busy.section():
            if job.stage is not Stage.HELD:
                return await self._replies.drop(job, drop, self._media.clip(job.id))
            job = await self._rows.move(job.delivering(drop, self._clock.now()), Stage.HELD)
            outcome = await self._replies.drop(job, drop, self._media.clip(job.id))
            if isinstance(outcome, Posted):
                await self._delivered(job, outcome)
            else:
                await self._rows.move(job.held(self._clock.now()), Stage.DELIVERING)
            return outcome

    async def _refreshed_for_link(self, job: Job) -> Job:
        """Ask for a living link, keeping the address of the reply that was asked in."""
        reply = job.reply
        return replace(await self._fetch.refresh(job), reply=reply)
