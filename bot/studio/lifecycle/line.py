"""The line as the work on jobs sees it: `Queue` in one process, `SharedLine` where many share it by their rows."""

from typing import Protocol

from bot.domain.job import Job
from bot.domain.progress import MIN_OVERDUE_AFTER


class Line(Protocol):
    """The jobs that wait for one of the provider's slots, and the jobs that have one."""

    @property
    def slots(self) -> int:
        """Return how many jobs may be at the provider at once."""
        ...

    @property
    def waiting(self) -> int:
        """Count the jobs in line, as far as this process knows."""
        ...

    @property
    def running(self) -> int:
        """Count the slots taken, as far as this process knows; an overdue job takes none any more."""
        ...

    def place(self, job_id: str) -> int | None:
        """Return the place in line, from 1; None for a job that is not in line."""
        ...

    async def look_at_places(self) -> None:
        """Bring `place` up to date, where it does not follow by itself."""
        ...

    async def look(self) -> None:
        """Look again at what may be sent, and send it."""
        ...

    def take_slot(self, job: Job, seconds: float = MIN_OVERDUE_AFTER) -> None:
        """Take a slot without a turn, for that many scaled seconds since the submit: the provider has this job."""
        ...

    def has_slot(self, job_id: str) -> bool:
        """Tell whether this process drives the job and the job has a slot that counts."""
        ...

    async def release_slot(self, job: Job) -> None:
        """Give the slot back of a job that is not at the provider, if it has one."""
        ...

    async def release_overdue(self, job: Job) -> None:
        """Let another job have the slot of one that takes too long at the provider."""
        ...

    async def wait_for_slot(self, job: Job) -> bool:
        """Tell whether the job has a slot, waiting for its turn where that is done here; False: do not send it."""
        ...

    async def answered(self, job: Job) -> None:
        """Note that the provider has answered the job's submit, or that it is not on its way any more."""
        ...

    async def pause(self, asked: float | None) -> float:
        """Send nothing for a while: the provider takes nothing now.

        `asked`: the pause that the provider asks for, in seconds. Returns the UTC time before which nothing is sent.
        """
        ...

    async def note_accepted(self) -> None:
        """Note that the provider took a job."""
        ...

    def remove(self, job_id: str) -> None:
        """Take a job out of the line: it was moved by someone else."""
        ...
