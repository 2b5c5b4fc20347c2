"""An input image's living URL: the provider fetches it from Discord, whose URLs die within a day."""

import logging
from dataclasses import replace
from typing import assert_never

from bot.domain.job import Job
from bot.domain.stages import Reason, Stage
from bot.studio.media_port import Media
from bot.studio.patience import Patience
from bot.studio.ports import CardRefused, Clock, Closed, NotNow, Posted, Replies, TooLarge, Unclear
from bot.studio.rows import Rows

log = logging.getLogger(__name__)

# Discord signs a file's URL for 24 h; a margin is kept for the provider's own fetch.
URL_LIVES = 20 * 3600.0
_TRIES_MOST = 8


class Host:
    """Gives a job's image a URL from which the provider may fetch it."""

    def __init__(self, replies: Replies, media: Media, rows: Rows, clock: Clock) -> None:
        self._replies = replies
        self._media = media
        self._rows = rows
        self._clock = clock

    async def image_of(self, job: Job) -> Job:
        """Return the job with a living image URL, attached anew to its reply where needed; or FAILED(input)."""
        kept = job.request.image
        if kept is None or (job.image_url and self._clock.now() - job.image_url_at < URL_LIVES):
            return job
        path = self._media.image(kept)
        patience = Patience(self._clock)
        for _ in range(_TRIES_MOST if path else 0):
            assert path is not None  # noqa: S101 - the range is empty otherwise
            outcome = await self._replies.host_image(self._rows.addressed(job), path)
            match outcome:
                case str():
                    hosted = replace(job, image_url=outcome, image_url_at=self._clock.now())
                    return await self._rows.move(hosted, Stage.WAITING)
                case NotNow():
                    await patience.wait(outcome.after)
                case Unclear():
                    await patience.wait()
                case Closed() | TooLarge() | CardRefused() | Posted():
                    log.warning("[#%s] The image finds no place: %s", job.short, outcome)
                    break
                case _:
                    assert_never(outcome)
        return await self._rows.move(job.failed(Reason.INPUT, self._clock.now()), Stage.WAITING)
