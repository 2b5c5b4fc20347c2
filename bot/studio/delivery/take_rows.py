"""What stands in for a job's row where a delivery is that of several takes."""

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.job import Job
from bot.domain.reply import Reply
from bot.domain.stages import Stage
from bot.domain.takes import has_clip
from bot.studio.lifecycle.job_moves import JobMoves
from bot.studio.ports.takes import TakeStore


class TakeRows:
    """The rows of the takes that go out together, moved as one for the process that drives their `lead`.

    `job_moves` are those of jobs by themselves.
    """

    def __init__(self, takes: TakeStore, job_moves: JobMoves, lead: Job) -> None:
        self._takes = takes
        self._job_moves = job_moves
        self._lead = lead

    async def find(self, _job_id: str) -> Job | None:
        """Find nothing: they are read by their store."""
        return None

    async def save(self, job: Job, was: Stage) -> Reply | None:
        """Write down how all of them stand where their rows still stand at `was`; None, and nothing written, if not."""
        moved = [_moved(take, job) for take in job.group if has_clip(take)]
        reply = await self._takes.move(self._lead, moved, was)
        if reply is not None:
            for take in moved:
                if take.id != job.id:
                    self._job_moves.count(take, was)
        return reply

    async def save_unmoved(self, _jobs: Sequence[Job]) -> None:
        """Write nothing: what is rendered has no percent that moves."""

    async def save_address(self, _job_id: str, _reply: Reply) -> None:
        """Write nothing: what the place did not take were all files together."""

    async def mark_notified(self, _job_id: str, _at: float) -> bool:
        """Write nothing: a delivery notifies no one."""
        return True

    async def restored_at(self) -> float | None:
        """Return when this database was last put back from a backup."""
        return await self._job_moves.restored_at()


def _moved(take: Job, first: Job) -> Job:
    """Move a take as the first one has moved, with the file that was chosen for it."""
    if take.id == first.id:
        return replace(first, group=())
    attempt, own = first.attempt, take.attempt
    if attempt is not None:
        limit, shrunk = (None, None) if own is None else (own.limit, own.shrunk)
        attempt = replace(attempt, limit=limit, shrunk=shrunk)
    return replace(take, stage=first.stage, changed=first.changed, attempt=attempt)
