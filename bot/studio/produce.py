"""One job's way, from where it stands to its end. A restart calls the same thing."""

import logging
import random
from contextlib import aclosing
from dataclasses import replace
from typing import assert_never

from bot.domain.errors import MediaUnfetched, NotAccepted, SubmitRefused, SubmitUnclear, UploadFailed
from bot.domain.job import Job
from bot.domain.models import Dialect
from bot.domain.progress import Silence, Snapshot
from bot.domain.stages import AT_PROVIDER, Reason, Stage
from bot.studio.busy import Busy
from bot.studio.deadline import Deadline
from bot.studio.deliver import Deliver
from bot.studio.earlier import Earlier, Found
from bot.studio.fetch import Fetch
from bot.studio.host import Host
from bot.studio.outlook import Outlooks
from bot.studio.ports import Clock, Provider, Replies
from bot.studio.queue import OLDEST, Queue
from bot.studio.ratio import RatioCheck
from bot.studio.recall import Recall
from bot.studio.rows import Overtaken, Rows
from bot.studio.tell import Tell

log = logging.getLogger(__name__)

# A task of which the provider still shows no end this long after submission is given up, in seconds.
LOST_AFTER = 24 * 3600.0
TRIES_MAX = 3
"""Submits of one job that the provider does not take for a passing reason of this job alone."""
TRY_AGAIN_AFTER = 20.0
"""Scaled seconds before the second of them; each further wait is three times as long."""
_QUOTED_MAX = 240
_PROMPT_BEGINS = 24


class Produce:
    """Drives a job stage by stage; every step enters where the row stands."""

    def __init__(  # noqa: PLR0913 - the one place that knows every step of a job's way
        self,
        *,
        provider: Provider,
        queue: Queue,
        rows: Rows,
        host: Host,
        recall: Recall,
        fetch: Fetch,
        ratio: RatioCheck,
        deliver: Deliver,
        earlier: Earlier,
        tell: Tell,
        replies: Replies,
        outlooks: Outlooks,
        busy: Busy,
        clock: Clock,
    ) -> None:
        self._provider = provider
        self._queue = queue
        self._rows = rows
        self._host = host
        self._recall = recall
        self._fetch = fetch
        self._ratio = ratio
        self._deliver = deliver
        self._earlier = earlier
        self._tell = tell
        self._replies = replies
        self._outlooks = outlooks
        self._busy = busy
        self._clock = clock
        self._tries: dict[str, int] = {}
        self._rng = random.Random()

    async def run(self, job: Job) -> None:
        """Drive the job to its end and tell its requester; returns early for a job that is HELD."""
        try:
            found = await self._earlier.found(job)
            if found is not Found.NOTHING:
                await self._replies.settle(job.id)
            while not job.ended and job.stage is not Stage.HELD:
                job = await self._step(job)
            await self._tell.end_of(job, found)
        except Overtaken as error:
            log.info("[#%s] %s", job.short, error)
        finally:
            self._host.forget(job.id)
            self._tries.pop(job.id, None)
            await self._queue.free(job)

    async def _step(self, job: Job) -> Job:
        match job.stage:
            case Stage.WAITING:
                return await self._wait_and_send(job)
            case Stage.SUBMITTING:
                if self._provider.recalls(job):
                    # That may take hours, in which the reply may have to be brought to a new token.
                    self._replies.show(self._rows.addressed(job))
                job = await self._recall.settle(job)
                if job.stage not in AT_PROVIDER:
                    await self._queue.free(job)
                return job
            case Stage.QUEUED | Stage.RENDERING:
                self._queue.hold(job)
                return await self._follow(job)
            case Stage.READY if job.clip_bytes is None:
                await self._queue.free(job)
                return await self._fetched(job)
            case Stage.READY | Stage.DELIVERING:
                return await self._deliver.bring(job)
            case Stage.DELIVERED | Stage.HELD | Stage.FAILED | Stage.CANCELLED:
                raise Overtaken(f"{job.short} stands at {job.stage}, where nothing is to be done")
            case _:
                assert_never(job.stage)

    async def _fetched(self, job: Job) -> Job:
        """Bring the clip to our disk; where that takes no file, its link goes out at once."""
        fetched = await self._fetch.clip(job)
        if fetched.stage is Stage.READY and fetched.clip_bytes is None:
            return await self._deliver.bring(fetched, kept=False)
        await self._ratio.look(fetched)
        return fetched

    async def _wait_and_send(self, job: Job) -> Job:
        if await Deadline(self._clock, job.created, OLDEST).confirmed():
            return await self._give_up_waiting(job)
        self._replies.show(self._rows.addressed(job))
        try:
            job = await self._host.media_of(job, lambda error: self._not_uploaded(job, error))
        except UploadFailed:
            return await self._give_up_waiting(job)
        finally:
            self._outlooks.heard(job)
        if job.stage is not Stage.WAITING:
            return job
        if not await self._queue.turn(job):
            if self._clock.elapsed(job.created) < OLDEST:
                raise Overtaken(f"{job.short} was taken out of the line")
            return await self._give_up_waiting(job)
        dialect = await self._provider.settle_dialect()
        async with self._busy.section():
            job = await self._send(job, dialect)
        if job.stage not in AT_PROVIDER:
            await self._queue.free(job)
        return job

    def _not_uploaded(self, job: Job, error: UploadFailed) -> None:
        """Say on the card that the provider does not take the files just now; raises `error` once nobody waits."""
        if self._clock.elapsed(job.created) >= OLDEST:
            raise error
        self._outlooks.silence(job)
        self._replies.show(self._rows.addressed(job))

    async def _give_up_waiting(self, job: Job) -> Job:
        return await self._rows.move(job.cancelled(Reason.TOO_OLD, self._clock.now()), Stage.WAITING)

    async def _send(self, job: Job, dialect: Dialect) -> Job:
        """Save SUBMITTING, POST once, and save what came of it."""
        job = await self._rows.move(job.sending(self._clock.now(), dialect), Stage.WAITING)
        try:
            task_id = await self._provider.submit(job)
        except NotAccepted as error:
            after = self._not_accepted(job, error)
        except SubmitRefused as error:
            log.warning("[#%s] Refused (%s): %s%s", job.short, error.reason, error.detail, _quoted(job, error.said))
            after = job.failed(error.reason, self._clock.now(), error.said, error.code)
        except MediaUnfetched as error:
            log.warning("[#%s] The provider cannot fetch its media: %s", job.short, error.detail)
            now, otherwise = self._clock.now(), await self._host.unfetched(job)
            after = otherwise.not_accepted(now, now) if otherwise else job.failed(Reason.INPUT, now, error.said)
        except SubmitUnclear as error:
            said = _quoted(job, error.said)
            log.warning("[#%s] Unclear whether the provider took it: %s%s", job.short, error.detail, said)
            # Whether that can be found out is a matter of minutes, which a shutdown does not wait for.
            return await self._rows.move(replace(job, said=error.said), Stage.SUBMITTING) if error.said else job
        else:
            self._queue.rested()
            log.info("[#%s] Taken by the provider as task %s.", job.short, task_id)
            return await self._rows.accepted(job, task_id)
        return await self._rows.move(after, Stage.SUBMITTING)

    def _not_accepted(self, job: Job, error: NotAccepted) -> Job:
        """Send it again later: after a rest of all jobs, or of this one alone, which has a few tries."""
        now = self._clock.now()
        if not error.of_this:
            not_before = self._queue.rest(error.retry_after)
            log.warning("[#%s] Not accepted, to be sent again: %s", job.short, error.detail)
            return job.not_accepted(now, not_before)
        tries = self._tries.get(job.id, 0) + 1
        said = _quoted(job, error.said)
        log.warning("[#%s] Not accepted, try %d of %d: %s%s", job.short, tries, TRIES_MAX, error.detail, said)
        if tries >= TRIES_MAX:
            return job.failed(Reason.NOT_TAKEN, now, error.said, error.code)
        self._tries[job.id] = tries
        wait = max(TRY_AGAIN_AFTER * 3.0 ** (tries - 1), error.retry_after or 0.0)
        return job.not_accepted(now, self._clock.later(wait * self._rng.uniform(1.0, 1.5)))

    async def _follow(self, job: Job) -> Job:
        """Take in what the provider says until the job is READY or failed."""
        self._replies.show(self._rows.addressed(job))
        await self._recall.prove(job)
        lost = Deadline(self._clock, job.submitted or job.created, LOST_AFTER)
        overdue_after = await self._outlooks.overdue_after(job)
        self._queue.hold(job, overdue_after)
        async with aclosing(self._provider.follow(job, overdue_after)) as answers:
            async for seen in answers:
                match seen:
                    case Silence():
                        self._outlooks.silence(job)
                    case Snapshot():
                        self._outlooks.heard(job)
                        job = await self._take_in(job, seen, lost)
                    case _:
                        assert_never(seen)
                self._replies.show(self._rows.addressed(job))
                if job.stage not in AT_PROVIDER:
                    break
                await self._free_overdue(job, overdue_after)
        return job

    async def _free_overdue(self, job: Job, overdue_after: float) -> None:
        """Give the slot of a job back whose end nobody expects any more; it is followed on."""
        if self._queue.holds(job.id) and self._clock.elapsed(job.submitted or job.created) >= overdue_after:
            log.warning("[#%s] Overdue at the provider: its slot is free again, and it is asked less often.", job.short)
            await self._queue.free(job)

    async def _take_in(self, job: Job, snapshot: Snapshot, lost: Deadline) -> Job:
        after = job.seen(snapshot, self._clock.now())
        if after.stage in AT_PROVIDER and lost.over:
            after = job.failed(Reason.LOST, self._clock.now())
        return job if after == job else await self._rows.move(after, job.stage)


def _quoted(job: Job, said: str) -> str:
    """Quote the provider's sentence for the log, where the prompt has no place; empty where it said nothing."""
    begins = " ".join(job.request.prompt.split())[:_PROMPT_BEGINS]
    words = f"{said.partition(begins)[0]}…" if begins and begins in said else said
    return f" ({words[:_QUOTED_MAX]})" if words else ""
