"""Moves of a stage, written down: compare-and-set, patient with a full disk."""

import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace

from bot.domain.backoff import Backoff
from bot.domain.errors import SeedreelError, StoreFull, StoreUnusable, TaskTaken
from bot.domain.job import Job
from bot.domain.reply import Reply
from bot.domain.stages import Reason, Stage
from bot.log_lines import about_job
from bot.studio.lifecycle.retry import retry
from bot.studio.ports import Clock
from bot.studio.ports.metrics import Metrics, NoMetrics
from bot.studio.ports.stores import JobRows

log = logging.getLogger(__name__)
# Scaled seconds between two tries to write to a full disk.
_FULL_WAIT = 6.0
PERCENT_EVERY = 60.0
"""Scaled seconds between two times that a percent is saved which only moves."""
SHARE_PERCENTS_EVERY = 3.0
"""Scaled seconds between two times that percents are saved which other processes show."""
# What the provider has said is so, whether it is written down yet or not.
_TRUE_UNSAVED = frozenset({Stage.WAITING, Stage.QUEUED, Stage.RENDERING, Stage.READY})

# So much of the provider's sentence is quoted in the log, and by so much of its beginning a prompt is found in it.
_MAX_QUOTED = 240
_PROMPT_BEGINS = 24

Save = Callable[[Job], Awaitable[Reply | None]]
"""Writes a job down, with its row's other needs, and returns where the row has its reply; None where it didn't."""


class Overtaken(SeedreelError):
    """The row stood elsewhere: the job was moved meanwhile, and this task lets go of it."""


class JobMoves:
    """The rows of live jobs: their moves, and their addresses as they are now.

    An address changes beside the work (a first edit names the message, a press gives a new token), so it is kept
    here by job and never travels through a move; what another process has written of it comes back with the next
    move. A percent that only moves is kept here too, and saved now and then.
    `on_full` hears of a job that cannot be written down, with the reason, and again (with None) once it was.
    """

    def __init__(
        self,
        jobs: JobRows,
        clock: Clock,
        on_full: Callable[[Job, StoreFull | None], None] | None = None,
        metrics: Metrics | None = None,
    ) -> None:
        self._jobs = jobs
        self._clock = clock
        self._on_full = on_full
        self._metrics = metrics or NoMetrics()
        self._addresses: dict[str, Reply] = {}
        self._entered: dict[str, float] = {}
        self._unsaved: dict[str, Job] = {}
        self._percent_saved: dict[str, float] = {}
        self._writes = True

    def of_other_rows(self, rows: JobRows) -> "JobMoves":
        """Make the moves of what other rows stand for, patient and counted like these."""
        return JobMoves(rows, self._clock, metrics=self._metrics)

    async def move(self, job: Job, was: Stage) -> Job:
        """Write a job down where its row still stands at `was`, waiting for as long as the disk is full.

        Nothing that depends on the move may be sent before this returns. Raises Overtaken, TaskTaken.
        """
        problems: list[StoreFull] = []

        def full(error: StoreFull) -> None:
            self._note(job, error)
            if not problems:
                self._hand_on(job, was, error)
            problems.append(error)

        if not await retry(lambda: self.save(job, was), StoreFull, full, self._clock, _every_few_seconds()):
            raise Overtaken(f"This task lets go of it: it is no longer {was}")
        self._note(job)
        if job.stage is Stage.FAILED:
            log.warning("Failed (%s)%s", job.reason, quoted(job, job.provider_message) or ".")
        if problems:
            self._hand_on(job, was, None)
        return self.addressed(job)

    async def save(self, job: Job, was: Stage, write: Save | None = None) -> bool:
        """Write a job down once, and tell whether its row still stood at `was`. Raises StoreFull, TaskTaken.

        `write` does so in place of the plain statement, where more is written down with it.
        """
        reply = await (self._jobs.save(job, was) if write is None else write(job))
        if reply is None:
            return False
        self._take_in(job, reply)
        self._unsaved.pop(job.id, None)
        self._percent_saved.pop(job.id, None)
        if job.stage is Stage.RENDERING:
            self._percent_saved[job.id] = self._clock.now()
        self.count(job, was)
        return True

    def count(self, job: Job, was: Stage) -> None:
        """Count a move that was written down for the operators."""
        if job.stage is was:
            return
        # A stage that an earlier run of the bot saw begin was cut in two, and is not measured.
        entered = self._entered.get(job.id, job.created if was is Stage.WAITING else None)
        if job.ended or job.stage is Stage.HELD:
            self._entered.pop(job.id, None)
        else:
            self._entered[job.id] = job.changed
        self._metrics.moved(job, was, None if entered is None else self._clock.elapsed(entered))

    def _take_in(self, job: Job, reply: Reply) -> None:
        """Take in the address that the row has; one that could not be written there is known here alone."""
        known = self.addressed(job).reply
        if known.or_later(reply) is reply:
            self._addresses[job.id] = reply

    async def seen(self, job: Job, was: Job) -> Job:
        """Take in what the provider says of a job: a new stage is saved, a percent that only moves every so often.

        Until then, or until the next stage, only this bot knows it: after a crash an older one is shown at first.
        Raises as `move`.
        """
        saved_at = self._percent_saved.get(job.id, job.changed)
        if job.stage is not was.stage or self._clock.elapsed(saved_at) >= PERCENT_EVERY:
            return await self.move(job, was.stage)
        self._unsaved[job.id] = job
        return self.addressed(job)

    def with_percent(self, job: Job) -> Job:
        """Return a job that was read from its row with its percent as it is now."""
        unsaved = self._unsaved.get(job.id)
        return job if unsaved is None or unsaved.stage is not job.stage else replace(job, percent=unsaved.percent)

    async def save_percents(self) -> None:
        """Save what `seen` has not saved yet, for the next start; where that cannot be, that shows older ones."""
        unsaved = dict(self._unsaved)
        if unsaved:
            with suppress(StoreFull, StoreUnusable):
                await self._jobs.save_unmoved(tuple(unsaved.values()))
                for job_id, job in unsaved.items():
                    # One that has moved on meanwhile is not saved yet.
                    if self._unsaved.get(job_id) is job:
                        del self._unsaved[job_id]

    async def share_percents(self) -> None:
        """Save them every few seconds, until cancelled: other processes show what is in the rows."""
        while True:
            await self._clock.sleep(SHARE_PERCENTS_EVERY)
            await self.save_percents()

    async def accepted(self, job: Job, task_id: str) -> Job:
        """Write down that the provider has the job, as that task; as unclear where another job has the task."""
        try:
            return await self.move(job.accepted(task_id, self._clock.now()), Stage.SUBMITTING)
        except TaskTaken:
            log.warning(
                "The provider answered with task %s of another job: unclear whether it accepted this one.",
                task_id,
            )
            return await self.move(job.failed(Reason.UNCLEAR, self._clock.now()), Stage.SUBMITTING)

    def _hand_on(self, job: Job, was: Stage, problem: StoreFull | None) -> None:
        """Hand on that a job waits for the store: as it is by then, but never as what only a saved row makes so."""
        if self._on_full is not None:
            self._on_full(self.addressed(job if job.stage in _TRUE_UNSAVED else replace(job, stage=was)), problem)

    def _note(self, job: Job, error: StoreFull | None = None) -> None:
        """Tell in the log once that nothing can be written, and once that it can again."""
        level = logging.DEBUG if (error is None) is self._writes else logging.WARNING
        self._writes = error is None
        if error is not None:
            log.log(level, "The database can't be written; '%s' is saved as soon as it can: %s", job.stage, error)
        elif level == logging.WARNING:
            log.warning("The database can be written again.")

    async def mark_notified(self, job: Job) -> None:
        """Write down that the requester was notified, waiting for as long as the disk is full."""
        mark = self._jobs.mark_notified
        await retry(
            lambda: mark(job.id, self._clock.now()), StoreFull, lambda _: None, self._clock, _every_few_seconds()
        )

    async def from_backup(self, job: Job) -> bool:
        """Tell whether the row came out of a restored backup: what was done with it since, only Discord knows."""
        restored = await self.restored_at()
        return restored is not None and job.created < restored

    async def restored_at(self) -> float | None:
        """Return when the rows were last put back from a backup, in UTC seconds; None when they never were."""
        return await self._jobs.restored_at()

    async def unsearched(self, job: Job) -> bool:
        """Tell whether what Discord knows of a restored job was not asked yet: nothing was sent since it came back."""
        restored = await self.restored_at()
        sent = job.created if job.attempt is None else job.attempt.at
        return restored is not None and sent < restored

    def addressed(self, job: Job) -> Job:
        """Return the job with its reply's address as it is now: what was just read may know more of it."""
        reply = self._addresses.get(job.id, job.reply).or_later(job.reply)
        return job if reply is job.reply else replace(job, reply=reply)

    async def save_address(self, job_id: str, reply: Reply) -> None:
        """Write down where the reply is now."""
        self._addresses[job_id] = reply
        try:
            await self._jobs.save_address(job_id, reply)
        except StoreFull as error:
            with about_job(job_id):
                log.warning("The new address of the reply couldn't be saved: %s", error)

    async def look_at_address(self, job_id: str) -> Job | None:
        """Take in an address that another process has written, and return the job with it; None where it is gone."""
        job = await self._jobs.find(job_id)
        if job is None:
            return None
        self._take_in(job, job.reply)
        return self.addressed(self.with_percent(job))

    async def found_at(self, job_id: str, message_id: int) -> None:
        """Note the message that the first edit named."""
        reply = self._addresses.get(job_id)
        if reply is None:
            job = await self._jobs.find(job_id)
            reply = job.reply if job else None
        if reply is not None and reply.message_id != message_id:
            await self.save_address(job_id, reply.at(message_id))

    def forget(self, job_id: str) -> None:
        """Let go of a job that is no longer live."""
        self._addresses.pop(job_id, None)
        self._entered.pop(job_id, None)
        self._unsaved.pop(job_id, None)
        self._percent_saved.pop(job_id, None)


def quoted(job: Job, provider_message: str) -> str:
    """Quote the provider's sentence for the log, where the prompt has no place; empty where there is none."""
    begins = " ".join(job.request.prompt.split())[:_PROMPT_BEGINS]
    words = f"{provider_message.partition(begins)[0]}…" if begins and begins in provider_message else provider_message
    return f": the provider said “{words[:_MAX_QUOTED]}”" if words else ""


def _every_few_seconds() -> Backoff:
    return Backoff(_FULL_WAIT, _FULL_WAIT)
