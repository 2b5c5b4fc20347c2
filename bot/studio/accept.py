"""Taking a wish on: checked, its files kept, and written down as a WAITING job before anybody is promised anything."""

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

from bot.domain.beginning import Beginning
from bot.domain.caller import Caller
from bot.domain.errors import (
    AlreadyTried,
    NoSuchJob,
    NotOffered,
    NotYours,
    OtherVersion,
    Refusal,
    Restarting,
    StoreFull,
)
from bot.domain.ids import new_job_id
from bot.domain.job import Job
from bot.domain.media_whys import MediaForgotten
from bot.domain.models import CAPABILITIES, Offer, capability
from bot.domain.reply import Reply
from bot.domain.request import Edit, VideoRequest, Wish, WithoutSound, asked_again, check_wish
from bot.domain.rules import Placed, broken_rules
from bot.domain.stages import Reason, Stage
from bot.studio.begun import Begun
from bot.studio.desk import Desk
from bot.studio.gather import Gather, to_be_looked_at
from bot.studio.media_port import Media
from bot.studio.ports import Clock
from bot.studio.room import Room
from bot.studio.shelf import Shelf
from bot.studio.stores import NewJobs

log = logging.getLogger(__name__)

# Until limits have their own rules: so many WAITING jobs may one member have.
WAITING_MOST = 5


class Accept:
    """The door between a wish and a job."""

    def __init__(  # noqa: PLR0913 - all that a request may need, once
        self,
        *,
        jobs: NewJobs,
        media: Media,
        room: Room,
        shelf: Shelf,
        desk: Desk,
        begun: Begun,
        clock: Clock,
        offer: Offer,
        input_days: float,
    ) -> None:
        self._jobs = jobs
        self._gather = Gather(shelf, clock, offer)
        self._media = media
        self._room = room
        self._desk = desk
        self._begun = begun
        self._clock = clock
        self._offer = offer
        self._input_days = input_days

    def offer_anew(self, offer: Offer) -> None:
        """Offer something else from now on: another dialect is in force."""
        self._offer = offer
        self._gather.offer_anew(offer)

    def check(self, wish: Wish) -> None:
        """Check everything that needs no I/O; raises Refusal.

        Where files or assets are still to be looked at, their mistakes are told together with the others, by `take`.
        """
        if self._desk.draining:
            raise Refusal(Restarting())
        try:
            check_wish(wish, self._offer)
        except Refusal as refusal:
            if not to_be_looked_at(wish, refusal.whys):
                raise

    @asynccontextmanager
    async def begun(self, interaction_id: int, reply: Reply, told: Callable[[], bool]) -> AsyncIterator[None]:
        """Keep in mind, while the block answers, that a reply was opened; a shutdown waits for the block.

        If the bot dies in it, or the block's end was not `told`, it is said later that the wish was not taken on.
        """
        async with self._desk.answering(), self._begun.kept(Beginning(interaction_id, reply), told):
            yield

    async def take(self, caller: Caller, wish: Wish, interaction_id: int, reply: Reply) -> Job:
        """Make the wish a job, its own copies of the files kept; raises Refusal, with nothing written or spent."""
        async with self._room.taking(caller.user_id, sum(file.size for file in wish.files)) as held:
            async with self._desk.visit():
                request, gathered = await self._gather.request_of(caller, wish, held)
                job = self._new(caller, request, interaction_id, reply).hosting(*gathered.hosted)
            return await self._write_down(job)

    async def source(self, caller: Caller, job_id: str) -> Job:
        """Find a job that the caller may ask for anew. Raises Refusal (NoSuchJob, OtherVersion)."""
        source = await self._jobs.find(job_id)
        if source is None or (source.reply.private and source.user_id != caller.user_id):
            raise Refusal(NoSuchJob())
        if source.foreign:
            raise Refusal(OtherVersion())
        return source

    async def again(
        self, caller: Caller, job_id: str, interaction_id: int, reply: Reply, edit: Edit | WithoutSound | None = None
    ) -> Job:
        """Make the same request anew, for the caller, as edited where it was.

        An unclear job is tried again once and only by its owner. Raises Refusal.
        """
        if self._desk.draining:
            raise Refusal(Restarting())
        source = await self.source(caller, job_id)
        unclear = source.stage is Stage.FAILED and source.reason is Reason.UNCLEAR
        if unclear and source.user_id != caller.user_id:
            raise Refusal(NotYours())
        able = CAPABILITIES[self._offer.dialect].get(source.request.model)
        if isinstance(edit, WithoutSound) and not (able and able.sound):
            raise Refusal(NotOffered("sound", "off"))
        wanted = edit.of(source.request) if edit else source.request
        request = await self._anew(caller, wanted)
        async with self._room.taking(caller.user_id):
            job = self._new(caller, request, interaction_id, reply)
            accepted = await self._write_down(replace(job, source=source.id, pressed=source.id if unclear else None))
        if accepted.interaction_id != interaction_id:
            raise Refusal(AlreadyTried(accepted.short))
        return accepted

    async def _anew(self, caller: Caller, request: VideoRequest) -> VideoRequest:
        """Check a request once more, for the caller and for what is offered now."""
        checked = check_wish(asked_again(request, self._offer), self._offer)
        if any(self._media.copy(kept) is None for kept in request.kept):
            raise Refusal(MediaForgotten(round(self._input_days)))
        # What one dialect takes may be too much for the other.
        able = capability(request.model, self._offer.dialect)
        if whys := broken_rules([Placed(medium.role, medium) for medium in request.media], able):
            raise Refusal(*whys)
        await self._gather.usable(caller, request.assets)
        return replace(checked, media=request.media)

    def _new(self, caller: Caller, request: VideoRequest, interaction_id: int, reply: Reply) -> Job:
        now = self._clock.now()
        return Job(new_job_id(), caller.user_id, interaction_id, request, reply, created=now, changed=now)

    async def _write_down(self, job: Job) -> Job:
        try:
            accepted = await self._jobs.accept(job, WAITING_MOST)
        except StoreFull as error:
            raise Refusal(error.why) from error
        if accepted.id == job.id:
            log.info("[#%s] Taken on: %s, %d s.", job.short, job.request.model, job.request.duration)
            self._desk.start(accepted)
        return accepted
