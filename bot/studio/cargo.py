"""What goes out on a rung: the clip, the clip made smaller to fit, or its link."""

import logging
from dataclasses import dataclass
from pathlib import Path

from bot.domain.job import Drop, Job
from bot.domain.reply import Fitted, Form, Rung
from bot.domain.stages import Stage
from bot.studio.climb import FITS_MOST, Climb
from bot.studio.fetch import Fetch
from bot.studio.media_port import Media
from bot.studio.ports import Clock, Replies

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Cargo:
    """A form, and the place's limit in bytes, None where nobody knows it; `fitted`: what was made for that limit.

    `hides_prompt`: it goes without the prompt.
    """

    form: Form
    limit: int | None
    fitted: Fitted | None = None
    hides_prompt: bool = False


class Loading:
    """Chooses what goes out, and has it made."""

    def __init__(self, media: Media, fetch: Fetch, replies: Replies, clock: Clock) -> None:
        self._media = media
        self._fetch = fetch
        self._replies = replies
        self._clock = clock

    async def cargo(self, job: Job, rung: Rung, climb: Climb) -> tuple[Job, Cargo | None]:
        """Choose for a rung; may take minutes, in which the row stays as it is.

        Returns the job as it is then, and None where the clip does not fit and nobody has a living link.
        """
        limit, hides = climb.limit(job.reply, rung), climb.hides_prompt
        if not climb.linked and self._media.clip(job.id) is not None:
            if (job.clip_bytes or 0) <= limit:
                return job, Cargo(climb.file_form, limit, hides_prompt=hides)
            if fitted := await self._fit(job, rung, limit, climb):
                return job, Cargo(climb.file_form, limit, fitted, hides)
        if (job.clip_dies or 0.0) <= self._clock.now():
            job = await self._fetch.refresh(job)
        if job.clip_url is None or (job.clip_dies is not None and job.clip_dies <= self._clock.now()):
            return job, None
        return job, Cargo(Form.LINK, limit if climb.limit_known else None, hides_prompt=hides)

    def file(self, job: Job, drop: Drop) -> Path | None:
        """Return the file that a drop brings; None when it is not on the disk."""
        if drop.fitted is None or drop.limit is None:
            return self._media.clip(job.id)
        return self._media.fitted(job.id, drop.limit)

    async def _fit(self, job: Job, rung: Rung, limit: int, climb: Climb) -> Fitted | None:
        """Have the clip made smaller, once for each limit."""
        if limit not in climb.fits:
            if len(climb.fits) >= FITS_MOST:
                return None
            if job.stage is Stage.READY and rung is not Rung.ASKED:
                self._replies.show(job)
            log.info("[#%s] Its %d bytes are made to fit %d.", job.short, job.clip_bytes or 0, limit)
            climb.fits[limit] = await self._media.fit(job.id, limit)
        return climb.fits[limit]
