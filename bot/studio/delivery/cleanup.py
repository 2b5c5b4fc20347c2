"""What is thrown away, and when: clips and inputs past their days, tokens that are dead, drafts past their hour."""

import logging

from bot.domain.drafts import DRAFT_SECONDS
from bot.domain.errors import StoreFull
from bot.domain.job import Job
from bot.domain.stages import Reason, Stage
from bot.log_lines import about_job, counted
from bot.studio.lifecycle.job_moves import JobMoves, Overtaken
from bot.studio.ports import Clock
from bot.studio.ports.files import Media
from bot.studio.ports.stores import FilesInUse, OldDrafts, OldJobs

log = logging.getLogger(__name__)

DAY = 86400.0
_EVERY = 3600.0
# A dead token is erased when no edit of ours can still be under way with it.
_TOKEN_SLACK = 2 * 60.0
_TOKENS_EVERY = 60.0
# A draft that was found within its time may still be on its way to a job.
_DRAFT_SLACK = 900.0


class Cleanup:
    """Delete what is past its time: clips, input files, drafts and dead tokens."""

    def __init__(  # noqa: PLR0913 - whatever grows old
        self,
        jobs: OldJobs,
        assets: FilesInUse,
        drafts: OldDrafts,
        media: Media,
        job_moves: JobMoves,
        clock: Clock,
        *,
        clip_days: float,
        input_days: float,
        token_seconds: float,
    ) -> None:
        self._jobs = jobs
        self._assets = assets
        self._drafts = drafts
        self._media = media
        self._job_moves = job_moves
        self._clock = clock
        self._clip_seconds = clip_days * DAY
        self._input_seconds = input_days * DAY
        self._token_seconds = token_seconds
        self._stale: frozenset[str] = frozenset()
        self._in_use: set[str] | None = None

    async def run(self) -> None:
        """Sweep files now and every hour, and tokens and drafts every minute, until cancelled."""
        due, said = self._clock.now(), ""
        while True:
            try:
                await self._jobs.forget_tokens(self._clock.ago(self._token_seconds + _TOKEN_SLACK))
                await self._drafts.delete_before(self._clock.ago(DRAFT_SECONDS + _DRAFT_SLACK))
                if self._clock.now() >= due:
                    due = self._clock.later(_EVERY)
                    await self.files()
                said = ""
            except (StoreFull, OSError) as error:
                if said != (said := str(error)):
                    log.warning("Old files couldn't be deleted; trying again: %s", error)
            await self._clock.sleep(_TOKENS_EVERY)

    async def files(self) -> None:
        """Delete the clips and the input files that were past their days at the last look too.

        At the first look the machine's clock may be wrong; by the second, an hour later, it is believed or corrected.
        """
        stale = await self._jobs.stale_clips(self._clock.ago(self._clip_seconds))
        for job in stale:
            if job.id in self._stale:
                await self._delete_clip(job)
        self._stale = frozenset(job.id for job in stale)
        since = self._clock.ago(self._input_seconds)
        in_use = await self._jobs.files_in_use(since)
        in_use |= await self._assets.files_in_use() | await self._drafts.files_in_use()
        before, self._in_use = self._in_use, in_use
        if before is not None and (swept := await self._media.delete_unused_files(in_use | before)):
            log.info("Deleted %s older than INPUT_DAYS.", counted(swept, "input file"))

    async def _delete_clip(self, job: Job) -> None:
        """Delete one clip; a job that was still held ends with it."""
        if job.stage in {Stage.READY, Stage.DELIVERING}:
            return
        if job.stage is Stage.HELD:
            try:
                await self._job_moves.move(job.failed(Reason.EXPIRED, self._clock.now()), Stage.HELD)
            except Overtaken:
                return
        await self._media.delete_clip(job.id)
        await self._jobs.forget_clip(job.id)
        with about_job(job.id):
            log.info("The video is older than CLIP_DAYS and was deleted.")
