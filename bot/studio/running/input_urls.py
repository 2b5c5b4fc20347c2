"""Living addresses for the input files: the provider fetches them from Discord, or keeps them itself.

Discord's URLs die within a day; then our own copies are attached again, or uploaded.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from bot.domain.clip_errors import FileStoreDown
from bot.domain.errors import UploadFailed, UploadRefused
from bot.domain.job import Job
from bot.domain.media import InputUrl, StoredFile
from bot.domain.models import Dialect
from bot.domain.stages import Reason, Stage
from bot.studio.lifecycle.job_moves import JobMoves
from bot.studio.lifecycle.retry import retry, send
from bot.studio.ports import Clock, Replies
from bot.studio.ports.files import Media
from bot.studio.running.uploads import FileUploader

log = logging.getLogger(__name__)

# Discord signs a file's URL for 24 h; a margin is kept for the provider's own fetch.
URL_LIVES = 20 * 3600.0
_MAX_TRIES = 8
# How often the provider could not fetch a job's files: once, from Discord; twice, from itself.
_UPLOADED_AGAIN = 2


class InputUrls:
    """Gives a job's input files addresses from which the provider may fetch them.

    `uploads_first`: every file is uploaded to the provider; else only what it cannot fetch from Discord.
    """

    def __init__(
        self,
        replies: Replies,
        media: Media,
        uploader: FileUploader,
        job_moves: JobMoves,
        clock: Clock,
        *,
        uploads_first: bool,
    ) -> None:
        self._replies = replies
        self._media = media
        self._uploader = uploader
        self._job_moves = job_moves
        self._clock = clock
        self.uploads_first = uploads_first

    def change_dialect(self, dialect: Dialect) -> None:
        """Note which dialect is in force: in VIDEOS every file is uploaded to the provider."""
        self.uploads_first = dialect is Dialect.VIDEOS

    async def media_of(self, job: Job, failed: Callable[[UploadFailed], None]) -> Job:
        """Return the job with a living address for each of its files; or FAILED, with the reason.

        `failed` hears of each try to upload that came to nothing, and ends them by raising. Raises UploadRefused where
        the provider refuses a file for want of credits, which is not the file's fault.
        """
        uploads = self.uploads_first or job.unfetched > 0
        dead = [
            stored for stored in job.request.stored if not self._is_usable(job.input_url_of(stored), uploads=uploads)
        ]
        if not dead:
            return job
        copies = {stored: path for stored in dead if (path := await self._copy(stored, failed)) is not None}
        if len(copies) < len(dead):
            log.warning("A file of the request is no longer on disk.")
            return await self._fail(job)
        # Takes have one reply, where each would take the others' files away.
        fresh = None if uploads or job.lead_id is not None else await self._attach(job, copies)
        try:
            fresh = fresh or tuple(
                [await self._uploader.ensure_uploaded(stored, path, failed) for stored, path in copies.items()]
            )
        except UploadRefused as error:
            if error.reason is Reason.NO_BALANCE:
                raise
            log.warning("The provider rejected a file: %s", error.detail)
            return await self._fail(job, error.reason, error.provider_message)
        return await self._job_moves.move(job.with_input_urls(*fresh), Stage.WAITING)

    async def unfetched(self, job: Job) -> Job | None:
        """Take in that the provider cannot fetch a job's files.

        Returns the job without the addresses that did not serve; None when there is no other way to give the files.
        """
        times = (job.unfetched or (1 if self.uploads_first else 0)) + 1
        if times > _UPLOADED_AGAIN or not job.request.stored:
            return None
        if times == _UPLOADED_AGAIN:
            for stored in job.request.stored:
                await self._uploader.forget(stored)
        others = tuple(input_url for input_url in job.input_urls if not input_url.uploaded)
        return replace(job, input_urls=others, unfetched=times)

    def _is_usable(self, input_url: InputUrl | None, *, uploads: bool) -> bool:
        if input_url is None:
            return False
        return input_url.uploaded if uploads else input_url.uploaded or self._clock.now() - input_url.at < URL_LIVES

    async def _copy(self, stored: StoredFile, failed: Callable[[UploadFailed], None]) -> Path | None:
        """Have our copy of a file on our disk; None where it is past its days."""

        def not_brought(error: FileStoreDown) -> None:
            log.warning("A file can't be had from the file storage; trying again: %s", error.detail)
            failed(UploadFailed(error.detail))

        return await retry(lambda: self._media.bring_input(stored), FileStoreDown, not_brought, self._clock)

    async def _attach(self, job: Job, copies: Mapping[StoredFile, Path]) -> tuple[InputUrl, ...] | None:
        """Attach our copies to the reply, as far as it can be reached; None when that leads nowhere."""
        if len(copies) > self._replies.limits.max_files:
            return None
        outcome = await send(
            lambda: self._replies.attach_inputs(self._job_moves.addressed(job), copies),
            self._clock,
            max_tries=_MAX_TRIES,
        )
        if isinstance(outcome, tuple):
            return outcome
        log.info("The files couldn't be attached to the reply: %s", outcome)
        return None

    async def _fail(self, job: Job, reason: Reason = Reason.INPUT, provider_message: str = "") -> Job:
        return await self._job_moves.move(job.failed(reason, self._clock.now(), provider_message), Stage.WAITING)
