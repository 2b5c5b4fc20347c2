"""The parts of a reel: a video and the videos it continues, without those that a later clip already contains."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, Protocol

from bot.domain.chain import Operation
from bot.domain.errors import Refusal
from bot.domain.job import Job
from bot.domain.share_problems import NothingToJoin, PartGone, ReelTooLong
from bot.domain.shares import SHAREABLE

MAX_PARTS: Final = 16
MAX_SECONDS: Final = 300
"""Of all clips together; `bot.media.join` has the same."""


class AnyJobs(Protocol):
    """For what a video goes on from, which may be another member's."""

    async def find(self, job_id: str) -> Job | None:
        """Find a job by its whole id."""
        ...


class Reels:
    """Finds the videos of a chain."""

    def __init__(self, jobs: AnyJobs) -> None:
        self._jobs = jobs

    async def parts_of(self, job: Job) -> Sequence[Job]:
        """List the videos whose clips, one after the other, show everything up to a video, which is the last.

        Raises Refusal: NothingToJoin where its clip alone does, PartGone, ReelTooLong.
        """
        parts, latest = [job], job
        while latest.parent is not None:
            parent = await self._jobs.find(latest.parent)
            if parent is None or parent.other_version:
                raise Refusal(PartGone())
            # What changes a video shows all of it.
            if not latest.holds_parent and latest.request.operation is not Operation.EDIT:
                if parent.deleted or parent.stage not in SHAREABLE:
                    raise Refusal(PartGone())
                parts.insert(0, parent)
            latest = parent
            if len(parts) > MAX_PARTS:
                break
        if len(parts) == 1:
            raise Refusal(NothingToJoin(holds_all=job.parent is not None))
        if len(parts) > MAX_PARTS or sum(map(_seconds, parts)) > MAX_SECONDS:
            raise Refusal(ReelTooLong(MAX_PARTS, MAX_SECONDS))
        return parts

    async def scenes_of(self, job: Job) -> Sequence[Job]:
        """List a scene with those before it, as far back as their clips are to be had; itself last."""
        parts = [job]
        while (parent_id := parts[0].parent) is not None and len(parts) < MAX_PARTS:
            parent = await self._jobs.find(parent_id)
            if parent is None or parent.deleted or parent.other_version or parent.stage not in SHAREABLE:
                break
            parts.insert(0, parent)
        return parts

    async def joined(self, job: Job, reel: Sequence[str]) -> Job:
        """Return the last of a reel's videos as the reel's card shows it, with the authors of all media in the reel.

        Scenes are called by the first one's prompt.
        """
        parts = await self.parts(reel)
        if not parts:
            return job
        media = tuple(medium for part in parts for medium in part.request.media)
        prompt = parts[0].request.prompt if job.scene else job.request.prompt
        return replace(job, request=replace(job.request, prompt=prompt, media=media))

    async def parts(self, job_ids: Sequence[str]) -> Sequence[Job]:
        """Find the videos of a stored reel, without videos that were deleted since."""
        found = [await self._jobs.find(job_id) for job_id in job_ids]
        return [job for job in found if job is not None and not job.deleted and not job.other_version]


def _seconds(job: Job) -> int:
    return job.made_seconds or max(job.request.duration, 0)
