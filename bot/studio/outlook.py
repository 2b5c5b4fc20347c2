"""What stands around a job and not in its row, for its card."""

from bot.domain.job import Job
from bot.domain.progress import Outlook, expected_end
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
        asked = job.request
        runs = await self._jobs.runs(asked.model, asked.duration, asked.resolution, _SAMPLES)
        ready_at = expected_end(job.submitted, runs, self._clock.now()) if job.submitted else None
        return Outlook(ready_at=ready_at, silent=job.id in self._silent)
