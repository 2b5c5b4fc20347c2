"""Run jobs: one background task for each, started, resumed, cancelled and drained; and a member's actions on one."""

import asyncio
import logging
from collections import Counter, deque
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import replace
from functools import partial
from typing import Any

from bot.domain.alerts import Alert, JobStuck
from bot.domain.caller import Caller
from bot.domain.errors import (
    ClipNotPosted,
    ClipNotStored,
    NoSuchJob,
    NotYours,
    OtherVersion,
    Refusal,
    Restarting,
    TooLateToCancel,
)
from bot.domain.job import SHORT, Job
from bot.domain.reply import Reply
from bot.domain.stages import Reason, Stage
from bot.log_lines import about_job
from bot.studio.delivery.deliver import Deliverer
from bot.studio.lifecycle.health import Health
from bot.studio.lifecycle.job_moves import JobMoves, Overtaken
from bot.studio.lifecycle.queue import Queue
from bot.studio.lifecycle.shutdown import ShutdownGuard, ShuttingDown
from bot.studio.lifecycle.tasks import BackgroundTasks
from bot.studio.ports import Clock, Outcome, Posted, Replies
from bot.studio.ports.files import Media
from bot.studio.ports.stores import LiveJobs
from bot.studio.running.pipeline import Pipeline

log = logging.getLogger(__name__)

# What a shutdown gives to what is being written or uploaded, in seconds.
DRAIN_SECONDS = 20.0
# What it gives before that to saving percents, which only the next start shows, in real seconds.
_PERCENTS_SECONDS = 3.0
# And what it then gives to the answers that are still being given.
LAST_ANSWERS_SECONDS = 3.0
STUCK_AFTER = 3
"""So often in a row the work on a job may break, at growing pauses, before it counts as stuck."""
# What a cancel waits for the job's task, in seconds: for its POST to end, and to let go of a job that is over.
_CANCEL_SECONDS = 5.0
# How often a cancel may find that the job has just left to be sent once more.
_CANCEL_TRIES = 5
# So many of the jobs whose videos are being made are resumed at once.
_RESUMED_AT_ONCE = 20


class JobRunner:
    """Keeps the tasks of live jobs."""

    def __init__(  # noqa: PLR0913 - what a press may need is gathered here, once
        self,
        *,
        jobs: LiveJobs,
        job_moves: JobMoves,
        queue: Queue,
        pipeline: Pipeline,
        deliverer: Deliverer,
        replies: Replies,
        media: Media,
        shutdown: ShutdownGuard,
        clock: Clock,
        tell_owner: Callable[[Alert], None],
    ) -> None:
        self.health = Health()
        self._jobs = jobs
        self._job_moves = job_moves
        self._queue = queue
        self._pipeline = pipeline
        self._deliverer = deliverer
        self._replies = replies
        self._media = media
        self._shutdown = shutdown
        self._clock = clock
        self._tell_owner = tell_owner
        self._broken: Counter[str] = Counter()
        self._tasks = BackgroundTasks(clock, self._let_go, self._broke)
        self._resuming = BackgroundTasks(clock)

    @property
    def draining(self) -> bool:
        """Tell whether nothing new is accepted."""
        return self._shutdown.draining

    def visit(self) -> AbstractAsyncContextManager[None]:
        """Hold what a shutdown may end early with an answer: see `ShutdownGuard.visit`."""
        return self._shutdown.visit()

    def answering(self) -> AbstractAsyncContextManager[None]:
        """Hold a shutdown off until a member has their answer: see `ShutdownGuard.answering`."""
        return self._shutdown.answering()

    @property
    def is_answering(self) -> bool:
        """Tell whether a member waits for an answer now."""
        return bool(self._shutdown.answers())

    def _let_go(self, job_id: str) -> None:
        self._broken.pop(job_id, None)
        self._job_moves.forget(job_id)

    def _broke(self, job_id: str) -> None:
        """Note that the work on a job broke, and tell the owner once it is clear that it will not go on by itself."""
        self.health.broke(job_id)
        self._broken[job_id] += 1
        if self._broken[job_id] == STUCK_AFTER:
            with about_job(job_id):
                log.critical("Stuck: the work on it broke %d times in a row. I'll keep trying.", STUCK_AFTER)
            self._tell_owner(JobStuck(job_id[:SHORT]))

    def live(self) -> int:
        """Count the jobs with a task."""
        return len(self._tasks)

    def start(self, job: Job) -> None:
        """Give the job its task; nothing where it has one, or once a shutdown has begun."""
        if not self.draining:
            self._tasks.start(job.id, "a job", partial(self._drive, job), job_id=job.id)

    async def _drive(self, job: Job, again: bool) -> None:  # noqa: FBT001 - as BackgroundTasks calls it
        """Drive the job; after an error, from its row. No job is ever given up."""
        current = await self._jobs.find(job.id) if again else job
        current = current and self._job_moves.with_percent(current)
        try:
            if current is not None:
                await self._pipeline.run(current)
        except ShuttingDown:
            log.info("Goes on at the next start.")
        else:
            self.health.worked()

    async def resume(self) -> int:
        """Resume every job that has not ended, or whose owner was not notified; return how many.

        Where many videos are being made, most of these jobs are begun while the bot already answers: they only ask the
        provider, and keep its slots until then.
        """
        await self._queue.look()
        jobs = [job for job in await self._jobs.unfinished() if job.stage is not Stage.HELD or job.notified_at is None]
        being_made = [job for job in jobs if job.at_provider and job.stage is not Stage.SUBMITTING]
        for job in being_made:
            self._queue.take_slot(job)
        later = being_made[_RESUMED_AT_ONCE:]
        later_ids = {job.id for job in later}
        for job in jobs:
            if job.id not in later_ids:
                self.start(job)
        if later:
            self._resuming.start("jobs", "the resuming of jobs", partial(self._resume_later, deque(later)))
        return len(jobs)

    async def _resume_later(self, jobs: deque[Job], _again: bool) -> None:  # noqa: FBT001 - as BackgroundTasks calls it
        """Start jobs a few at a time, so that what members ask for meanwhile waits for a few only.

        Each once: after an error those that were started may have ended, and are no longer as they were read.
        """
        while jobs:
            self.start(job := jobs.popleft())
            if len(jobs) % _RESUMED_AT_ONCE == 0:
                await self._jobs.find(job.id)  # what those before have asked the store for is done then

    async def cancel(self, caller: Caller, job_id: str) -> Job:
        """Cancel a WAITING job of the caller's; raises Refusal."""
        find, save = partial(self._own, caller, job_id), partial(self._job_moves.save, was=Stage.WAITING)
        return await self._let_end(await self._cancelled(find, Reason.OWNER, save))

    async def cancel_in(self, guild_id: int | None, job_id: str, write: Callable[[Job], Awaitable[bool]]) -> Job:
        """Cancel a WAITING job that was asked for in a server (None: anywhere), for one who manages it.

        `write` as in `JobMoves.save`. Raises Refusal.
        """
        find, save = (
            partial(self._in_server, guild_id, job_id),
            partial(self._job_moves.save, was=Stage.WAITING, write=write),
        )
        return await self._let_end(await self._cancelled(find, Reason.MANAGER, save))

    async def _let_end(self, cancelled: Job) -> Job:
        """Let go of the job's task, and start one that shows the end."""
        job_id = cancelled.id
        with about_job(job_id):
            log.info("Cancelled by %s.", "its owner" if cancelled.reason is Reason.OWNER else "a manager")
        self._queue.remove(job_id)
        task = self._tasks.get(job_id)
        if task is not None:
            if not self._shutdown.holds(task):
                task.cancel()
            await asyncio.wait({task}, timeout=_CANCEL_SECONDS)
        self.start(self._job_moves.addressed(cancelled))
        return cancelled

    async def _cancelled(
        self, find: Callable[[], Awaitable[Job]], reason: Reason, save: Callable[[Job], Awaitable[bool]]
    ) -> Job:
        """Move a WAITING job to its end; raises Refusal. A provider that takes nothing has it back within moments."""
        job = await find()
        for _ in range(_CANCEL_TRIES):
            cancelled = job.cancelled(reason, self._clock.now())
            if job.stage is Stage.WAITING and await save(cancelled):
                return cancelled
            if job.stage not in {Stage.WAITING, Stage.SUBMITTING}:
                break
            if (task := self._tasks.get(job.id)) is not None:
                await self._shutdown.outside(task, _CANCEL_SECONDS)
                if self._shutdown.holds(task):
                    break
            job = await find()
        raise Refusal(TooLateToCancel(job.stage))

    async def send_privately(self, caller: Caller, job_id: str, reply: Reply) -> None:
        """Send the stored clip into that private reply; raises Refusal."""
        job = await self._own(caller, job_id)
        alive = job.clip_url is not None and (job.clip_dies or 0.0) > self._clock.now()
        if self._media.clip(job.id) is None and not (job.stage is Stage.HELD and alive):
            raise Refusal(ClipNotStored())
        with about_job(job_id):
            outcome = await self._sent_privately(replace(job, reply=reply))
            log.info("Its owner asked for the video: %s", outcome)
        if not isinstance(outcome, Posted):
            raise Refusal(ClipNotPosted())

    async def _sent_privately(self, job: Job) -> Outcome:
        try:
            return await self._deliverer.send_privately(job)
        except ShuttingDown as error:
            raise Refusal(Restarting()) from error
        except Overtaken as error:
            # A press before this one has it already.
            raise Refusal(ClipNotPosted()) from error

    async def renew(self, caller: Caller, job_id: str, reply: Reply) -> None:
        """Use the new token of a press by the owner on the job's own message, and wake its card."""
        job = await self._own(caller, job_id)
        if job.reply.message_id != reply.message_id or job.ended or job.stage is Stage.HELD:
            return
        await self._job_moves.save_address(job_id, replace(reply, limit=min(reply.limit, job.reply.limit)))
        self._replies.show(self._job_moves.addressed(self._job_moves.with_percent(job)))

    async def move_here(self, caller: Caller, job_id: str, reply: Reply) -> bool:
        """Go on in the message that was pressed: its progress with the new token, or the clip that waits for it.

        Returns False where neither is left, and the pressed message should show how it ended. Raises Refusal.
        """
        await self.renew(caller, job_id, reply)
        job = await self._own(caller, job_id)
        if not job.ended and job.stage is not Stage.HELD:
            return True
        if self._media.clip(job.id) is None:
            return False
        await self.send_privately(caller, job_id, reply)
        return True

    async def _own(self, caller: Caller, job_id: str) -> Job:
        job = await self._jobs.find(job_id)
        if job is None:
            raise Refusal(NoSuchJob())
        if job.user_id != caller.user_id:
            raise Refusal(NotYours())
        if job.other_version:
            raise Refusal(OtherVersion())
        return job

    async def _in_server(self, guild_id: int | None, job_id: str) -> Job:
        job = await self._jobs.find(job_id)
        if job is None or (guild_id is not None and job.reply.guild_id != guild_id):
            raise Refusal(NoSuchJob())
        if job.other_version:
            raise Refusal(OtherVersion())
        return job

    async def drain(self, seconds: float = DRAIN_SECONDS) -> None:
        """Stop accepting, let what is being written or uploaded finish for that long, then stop every task."""
        started = self._shutdown.begin_draining()
        await self._resuming.close()
        with suppress(TimeoutError):
            async with asyncio.timeout(_PERCENTS_SECONDS):
                await self._job_moves.save_percents()
        tasks: set[asyncio.Task[Any]] = {*started, *self._tasks.all()}
        for task in self._tasks.all():
            if not self._shutdown.holds(task):
                task.cancel()
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        # Members who came meanwhile are told that the bot restarts.
        if answers := self._shutdown.answers():
            await asyncio.wait(answers, timeout=LAST_ANSWERS_SECONDS)
