"""What is being made in a server, for those who manage it."""

from bot.domain.administration import Action
from bot.domain.audit import Change
from bot.domain.job import Job
from bot.domain.reply import Reply
from bot.studio.lifecycle.forecasts import Forecasts
from bot.studio.lifecycle.job_moves import JobMoves
from bot.studio.ports import Clock
from bot.studio.ports.pages import Listed, ListedPage
from bot.studio.ports.stores import ServerJobs
from bot.studio.running.actions import JobActions

PAGE_SIZE = 8
"""Videos that are listed at once: so many, each with its button, fit on one of Discord's messages."""


class ServerVideos:
    """Lists the videos that were asked for in one server (None: anywhere), and cancels those that wait."""

    def __init__(
        self, jobs: ServerJobs, forecasts: Forecasts, job_moves: JobMoves, actions: JobActions, clock: Clock
    ) -> None:
        self._jobs = jobs
        self._job_moves = job_moves
        self._forecasts = forecasts
        self._actions = actions
        self._clock = clock

    async def page(self, guild_id: int | None, number: int) -> ListedPage:
        """Return a page, counted from 1; the last one where there are not so many."""
        page = await self._jobs.live(guild_id, number, PAGE_SIZE)
        jobs = map(self._job_moves.with_percent, page.jobs)
        videos = [Listed(job, await self._forecasts.of(job), has_clip=False) for job in jobs]
        return ListedPage(tuple(videos), page.number, page.pages, page.total)

    async def cancel(self, guild_id: int | None, actor_id: int, job_id: str) -> Job:
        """Cancel a video that still waits, which its member reads on its card; who did it is kept. Raises Refusal."""

        async def write(job: Job) -> Reply | None:
            change = Change(
                *(self._clock.now(), job.reply.guild_id or 0, actor_id, Action.CANCEL),
                {"video": job.short, "member": job.user_id},
            )
            return await self._jobs.cancel(job, change)

        return await self._actions.cancel_in(guild_id, job_id, write)
