"""Accept a request: checked, its files stored, and written down as a WAITING job before anything is promised."""

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

from bot.domain.caller import Caller
from bot.domain.errors import (
    AlreadyRetried,
    NoSuchJob,
    NotYours,
    OtherVersion,
    Refusal,
    Restarting,
    StoreFull,
    Unsupported,
)
from bot.domain.ids import new_job_id
from bot.domain.job import Job, Origin
from bot.domain.media_problems import MediaExpired
from bot.domain.models import Catalogue
from bot.domain.pending_reply import PendingReply
from bot.domain.reply import Reply
from bot.domain.request import Edit, RequestDraft, VideoRequest, WithoutSound, asked_again, check_draft
from bot.domain.rules import AssignedMedium, broken_rules
from bot.domain.stages import Reason, Stage
from bot.log_lines import about_job
from bot.studio.intake.asset_lookup import AssetLookup
from bot.studio.intake.collect import MediaCollector, needs_look
from bot.studio.intake.disk_quota import DiskQuota
from bot.studio.intake.pending_replies import PendingReplies
from bot.studio.intake.spending import Spending
from bot.studio.ports import Clock
from bot.studio.ports.files import Media
from bot.studio.ports.stores import NewJobs
from bot.studio.running.runner import JobRunner

log = logging.getLogger(__name__)

# Until limits have their own rules: so many WAITING jobs may one member have.
MAX_WAITING = 5


class Intake:
    """Make a request draft a job."""

    def __init__(  # noqa: PLR0913 - all that a request may need, once
        self,
        *,
        jobs: NewJobs,
        media: Media,
        disk_quota: DiskQuota,
        asset_lookup: AssetLookup,
        runner: JobRunner,
        pending_replies: PendingReplies,
        spending: Spending,
        clock: Clock,
        catalogue: Catalogue,
        input_days: float,
    ) -> None:
        self._jobs = jobs
        self._collector = MediaCollector(asset_lookup, clock, catalogue)
        self._media = media
        self._disk_quota = disk_quota
        self._runner = runner
        self._pending_replies = pending_replies
        self._spending = spending
        self._clock = clock
        self._catalogue = catalogue
        self._input_days = input_days

    def change_catalogue(self, catalogue: Catalogue) -> None:
        """Accept what another catalogue offers from now on: the dialect has changed."""
        self._catalogue = catalogue
        self._collector.change_catalogue(catalogue)

    def check(self, draft: RequestDraft) -> None:
        """Check everything that needs no I/O; raises Refusal.

        Where files or assets are still to be looked at, all mistakes are reported together, by `submit`.
        """
        if self._runner.draining:
            raise Refusal(Restarting())
        try:
            check_draft(draft, self._catalogue)
        except Refusal as refusal:
            if not needs_look(draft, refusal.problems):
                raise

    @asynccontextmanager
    async def record_reply(
        self, interaction_id: int, reply: Reply, was_answered: Callable[[], bool]
    ) -> AsyncIterator[None]:
        """Keep an opened reply on record while the block answers; a shutdown waits for the block.

        If the bot dies in it, or not `was_answered()` at the block's end, an apology is sent later.
        """
        async with (
            self._runner.answering(),
            self._pending_replies.record(PendingReply(interaction_id, reply), was_answered),
        ):
            yield

    async def submit(self, caller: Caller, draft: RequestDraft, interaction_id: int, reply: Reply) -> Job:
        """Make the draft a job, with our own copies of its files; raises Refusal, with nothing written or spent."""
        await self._spending.check(caller)
        async with self._disk_quota.reserve(caller.user_id, sum(file.size for file in draft.files)) as held:
            async with self._runner.visit():
                request, collected = await self._collector.request_of(caller, draft, held)
                job = self._new(caller, request, interaction_id, reply).with_input_urls(*collected.input_urls)
            return await self._write_down(caller, job)

    async def find_source(self, caller: Caller, job_id: str) -> Job:
        """Find a job that the caller may submit again. Raises Refusal (NoSuchJob, OtherVersion)."""
        source = await self._jobs.find(job_id)
        if source is None or (source.reply.private and source.user_id != caller.user_id):
            raise Refusal(NoSuchJob())
        if source.other_version:
            raise Refusal(OtherVersion())
        return source

    async def submit_again(
        self, caller: Caller, job_id: str, interaction_id: int, reply: Reply, edit: Edit | WithoutSound | None = None
    ) -> Job:
        """Make the same request again, for the caller, as edited where it was.

        An unclear job is tried again once and only by its owner. Raises Refusal.
        """
        if self._runner.draining:
            raise Refusal(Restarting())
        await self._spending.check(caller)
        source = await self.find_source(caller, job_id)
        unclear = source.stage is Stage.FAILED and source.reason is Reason.UNCLEAR
        if unclear and source.user_id != caller.user_id:
            raise Refusal(NotYours())
        capability = self._catalogue.capabilities.get(source.request.model)
        if isinstance(edit, WithoutSound) and not (capability and capability.sound):
            raise Refusal(Unsupported("sound", "off"))
        wanted = edit.of(source.request) if edit else source.request
        request = await self._checked_again(caller, wanted)
        async with self._disk_quota.reserve(caller.user_id):
            job = self._new(caller, request, interaction_id, reply)
            origin = Origin(source.user_id, source.public_message, edited=isinstance(edit, Edit))
            job = replace(job, source=source.id, pressed=source.id if unclear else None, origin=origin)
            accepted = await self._write_down(caller, job)
        if accepted.interaction_id != interaction_id:
            raise Refusal(AlreadyRetried(accepted.short))
        return accepted

    async def _checked_again(self, caller: Caller, request: VideoRequest) -> VideoRequest:
        """Check a request once more, for the caller and for what is offered now."""
        checked = check_draft(asked_again(request, self._catalogue), self._catalogue)
        if any(self._media.input_path(stored) is None for stored in request.stored):
            raise Refusal(MediaExpired(round(self._input_days)))
        # What one dialect takes may be too much for the other.
        capability = self._catalogue.capabilities[request.model]
        media = [AssignedMedium(medium.role, medium) for medium in request.media]
        if problems := broken_rules(media, capability, sound=request.sound):
            raise Refusal(*problems)
        await self._collector.usable(caller, request.assets)
        return replace(checked, media=request.media)

    def _new(self, caller: Caller, request: VideoRequest, interaction_id: int, reply: Reply) -> Job:
        now = self._clock.now()
        return Job(new_job_id(), caller.user_id, interaction_id, request, reply, created=now, changed=now)

    async def _write_down(self, caller: Caller, job: Job) -> Job:
        try:
            accepted = await self._jobs.accept(job, MAX_WAITING)
        except StoreFull as error:
            raise Refusal(error.problem) from error
        if accepted.id == job.id:
            with about_job(job.id):
                log.info(
                    "Accepted from member %d in %s, channel %d: %s, %d s.",
                    *(job.user_id, _server(caller), job.reply.channel_id, job.request.model, job.request.duration),
                )
            self._runner.start(accepted)
        return accepted


def _server(caller: Caller) -> str:
    return "a direct message" if caller.guild_id is None else f"server {caller.guild_id}"
