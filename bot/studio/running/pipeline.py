"""One job's way, from where it stands to its end. A restart calls the same thing."""

import logging
from collections.abc import Callable
from contextlib import aclosing
from typing import assert_never

from bot.domain.errors import UploadFailed, UploadRefused
from bot.domain.job import Job
from bot.domain.pauses import PausedBy
from bot.domain.progress import Silence, Snapshot
from bot.domain.stages import AT_PROVIDER, Reason, Stage
from bot.studio.delivery.aspect_ratio import AspectRatioCheck
from bot.studio.delivery.deliver import Deliverer
from bot.studio.delivery.fetch import Fetch
from bot.studio.delivery.restore_check import Found, RestoreCheck
from bot.studio.delivery.takes import Takes, parks
from bot.studio.lifecycle.balance_pause import BalancePause
from bot.studio.lifecycle.deadline import LOOKS_APART, Deadline
from bot.studio.lifecycle.forecasts import Forecasts
from bot.studio.lifecycle.job_moves import JobMoves, Overtaken
from bot.studio.lifecycle.line import Line
from bot.studio.lifecycle.pauses import Pauses
from bot.studio.lifecycle.shutdown import ShutdownGuard
from bot.studio.ports import Clock, Provider, Replies
from bot.studio.running.input_urls import InputUrls
from bot.studio.running.submitter import Submitter
from bot.studio.running.unclear_submits import UnclearSubmits

log = logging.getLogger(__name__)

# A task of which the provider still shows no end this long after submission is given up, in seconds.
LOST_AFTER = 24 * 3600.0


class Pipeline:
    """Drives a job stage by stage; every step enters where the row stands."""

    def __init__(  # noqa: PLR0913 - the one place that knows every step of a job's way
        self,
        *,
        provider: Provider,
        queue: Line,
        pauses: Pauses,
        balance: BalancePause,
        job_moves: JobMoves,
        input_urls: InputUrls,
        submitter: Submitter,
        unclear_submits: UnclearSubmits,
        fetch: Fetch,
        aspect_ratio: AspectRatioCheck,
        deliverer: Deliverer,
        restore_check: RestoreCheck,
        takes: Takes,
        replies: Replies,
        forecasts: Forecasts,
        shutdown: ShutdownGuard,
        clock: Clock,
        ended: Callable[[Job], None],
    ) -> None:
        self._provider = provider
        self._queue = queue
        self._pauses = pauses
        self._balance = balance
        self._job_moves = job_moves
        self._input_urls = input_urls
        self._submitter = submitter
        self._unclear_submits = unclear_submits
        self._fetch = fetch
        self._aspect_ratio = aspect_ratio
        self._deliverer = deliverer
        self._restore_check = restore_check
        self._takes = takes
        self._replies = replies
        self._forecasts = forecasts
        self._shutdown, self._clock = shutdown, clock
        self._ended = ended

    async def run(self, job: Job) -> None:
        """Drive the job to its end and tell its requester; returns early for a job that is HELD."""
        try:
            found = await self._restore_check.found(job)
            if found is not Found.NOTHING:
                await self._replies.stop_updates(job.card_id)
            ends_here = not job.ended and job.stage is not Stage.HELD
            while not job.ended and job.stage is not Stage.HELD and not parks(job):
                job = await self._step(job)
            self._balance.probe_over(job.id)
            await self._queue.release_slot(job)  # a take may wait long for the others
            job = await self._takes.finish(job, found)
            if ends_here:
                self._ended(self._job_moves.addressed(job))
        except Overtaken as error:
            log.info("%s.", error)
        finally:
            self._balance.probe_over(job.id)
            await self._queue.release_slot(job)

    async def _step(self, job: Job) -> Job:
        match job.stage:
            case Stage.WAITING:
                return await self._wait_and_send(job)
            case Stage.SUBMITTING:
                if self._provider.can_find_by_own_id(job):
                    # That may take hours, in which the reply may need a new token.
                    self._replies.show(self._job_moves.addressed(job))
                job = await self._unclear_submits.resolve(job)
                if job.stage not in AT_PROVIDER:
                    await self._queue.release_slot(job)
                return job
            case Stage.QUEUED | Stage.RENDERING:
                self._queue.take_slot(job)
                return await self._follow(job)
            case Stage.READY if job.clip_bytes is None:
                await self._queue.release_slot(job)
                return await self._fetched(job)
            case Stage.READY | Stage.DELIVERING:
                return await (self._takes.hold(job) if job.scene else self._deliverer.deliver(job))
            case Stage.DELIVERED | Stage.HELD | Stage.FAILED | Stage.CANCELLED:
                raise Overtaken(f"Nothing to do: it is {job.stage}")
            case _:
                assert_never(job.stage)

    async def _fetched(self, job: Job) -> Job:
        """Bring the clip to our disk; where that takes no file, its link goes out at once."""
        fetched = await self._fetch.clip(job)
        if fetched.stage is Stage.READY and fetched.clip_bytes is None:
            if fetched.lead_id is not None:
                return await self._takes.hold(fetched)
            return await self._deliverer.deliver(fetched, stored=False)
        await self._aspect_ratio.look(fetched)
        return fetched

    async def _wait_and_send(self, job: Job) -> Job:
        if (reason := await self._given_up(job)) is not None:
            return await self._give_up(job, reason)
        self._replies.show(self._job_moves.addressed(job))
        # Addresses die while a job waits, and what a pause holds may wait for days.
        if self._pauses.of(job) is None and (job := await self._with_media(job)).stage is not Stage.WAITING:
            return job
        if not await self._queue.wait_for_slot(job):
            if (reason := self._pauses.given_up(job)) is None:
                raise Overtaken("Taken out of the line")
            return await self._give_up(job, reason)
        job = await self._with_media(job)
        if job.stage is Stage.WAITING:
            dialect = await self._provider.choose_dialect()
            # A pause may have begun since its turn came; a probe passes none but the one that it is to end.
            paused = self._pauses.of(job)
            if paused is None or (paused is PausedBy.BALANCE and self._balance.is_probe(job.id)):
                async with self._shutdown.section():
                    job = await self._submitter.submit(job, dialect)
        self._balance.probe_over(job.id)
        if job.stage in AT_PROVIDER:
            await self._queue.answered(job)
        else:
            await self._queue.release_slot(job)
        return job

    async def _given_up(self, job: Job) -> Reason | None:
        """Return why a job has waited for too long; where it seems so at first, after a second look."""
        if self._pauses.given_up(job) is not None:
            await self._clock.sleep(LOOKS_APART)
            await self._pauses.look()
        return self._pauses.given_up(job)

    async def _with_media(self, job: Job) -> Job:
        """Give the job's files living addresses; it ends where that cannot be, or takes too long.

        An upload that is refused for want of credits leaves it waiting, as a submit does.
        """
        try:
            return await self._input_urls.media_of(job, lambda error: self._not_uploaded(job, error))
        except UploadFailed:
            return await self._give_up(job, self._pauses.given_up(job) or Reason.TOO_OLD)
        except UploadRefused as error:
            log.warning("The provider rejected a file: %s", error.detail)
            await self._balance.refused()
            return job
        finally:
            self._forecasts.answered(job)

    def _not_uploaded(self, job: Job, error: UploadFailed) -> None:
        """Say on the card that the provider does not take the files just now; raise `error` for too old a job."""
        if self._pauses.given_up(job) is not None:
            raise error
        self._forecasts.silence(job)
        self._replies.show(self._job_moves.addressed(job))

    async def _give_up(self, job: Job, reason: Reason) -> Job:
        return await self._job_moves.move(job.cancelled(reason, self._clock.now()), Stage.WAITING)

    async def _follow(self, job: Job) -> Job:
        """Take in what the provider says until the job is READY or failed."""
        self._replies.show(self._job_moves.addressed(job))
        await self._unclear_submits.confirm_lookup(job)
        lost = Deadline(self._clock, job.submitted or job.created, LOST_AFTER)
        lengths = await self._forecasts.lengths(job)
        self._queue.take_slot(job, lengths.overdue_after)
        async with aclosing(self._provider.follow(job, lengths)) as answers:
            async for seen in answers:
                match seen:
                    case Silence():
                        self._forecasts.silence(job)
                    case Snapshot():
                        self._forecasts.answered(job)
                        job = await self._update(job, seen, lost)
                    case _:
                        assert_never(seen)
                self._replies.show(self._job_moves.addressed(job))
                if job.stage not in AT_PROVIDER:
                    break
                await self._free_overdue(job, lengths.overdue_after)
        return job

    async def _free_overdue(self, job: Job, overdue_after: float) -> None:
        """Release the slot of an overdue job; it is followed on."""
        if self._queue.has_slot(job.id) and self._clock.elapsed(job.submitted or job.created) >= overdue_after:
            log.warning("Takes far longer than usual. Other jobs may start meanwhile, and it is checked less often.")
            await self._queue.release_overdue(job)

    async def _update(self, job: Job, snapshot: Snapshot, lost: Deadline) -> Job:
        after = job.seen(snapshot, self._clock.now())
        if after.stage in AT_PROVIDER and lost.over:
            log.warning("Given up: the provider never finished it.")
            after = job.failed(Reason.LOST, self._clock.now())
        self._forecasts.ran(job, snapshot.ran)
        return job if after == job else await self._job_moves.seen(after, job)
