"""My jobs: what a member can look up of their own."""

from collections.abc import Sequence

from bot.domain.caller import Caller
from bot.domain.errors import NoSuchJob, Refusal
from bot.domain.job import Job
from bot.domain.progress import Outlook
from bot.studio.media_port import Media
from bot.studio.outlook import Outlooks
from bot.studio.stores import OwnJobs, Page

PAGE_SIZE = 10
_OVERVIEW_MOST = 10


class Archive:
    """Lists and lookups, each over one member's own jobs only."""

    def __init__(self, jobs: OwnJobs, media: Media, outlooks: Outlooks) -> None:
        self._jobs = jobs
        self._media = media
        self._outlooks = outlooks

    async def find(self, caller: Caller, text: str) -> Job:
        """Find a job of the caller's by id or short id; raises Refusal(NoSuchJob), also for somebody else's."""
        job = await self._jobs.find_mine(caller.user_id, text)
        if job is None:
            raise Refusal(NoSuchJob())
        return job

    async def overview(self, caller: Caller) -> Sequence[Job]:
        """List the running jobs, then the latest finished ones."""
        return await self._jobs.latest(caller.user_id, "", _OVERVIEW_MOST)

    async def history(self, caller: Caller, search: str, page: int) -> Page:
        """Return one page of everything the caller ever made, newest first."""
        return await self._jobs.mine(caller.user_id, search, page, PAGE_SIZE)

    async def complete(self, caller: Caller, typed: str, most: int) -> Sequence[Job]:
        """List at most so many jobs that fit what was typed so far."""
        return await self._jobs.latest(caller.user_id, typed, most)

    async def card_facts(self, job: Job) -> Outlook:
        """Return what stands around the job, for its card."""
        return await self._outlooks.of(job)

    def has_clip(self, job: Job) -> bool:
        """Tell whether our own copy of the clip is on the disk."""
        return not job.foreign and self._media.clip(job.id) is not None
