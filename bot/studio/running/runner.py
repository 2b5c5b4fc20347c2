"""Run jobs: one background task for each, started, resumed, ended and drained."""

import asyncio
import logging
from collections import Counter, deque
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, suppress
from functools import partial
from typing import Any

from bot.domain.alerts import Alert, JobStuck
from bot.domain.job import SHORT, Job
from bot.domain.stages import Stage
from bot.log_lines import about_job
from bot.studio.lifecycle.health import Health
from bot.studio.lifecycle.job_moves import JobMoves
from bot.studio.lifecycle.line import Line
from bot.studio.lifecycle.shutdown import ShutdownGuard, ShuttingDown
from bot.studio.lifecycle.tasks import BackgroundTasks
from bot.studio.ports import Clock
from bot.studio.ports.stores import LiveJobs
from bot.studio.running.pipeline import Pipeline

log = logging.getLogger(__name__)

# Seconds that a shutdown gives to saves and uploads in progress.
DRAIN_SECONDS = 20.0
# What it gives before that to saving percents, which only the next start shows, in real seconds.
_PERCENTS_SECONDS = 3.0
# And what it then gives to the answers that are still being given.
LAST_ANSWERS_SECONDS = 3.0
STUCK_AFTER = 3
"""So often in a row the work on a job may break, at growing pauses, before it counts as stuck."""
# What a cancel waits for the job's task, in seconds: for its POST to end, and to let go of a job that is over.
_CANCEL_SECONDS = 5.0
# The number of jobs at the provider that are resumed at once.
_RESUMED_AT_ONCE = 20


class JobRunner:
    """Keeps the tasks of live jobs."""

    def __init__(
        self,
        *,
        jobs: LiveJobs,
        job_moves: JobMoves,
        queue: Line,
        pipeline: Pipeline,
        shutdown: ShutdownGuard,
        clock: Clock,
        tell_owner: Callable[[Alert], None],
    ) -> None:
        self.health = Health()
        self._jobs = jobs
        self._job_moves = job_moves
        self._queue = queue
        self._pipeline = pipeline
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

    async def driven(self, job: Job) -> None:
        """Give the job its task, and wait for its end; where the wait is cancelled, the task goes on."""
        self.start(job)
        if (task := self._tasks.get(job.id)) is not None:
            await asyncio.wait({task})

    async def let_go_all(self) -> None:
        """End the tasks of all jobs, also in the middle of what they write, and wait for that: they are others' now."""
        tasks = self._tasks.all()
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

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

        Each once: after an error, jobs that were started may have ended and no longer match what was read.
        """
        while jobs:
            self.start(job := jobs.popleft())
            if len(jobs) % _RESUMED_AT_ONCE == 0:
                await self._jobs.find(job.id)  # what those before have asked the store for is done then

    async def answered(self, job_id: str) -> bool:
        """Wait until a submit of the job that is under way is over, for some seconds; tell whether it is."""
        if (task := self._tasks.get(job_id)) is None:
            return True
        await self._shutdown.outside(task, _CANCEL_SECONDS)
        return not self._shutdown.holds(task)

    async def let_go(self, job_id: str) -> None:
        """Take a job that was moved out of the line, and end its task; what it is writing it writes to the end."""
        self._queue.remove(job_id)
        if (task := self._tasks.get(job_id)) is not None:
            if not self._shutdown.holds(task):
                task.cancel()
            await asyncio.wait({task}, timeout=_CANCEL_SECONDS)

    async def drain(self, seconds: float = DRAIN_SECONDS) -> None:
        """Stop accepting, give saves and uploads in progress that long to finish, then stop every task."""
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
