"""Choose what goes out on a route: the clip, the clip made smaller, or its link."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Protocol

from bot.domain.job import DeliveryAttempt, Job
from bot.domain.reply import Reply, Route, ShrunkClip, Variant
from bot.domain.stages import Stage
from bot.domain.takes import posted, size_limits
from bot.studio.delivery.state import MAX_FITS, DeliveryState
from bot.studio.ports import Clock, Replies
from bot.studio.ports.files import Media

log = logging.getLogger(__name__)

# The largest that a file may be, and what was made for that.
_Fit = tuple[int, ShrunkClip | None]
Covers = Callable[[Reply], Awaitable[bool]]
# What only the requester sees.
_FOR_ONE: Final = frozenset({Route.DIRECT, Route.ASKED})


class Clips(Protocol):
    """Where a clip that is not on our disk comes from, and a fresh link to it."""

    async def bring(self, job: Job) -> bool:
        """Have a clip that we store on our disk; False where it has to come from elsewhere."""
        ...

    async def clip(self, job: Job) -> Job:
        """Return the job with its clip on the disk, or failed; with `clip_bytes` None where the disk takes no file."""
        ...

    async def refresh(self, job: Job) -> Job:
        """Return the job with a fresh link, or as it is where there is none."""
        ...


async def never_covered(_: Reply) -> bool:
    """Cover nothing."""
    return False


@dataclass(frozen=True, slots=True)
class Payload:
    """A variant, and the place's limit in bytes, None where it is not known; `shrunk`: what was made for that limit.

    `hides_prompt`: it goes without the prompt. `spoiler`: the file is covered until a member clicks on it.
    """

    variant: Variant
    limit: int | None
    shrunk: ShrunkClip | None = None
    hides_prompt: bool = False
    spoiler: bool = False


class PayloadBuilder:
    """Chooses what goes out, and has it made; `covers` tells whether what a reply shows is covered."""

    def __init__(self, media: Media, clips: Clips, replies: Replies, covers: Covers, clock: Clock) -> None:
        self._media = media
        self._clips = clips
        self._replies = replies
        self._covers = covers
        self._clock = clock

    async def build(self, job: Job, route: Route, state: DeliveryState) -> tuple[Job, Payload | None]:
        """Choose for a route; may take minutes, in which the row stays as it is.

        Returns the job as it is then, and None where the clip does not fit and no link is alive.
        """
        if job.group:
            return await self._gallery(job, route, state)
        limit, hides = state.limit(job.reply, route), state.hides_prompt
        if not state.linked and self._media.clip(job.clip_id) is not None:
            if (job.clip_bytes or 0) <= limit:
                return job, Payload(state.file_form, limit, None, hides, await self._covered(job, route))
            if shrunk := await self._fit(job, route, limit, state):
                return job, Payload(state.file_form, limit, shrunk, hides, await self._covered(job, route))
        if (job.clip_dies or 0.0) <= self._clock.now():
            job = await self._clips.refresh(job)
        if job.clip_url is None or (job.clip_dies is not None and job.clip_dies <= self._clock.now()):
            return job, None
        return job, Payload(Variant.LINK, limit if state.limit_known else None, hides_prompt=hides)

    async def _gallery(self, job: Job, route: Route, state: DeliveryState) -> tuple[Job, Payload | None]:
        """Choose for takes that go out together: their files alone, each made smaller where all would be too large."""
        each, together = state.limit(job.reply, route), state.together(route)
        takes = posted(job)
        if state.linked:
            return job, None
        chosen: dict[str, _Fit] = {}
        for take, limit in zip(takes, size_limits([t.clip_bytes or 0 for t in takes], each, together), strict=True):
            shrunk = None
            if (take.clip_bytes or 0) > limit:
                self._replies.show(job)
                state.fits[together] = None
                log.info("Making a take smaller: it has %d bytes; the limit is %d.", take.clip_bytes or 0, limit)
                shrunk = await self._media.shrink_clip(take.id, limit)
                if shrunk is None:
                    return job, None
            chosen[take.id] = limit, shrunk
        group = tuple(_with_file(take, route, chosen.get(take.id)) for take in job.group)
        covered = await self._covered(job, route)
        return replace(job, group=group), Payload(
            state.file_form, *chosen[job.id], hides_prompt=state.hides_prompt, spoiler=covered
        )

    def files(self, job: Job, attempt: DeliveryAttempt) -> list[Path | None]:
        """Return the files that an attempt sends, each None when it is not on the disk: the job's own comes first."""
        others = [take for take in posted(job) if take.id != job.id]
        return [self.file(job, attempt), *(self.file(take, take.attempt or attempt) for take in others)]

    def file(self, job: Job, attempt: DeliveryAttempt) -> Path | None:
        """Return the file that an attempt sends; None when it is not on the disk."""
        if attempt.shrunk is None or attempt.limit is None:
            return self._media.clip(job.clip_id)
        return self._media.shrunk_clip(job.clip_id, attempt.limit)

    async def _covered(self, job: Job, route: Route) -> bool:
        """Tell whether the file goes out covered: as the server's managers want it now, never for one member alone."""
        return route not in _FOR_ONE and await self._covers(job.reply)

    async def _fit(self, job: Job, route: Route, limit: int, state: DeliveryState) -> ShrunkClip | None:
        """Have the clip made smaller, once for each limit."""
        if limit not in state.fits:
            if len(state.fits) >= MAX_FITS:
                return None
            if job.stage is Stage.READY and route is not Route.ASKED:
                self._replies.show(job)
            log.info("Making the video smaller: it has %d bytes; the limit is %d.", job.clip_bytes or 0, limit)
            state.fits[limit] = await self._media.shrink_clip(job.clip_id, limit)
        return state.fits[limit]


def _with_file(take: Job, route: Route, chosen: _Fit | None) -> Job:
    """Note with a take what of it goes out."""
    if chosen is None:
        return take
    attempt = DeliveryAttempt(route, take.reply.channel_id, "", 0.0, None, Variant.FILE, *chosen)
    return replace(take, attempt=attempt)
