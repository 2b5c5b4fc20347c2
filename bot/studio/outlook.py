"""What stands around a job and not in its row, for its card."""

from collections.abc import Sequence

from bot.domain.job import Job
from bot.domain.progress import Outlook, expected_end, overdue_after
from bot.studio.ports import Clock, Jobs
from bot.studio.queue import Queue

_SAMPLES = 20


class Outlooks:
    """Place in line, expected end and the provider's silence, put together for one job at a time."""

    def __init__(self, jobs: Jobs, queue: Queue, clock: Clock) -> None:
        self._jobs = jobs
        self._queue = queue
        self._clock = clock
        self._silent: set[str] = set()

    def silence(self, job: Job) -> None:
        """Note that the provider is not answering for this job."""
        self._silent.add(job.id)

    def heard(self, job: Job) -> None:
        """Note that the provider has answered, or no longer has to."""
        self._silent.discard(job.id)

    async def of(self, job: Job) -> Outlook:
        """Return what can honestly be said now."""
        if not job.at_provider:
            return Outlook(place=self._queue.place(job.id), silent=job.id in self._silent)
        runs = await self._runs(job)
        ready_at = expected_end(job.submitted, runs, self._clock.now()) if job.submitted else None
        overdue = self._clock.elapsed(job.submitted or job.created) >= self._overdue_after(runs)
        return Outlook(ready_at=ready_at, silent=job.id in self._silent, overdue=overdue)

    async def overdue_after(self, job: Job) -> float:
        """Return how many scaled seconds after its submit the job is overdue."""
        return self._overdue_after(await self._runs(job))

    def _overdue_after(self, runs: Sequence[float]) -> float:
        # What is in the rows is measured by the calendar, which knows no scale.
        now = self._clock.now()
        return overdue_after([self._clock.elapsed(now - run) for run in runs])

    async def _runs(self, job: Job) -> Sequence[float]:
        asked = job.request
        return await self._jobs.runs(asked.model, asked.duration, asked.resolution, _SAMPLES)
