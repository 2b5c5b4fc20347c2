"""The posters of finished videos: made beside the delivery, which never waits for them, and looked up for lists."""

import asyncio
from collections.abc import Sequence
from functools import partial

from bot.studio.lifecycle.tasks import BackgroundTasks
from bot.studio.ports import Clock
from bot.studio.ports.files import Media

# In real seconds: so long may a list wait for pictures. Those that come later are there at the next look.
_WITHIN = 1.5


class PosterMaker:
    """One background task for each poster that is being made."""

    def __init__(self, media: Media, clock: Clock, within: float = _WITHIN) -> None:
        self._media = media
        self._within = within
        self._tasks = BackgroundTasks(clock)

    def start(self, job_id: str) -> None:
        """Have the poster made of a clip that is on our disk."""
        self._tasks.start(job_id, "a poster", partial(self._make, job_id), job_id=job_id)

    async def of(self, job_ids: Sequence[str]) -> dict[str, bytes]:
        """Return the posters that there are, by their jobs' ids, in the order of these.

        What was kept by a version that made none gets its poster now, where that does not take long.
        """
        posters = await self._read(job_ids)
        missing = [job_id for job_id in job_ids if job_id not in posters]
        for job_id in missing:
            if self._media.clip(job_id) is not None:
                self.start(job_id)
        making = {task for job_id in missing if (task := self._tasks.get(job_id)) is not None}
        if making:
            await asyncio.wait(making, timeout=self._within)
            posters |= await self._read(missing)
        return {job_id: posters[job_id] for job_id in job_ids if job_id in posters}

    async def close(self) -> None:
        """Stop what is being made; it is made when it is first looked for."""
        await self._tasks.close()

    async def _make(self, job_id: str, again: bool) -> None:  # noqa: FBT001, ARG002 - as BackgroundTasks calls it
        await self._media.make_poster(job_id)

    async def _read(self, job_ids: Sequence[str]) -> dict[str, bytes]:
        read = await asyncio.gather(*map(self._media.poster, job_ids))
        return {job_id: poster for job_id, poster in zip(job_ids, read, strict=True) if poster is not None}
