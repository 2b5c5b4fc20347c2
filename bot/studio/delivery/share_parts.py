"""What stands in for a job's row and for the provider where a delivery is that of a share."""

import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from bot.domain.clip_errors import ClipError, ClipUnreachable, FileStoreDown
from bot.domain.job import Job
from bot.domain.reply import Reply
from bot.domain.shares import Share
from bot.domain.stages import Reason, Stage
from bot.studio.lifecycle.job_moves import JobMoves, Overtaken
from bot.studio.lifecycle.retry import retry, send
from bot.studio.ports import Clock, Closed, Outcome, Replies, Unclear
from bot.studio.ports.files import Media
from bot.studio.ports.shares import ShareStore

log = logging.getLogger(__name__)

# How often a message and its file are asked for before the place takes nothing.
_TRIES = 4


class ShareRows:
    """The row of one share, as the moves of a delivery write it: `share` is what it says."""

    def __init__(self, shares: ShareStore, share: Share) -> None:
        self._shares = shares
        self.share = share

    async def find(self, _job_id: str) -> Job | None:
        """Find nothing: what a share is of stands in the job's own row."""
        return None

    async def save(self, job: Job, was: Stage) -> Reply | None:
        """Write down how the share stands where its row still stands at `was`; None, and nothing written, if not."""
        share = replace(self.share, stage=job.stage, attempt=job.attempt)
        if not await self._shares.save(share, was):
            return None
        self.share = share
        return share.of(job).reply

    async def save_unmoved(self, _jobs: Sequence[Job]) -> None:
        """Write nothing: a share has no percent."""

    async def save_address(self, _job_id: str, reply: Reply) -> None:
        """Write down what was learnt of the answer; of another channel nothing is kept."""
        if self.share.channel is None:
            await self._shares.save_address(self.share.id, reply)
            self.share = replace(self.share, reply=reply)

    async def mark_notified(self, _job_id: str, _at: float) -> bool:
        """Write nothing: who shares is not notified."""
        return True

    async def restored_at(self) -> float | None:
        """Tell of no backup: a share that came out of one has ended with that."""
        return None


class PostedClips:
    """A clip that is past its days on our disk: fetched again from the message that holds it, for as long as the sweep.

    `job_moves` are the moves of the job itself, `moves` those of the share.
    """

    def __init__(
        self, job: Job, replies: Replies, media: Media, job_moves: JobMoves, moves: JobMoves, clock: Clock
    ) -> None:
        self.job = self._job = job
        self._replies = replies
        self._media = media
        self._job_moves = job_moves
        self._moves = moves
        self._clock = clock

    async def bring(self, job: Job) -> bool:
        """Have our own copy on the disk; False where there is none, or the store of files does not answer."""
        tries = 0

        def failed(error: FileStoreDown) -> None:
            nonlocal tries
            tries += 1
            log.warning("The video can't be brought from where it is stored: %s", error)
            if tries == _TRIES:
                raise error

        try:
            return await retry(lambda: self._media.bring(job.id), FileStoreDown, failed, self._clock) is not None
        except FileStoreDown:
            return False

    async def clip(self, job: Job) -> Job:
        """Return the job with its clip on the disk; FAILED where it is gone, HELD where it does not come now."""
        return await _with_clip(job, await self.fetched(), self._moves, self._clock)

    async def refresh(self, job: Job) -> Job:
        """Return the job as it is: nothing is asked of the provider for a share."""
        return job

    async def fetched(self) -> int | Outcome:
        """Fetch the clip from the message that holds it, and return its bytes, or why that can't be."""
        found = await send(self._fetched, self._clock, max_tries=_TRIES)
        if isinstance(found, int):
            # Its row says that the file is there, so that it is counted and deleted.
            with suppress(Overtaken):
                await self._job_moves.move(replace(self._job, clip_bytes=found), self._job.stage)
        else:
            log.info("The video is not on disk, and not to be had from its message: %s", found)
        return found

    async def _fetched(self) -> int | Outcome:
        url = await self._replies.clip_url(self._job)
        if not isinstance(url, str):
            return url
        try:
            return await self._media.fetch_clip(url, self._job.id)
        except (ClipUnreachable, OSError) as error:
            return Unclear(f"{type(error).__name__}: {error}")
        except ClipError as error:
            return Closed(error.detail)


class JoinedClips:
    """The clips of several videos, each brought or fetched as a share's, and joined to one."""

    def __init__(self, parts: Sequence[PostedClips], media: Media, moves: JobMoves, clock: Clock) -> None:
        self._parts = parts
        self._media = media
        self._moves = moves
        self._clock = clock

    async def bring(self, job: Job) -> bool:
        """Tell whether the joined clip is here; at first it is only looked for by `clip`."""
        return job.clip_bytes is not None and self._media.clip(job.clip_id) is not None

    async def clip(self, job: Job) -> Job:
        """Return the job with the joined clip; FAILED where one of them is gone, HELD where it can't be made now."""
        return await _with_clip(job, await self._joined(job), self._moves, self._clock)

    async def refresh(self, job: Job) -> Job:
        """Return the job as it is: there is no link to what was joined."""
        return job

    async def _joined(self, job: Job) -> int | Outcome:
        if self._media.clip(job.clip_id) is None:
            for part in self._parts:
                if not await part.bring(part.job) and not isinstance(found := await part.fetched(), int):
                    return found
        try:
            return await self._media.join_clips(job.reel, job.clip_id)
        except (ClipUnreachable, OSError) as error:
            return Unclear(f"{type(error).__name__}: {error}")
        except ClipError as error:
            return Closed(error.detail)


async def _with_clip(job: Job, found: int | Outcome, moves: JobMoves, clock: Clock) -> Job:
    match found:
        case int(size):
            return replace(job, clip_bytes=size)
        case Closed():
            log.info("What was to be shared is gone: %s", found)
            return await moves.move(job.failed(Reason.EXPIRED, clock.now()), job.stage)
        case _:
            log.warning("What was to be shared doesn't come now: %s", found)
            return await moves.move(job.held(clock.now()), job.stage)
