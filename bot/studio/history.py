"""My jobs: what a member can look up of their own."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from bot.domain.caller import Caller
from bot.domain.chain import NextStep
from bot.domain.errors import NoSuchJob, Refusal
from bot.domain.job import Job
from bot.domain.progress import Forecast
from bot.domain.server_settings import ServerSettings
from bot.domain.shares import is_public
from bot.studio.lifecycle.forecasts import Forecasts
from bot.studio.lifecycle.job_moves import JobMoves
from bot.studio.lifecycle.poster_maker import PosterMaker
from bot.studio.ports import Clock
from bot.studio.ports.favourites import FavouriteStore
from bot.studio.ports.files import Media
from bot.studio.ports.pages import JobPage, Listed
from bot.studio.ports.stores import OwnJobs

PAGE_SIZE = 8
"""Jobs that are listed at once: so many, each with its buttons, fit on one of Discord's messages."""


async def nothing_set(_: int) -> ServerSettings:
    """Return the settings of a server without any."""
    return ServerSettings()


class History:
    """Lists and lookups, each over one member's own jobs only.

    `steps` tells what can be made of a finished video; `settings` are those of a server.
    """

    def __init__(  # noqa: PLR0913 - what is known of jobs, and what stands around them
        self,
        jobs: OwnJobs,
        favourites: FavouriteStore,
        media: Media,
        posters: PosterMaker,
        forecasts: Forecasts,
        job_moves: JobMoves,
        clock: Clock,
        *,
        steps: Callable[[Job], Sequence[NextStep]] = lambda _: (),
        settings: Callable[[int], Awaitable[ServerSettings]] = nothing_set,
    ) -> None:
        self._jobs = jobs
        self.next_steps = steps
        self._settings = settings
        self._favourites = favourites
        self._clock = clock
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
        jobs = [self._job_moves.with_percent(job) for job in await self._jobs.latest(caller.user_id, "", PAGE_SIZE)]
        parts = await self.parts(caller.user_id, jobs)
        return [Listed(job, await self._forecasts.of(job), self.has_clip(job), parts[job.id]) for job in jobs]

    async def history(self, caller: Caller, search: str, page: int, before: str = "") -> JobPage:
        """Return one page of everything the caller ever made, newest first.

        A search that has stopped before the oldest goes on after the job that `before` names.
        """
        found = await self._jobs.mine(caller.user_id, search, page, PAGE_SIZE, before)
        starred = await self._favourites.starred(caller.user_id, [job.id for job in found.jobs])
        return replace(found, starred=starred, parts=await self.parts(caller.user_id, found.jobs))

    async def favourites(self, caller: Caller, search: str, page: int) -> JobPage:
        """Return one page of the videos that the caller has starred, the one starred last first."""
        found = await self._favourites.favourites(caller.user_id, search, page, PAGE_SIZE)
        starred = frozenset(job.id for job in found.jobs)
        return replace(found, starred=starred, parts=await self.parts(caller.user_id, found.jobs))

    async def parts(self, user_id: int, jobs: Sequence[Job]) -> dict[str, int]:
        """Tell of each of a member's jobs, by its id, how many parts their chain has by now that it is in."""
        later = await self._jobs.later_parts(user_id, [job.id for job in jobs])
        return {job.id: job.part + later.get(job.id, 0) for job in jobs}

    async def star(self, caller: Caller, job_id: str, *, on: bool) -> Job:
        """Star a video of the caller's, or take its star away; raises Refusal(NoSuchJob)."""
        job = await self.find(caller, job_id)
        if on and job.deleted:
            raise Refusal(NoSuchJob())
        if on:
            await self._favourites.star(caller.user_id, job.id, self._clock.now())
        else:
            await self._favourites.unstar(caller.user_id, job.id)
        return job

    async def is_starred(self, job: Job) -> bool:
        """Tell whether its owner has starred the video."""
        return job.id in await self._favourites.starred(job.user_id, [job.id])

    async def shows_off(self, job: Job) -> bool:
        """Tell whether its owner can have the video posted in its server's showcase."""
        if job.reply.guild_id is None or job.deleted or job.other_version or not is_public(job):
            return False
        return (await self._settings(job.reply.guild_id)).showcase is not None

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
