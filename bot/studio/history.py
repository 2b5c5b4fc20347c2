"""My jobs: what a member can look up of their own."""

from collections.abc import Sequence

from bot.domain.caller import Caller
from bot.domain.errors import NoSuchJob, Refusal
from bot.domain.job import Job
from bot.domain.progress import Forecast
from bot.studio.lifecycle.forecasts import Forecasts
from bot.studio.lifecycle.job_moves import JobMoves
from bot.studio.lifecycle.poster_maker import PosterMaker
from bot.studio.ports.files import Media
from bot.studio.ports.pages import JobPage, Listed
from bot.studio.ports.stores import OwnJobs

PAGE_SIZE = 8
"""Jobs that are listed at once: so many, each with its buttons, fit on one of Discord's messages."""


class History:
    """Lists and lookups, each over one member's own jobs only."""

    def __init__(
        self, jobs: OwnJobs, media: Media, posters: PosterMaker, forecasts: Forecasts, job_moves: JobMoves
    ) -> None:
        self._jobs = jobs
        self._media = media
        self._posters = posters
        self._forecasts = forecasts
        self._job_moves = job_moves

    async def find(self, caller: Caller, text: str) -> Job:
        """Find a job of the caller's by id or short id; raises Refusal(NoSuchJob), also for another member's."""
        job = await self._jobs.find_mine(caller.user_id, text)
        if job is None:
            raise Refusal(NoSuchJob())
        return self._job_moves.with_percent(job)

    async def overview(self, caller: Caller) -> Sequence[Listed]:
        """List the running jobs, then the latest finished ones, each newest first; at most PAGE_SIZE."""
        jobs = map(self._job_moves.with_percent, await self._jobs.latest(caller.user_id, "", PAGE_SIZE))
        return [Listed(job, await self._forecasts.of(job), self.has_clip(job)) for job in jobs]

    async def history(self, caller: Caller, search: str, page: int, before: str = "") -> JobPage:
        """Return one page of everything the caller ever made, newest first.

        A search that has stopped before the oldest goes on after the job that `before` names.
        """
        return await self._jobs.mine(caller.user_id, search, page, PAGE_SIZE, before)

    async def posters(self, jobs: Sequence[Job]) -> dict[str, bytes]:
        """Return a small JPEG of each clip that has one, by its job's id."""
        return await self._posters.of([job.id for job in jobs if not job.other_version])

    async def complete(self, caller: Caller, user_input: str, maximum: int) -> Sequence[Job]:
        """List at most so many jobs that fit what was typed so far."""
        return await self._jobs.latest(caller.user_id, user_input, maximum)

    async def card_facts(self, job: Job) -> Forecast:
        """Return what stands around the job, for its card."""
        return await self._forecasts.of(job)

    def has_clip(self, job: Job) -> bool:
        """Tell whether we have a copy of the clip of our own."""
        return not job.other_version and self._media.has_clip(job.id, noted=job.clip_bytes is not None)
