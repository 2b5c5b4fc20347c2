"""The studio's port `Jobs`, on SQLite: each call sends one function to the store's thread."""

from collections.abc import Sequence

from bot.domain.job import Job
from bot.domain.models import Model, Resolution
from bot.domain.reply import Reply
from bot.domain.stages import Stage
from bot.storage import reads, restored, writes
from bot.storage.thread import Store
from bot.studio.ports import Page


class SqliteJobs:
    """The jobs in an open store. Times are UTC seconds; every call raises StoreFull when nothing can be written."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def accept(self, job: Job, waiting_most: int) -> Job:
        """Write a new WAITING job down, with its limits, in one transaction.

        Returns the job that is already there when this interaction was accepted before, or when the same member
        pressed Again on the same job less than 10 seconds away. Raises Refusal(TooManyWaiting); Refusal(AlreadyTried)
        when `job.pressed` was tried again before; ValueError when the id is taken or the job is not WAITING.
        """
        return await self._store.run(writes.accept, job, waiting_most)

    async def save(self, job: Job, was: Stage) -> bool:
        """Write a job's state where the row still stands at `was`; False, and nothing written, when it does not.

        What was accepted (ids, request, times of it), the reply's address and `told` are left alone. Raises ValueError
        for a move that `stages.allowed` forbids, TaskTaken where another job has its task.
        """
        return await self._store.run(writes.save, job, was)

    async def readdress(self, job_id: str, reply: Reply) -> None:
        """Write where the reply is now."""
        await self._store.run(writes.readdress, job_id, reply)

    async def forget_tokens(self, before: float) -> int:
        """Erase the interaction tokens made before that time, those of beginnings and assets too; returns how many."""
        return await self._store.run(writes.forget_tokens, before)

    async def mark_told(self, job_id: str, at: float) -> bool:
        """Write down that the requester was told of the end; False when that was written before."""
        return await self._store.run(writes.mark_told, job_id, at)

    async def find(self, job_id: str) -> Job | None:
        """Find a job by its whole id."""
        return await self._store.run(reads.find, job_id)

    async def find_mine(self, user_id: int, text: str) -> Job | None:
        """Find a member's own job by its id or its start (six characters or more), with or without #.

        The newest where several start so.
        """
        return await self._store.run(reads.find_mine, user_id, text)

    async def unfinished(self) -> Sequence[Job]:
        """List every job that has not ended, and every ended one whose owner was not told; oldest first."""
        return await self._store.run(reads.unfinished)

    async def used_since(self, since: float) -> dict[int, int]:
        """Sum, by member, the seconds of video that were sent since that time and not released."""
        return await self._store.run(reads.used_since, since)

    async def runs(self, model: Model, duration: int, resolution: Resolution | None, most: int) -> Sequence[float]:
        """List how long the latest rendered jobs of that model, length and size took, in seconds, newest first."""
        return await self._store.run(reads.runs, model, duration, resolution, most)

    async def mine(self, user_id: int, search: str, page: int, size: int) -> Page:
        """Return one page (from 1; clamped) of a member's jobs whose prompts contain `search`, in any script."""
        return await self._store.run(reads.mine, user_id, search, page, size)

    async def latest(self, user_id: int, search: str, most: int) -> Sequence[Job]:
        """List a member's latest jobs: those that have not ended first, then the newest."""
        return await self._store.run(reads.latest, user_id, search, most)

    async def stale_clips(self, before: float) -> Sequence[Job]:
        """List the jobs whose clip is on the disk and was completed before that time."""
        return await self._store.run(reads.stale_clips, before)

    async def forget_clip(self, job_id: str) -> None:
        """Write down that the clip is no longer on the disk."""
        await self._store.run(writes.forget_clip, job_id)

    async def stored_by(self, user_id: int, since: float) -> tuple[dict[str, int], int]:
        """Return a member's input files (sha256: bytes), as in `files_in_use`, and the bytes of their kept clips."""
        return await self._store.run(reads.stored_by, user_id, since)

    async def files_in_use(self, since: float) -> set[str]:
        """List the sha256 of the input files of jobs created since that time, or not ended."""
        return await self._store.run(reads.files_in_use, since)

    async def restored_at(self) -> float | None:
        """Return when this database was last put back from a backup; None when it never was."""
        return await self._store.run(restored.restored_at)

    async def stamp_restored(self) -> int:
        """Fail, as unclear, what a restored backup would otherwise send again; returns how many.

        Once for each restore; to be called at each start, before the jobs are taken up.
        """
        return await self._store.run(restored.settle)
