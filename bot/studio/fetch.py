"""Bringing a finished clip to our disk: patient with the network, strict with what comes."""

import logging

from bot.domain.errors import ClipGone, ClipUnreachable, ClipUnusable
from bot.domain.job import Job
from bot.domain.progress import Silence, Snapshot, TaskStatus
from bot.domain.stages import Reason
from bot.studio.media_port import Media
from bot.studio.patience import Patience
from bot.studio.ports import Clock, Provider
from bot.studio.rows import Rows

log = logging.getLogger(__name__)

# So many fresh answers may name a clip that is dead, or no video, before the job fails.
ANSWERS_MOST = 3


class Fetch:
    """A rendered job to its clip on the disk, or to FAILED(unusable) or FAILED(expired)."""

    def __init__(self, provider: Provider, media: Media, rows: Rows, clock: Clock) -> None:
        self._provider = provider
        self._media = media
        self._rows = rows
        self._clock = clock

    async def clip(self, job: Job) -> Job:
        """Return the job with its clip on the disk, or failed; raises rows.Overtaken."""
        unusable = gone = 0
        patience = Patience(self._clock)
        while True:
            try:
                return await self._load(job)
            except ClipUnusable as error:
                unusable += 1
                log.warning("[#%s] The clip is unusable, time %d: %s", job.short, unusable, error.detail)
            except ClipGone as error:
                gone += 1
                log.warning("[#%s] The clip is gone, time %d: %s", job.short, gone, error.detail)
            except (ClipUnreachable, OSError) as error:
                log.warning("[#%s] The clip did not come: %s", job.short, error)
            if unusable >= ANSWERS_MOST or gone >= ANSWERS_MOST:
                reason = Reason.UNUSABLE if unusable >= ANSWERS_MOST else Reason.EXPIRED
                return await self._rows.move(job.failed(reason, self._clock.now()), job.stage)
            await patience.wait()
            job = await self.refresh(job)

    async def _load(self, job: Job) -> Job:
        """Fetch once, or take what is on the disk already."""
        if job.clip_bytes is not None and self._media.clip(job.id) is not None:
            return job
        if job.clip_url is None:
            raise ClipGone("the provider named no clip")
        size = await self._media.fetch_clip(job.clip_url, job.id)
        log.info("[#%s] The clip is here: %d bytes.", job.short, size)
        return await self._rows.move(job.fetched(size), job.stage)

    async def refresh(self, job: Job) -> Job:
        """Ask for the clip's URL anew; the job as it is when the provider does not answer with one."""
        if job.task_id is None:
            return job
        match await self._provider.ask(job.task_id):
            case Snapshot(status=TaskStatus.COMPLETED, clip_url=str()) as snapshot:
                return await self._rows.move(job.refreshed(snapshot), job.stage)
            case Snapshot() | Silence():
                return job
