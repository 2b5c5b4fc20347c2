"""Accept a request: checked, its files stored, and written down as a WAITING job before anything is promised."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext, suppress
from dataclasses import replace
from typing import Final

from bot.domain.caller import Caller
from bot.domain.drafts import Draft
from bot.domain.errors import (
    AlreadyRetried,
    Refusal,
    Restarting,
    StoreFull,
)
from bot.domain.ids import new_job_id
from bot.domain.job import Job
from bot.domain.models import Catalogue
from bot.domain.money import Price, PriceNotConfirmed
from bot.domain.next_steps import longest_of
from bot.domain.pending_reply import PendingReply
from bot.domain.prices import PriceList
from bot.domain.reply import Reply
from bot.domain.request import RequestDraft, VideoRequest, check_draft
from bot.domain.scenes import ScenesNotConfirmed, miscounted, total
from bot.domain.server_log import RequestRefused
from bot.domain.spending import Payer, SpendingProblem
from bot.domain.takes import numbered, requests_of
from bot.log_lines import about_job
from bot.studio.intake.again import Changed, draft_again
from bot.studio.intake.asset_lookup import AssetLookup
from bot.studio.intake.collect import MediaCollector, needs_look
from bot.studio.intake.disk_quota import DiskQuota
from bot.studio.intake.drafts import Drafts
from bot.studio.intake.others_media import OthersMediaCheck
from bot.studio.intake.pending_replies import PendingReplies
from bot.studio.intake.sources import Sources
from bot.studio.intake.spending import Spending
from bot.studio.ports import Clock
from bot.studio.ports.stores import NewJobs
from bot.studio.running.actions import Driver
from bot.studio.running.runner import JobRunner

log = logging.getLogger(__name__)

# So many requests without files are accepted at once. In a burst the others wait, as they would for the store; their
# steps would fill the event loop, and the acknowledgements of those that come wait behind them.
_TURNS: Final = 4


class Intake:
    """Make a request draft a job. `others_media` answers for what belongs to other members."""

    def __init__(  # noqa: PLR0913 - all that a request may need, once
        self,
        *,
        jobs: NewJobs,
        drafts: Drafts,
        disk_quota: DiskQuota,
        asset_lookup: AssetLookup,
        runner: JobRunner,
        driver: Driver,
        pending_replies: PendingReplies,
        spending: Spending,
        clock: Clock,
        catalogue: Catalogue,
        prices: PriceList,
        is_shared: Callable[[str], Awaitable[bool]],
        others: OthersMediaCheck | None = None,
        refused: Callable[[int | None, RequestRefused], None] = lambda *_: None,
    ) -> None:
        self._jobs = jobs
        self._collector = MediaCollector(asset_lookup, clock, catalogue)
        self._drafts = drafts
        self._disk_quota = disk_quota
        self._runner = runner
        self._driver = driver
        self._pending_replies = pending_replies
        self._spending = spending
        self._clock = clock
        self._catalogue = catalogue
        self._prices = prices
        self.others_media = others or OthersMediaCheck()
        self._sources = Sources(jobs, is_shared)
        self._refused = refused
        self._turns = asyncio.Semaphore(_TURNS)

    def change_catalogue(self, catalogue: Catalogue) -> None:
        """Accept what another catalogue offers from now on: the dialect has changed."""
        self._catalogue = catalogue
        self._collector.change_catalogue(catalogue)

    def new_draft(self, caller: Caller, request: RequestDraft, *, private: bool = False) -> Draft:
        """Make a draft of what the caller typed; `private`: its reply is to be for them alone."""
        return Draft(new_job_id(), caller.user_id, self._clock.now(), request, private=private)

    async def find_draft(self, caller: Caller, draft_id: str) -> Draft:
        """Find a draft of the caller's that was kept. Raises Refusal (DraftGone, NotYours)."""
        return await self._drafts.find(caller, draft_id)

    async def keep_draft(self, caller: Caller, draft: Draft) -> Draft:
        """Keep a draft whose form is about to open. Raises Refusal."""
        self._spending.check_known(caller)
        if self._runner.draining:
            raise Refusal(Restarting())
        return await self._drafts.keep(draft)

    async def discard_draft(self, caller: Caller, draft_id: str) -> None:
        """Delete a draft of the caller's that was kept. Raises Refusal (DraftGone, NotYours)."""
        await self._drafts.discard(await self._drafts.find(caller, draft_id))

    async def check(self, caller: Caller, draft: Draft) -> None:
        """Check everything that needs no I/O; raises Refusal: RefusedDraft where the draft is kept.

        Of one who is known not to be allowed to spend, nothing is kept. Where files or assets are still to be looked
        at, all mistakes are told together, by `submit`, and the price is asked about last.
        """
        self._spending.check_known(caller)
        async with self._drafts.saved_if_refused(draft):
            if (counted := miscounted(draft.request.prompt, draft.scene)) is not None:
                raise Refusal(counted)
            request = self.check_choices(draft.request)
            if draft.scene and draft.agreed is None:
                # What they are, and what they cost, is seen before anything is looked at.
                bare = replace(draft.request, files=(), assets=())
                self._agreed_price(draft, request or check_draft(bare, self._catalogue))
            elif request is not None and not draft.request.files and not draft.request.assets:
                self._agreed_price(draft, request)

    def check_choices(self, draft: RequestDraft) -> VideoRequest | None:
        """Check the same of what a form is still to come for; nothing is kept. Raises Refusal.

        Returns the request without its media; None where more has to be looked at.
        """
        if self._runner.draining:
            raise Refusal(Restarting())
        try:
            return check_draft(draft, self._catalogue)
        except Refusal as refusal:
            if not needs_look(draft, refusal.problems):
                raise
        return None

    def record_reply(
        self, interaction_id: int, reply: Reply, was_answered: Callable[[], bool]
    ) -> AbstractAsyncContextManager[None]:
        """Keep an opened reply on record while the block answers.

        If the bot dies in it, or not `was_answered()` at the block's end, an apology is sent later.
        """
        return self._pending_replies.record(PendingReply(interaction_id, reply), was_answered)

    async def submit(self, caller: Caller, draft: Draft, interaction_id: int, reply: Reply) -> Job:
        """Make the draft a job, with our own copies of its files; a draft becomes one job.

        Raises Refusal, with nothing sent or spent: RefusedDraft where the draft is kept.
        """
        try:
            return await self._submitted(caller, draft, interaction_id, reply)
        except Refusal as refusal:
            self._log_refusal(caller, draft, reply, refusal)
            raise

    async def _submitted(self, caller: Caller, draft: Draft, interaction_id: int, reply: Reply) -> Job:
        async with self._drafts.saved_if_refused(draft):
            longest, takes = self._seconds(draft, draft.request), draft.request.takes
            payer = await self._spending.payer(caller)
            async with self._turn(draft):
                await self._spending.check_limits(payer, caller, longest * takes, takes)
                return await self._accepted(caller, draft, payer, interaction_id, reply)

    async def _accepted(self, caller: Caller, draft: Draft, payer: Payer, interaction_id: int, reply: Reply) -> Job:
        # What was kept for an earlier job is counted already.
        size = sum(file.size for file in draft.request.files if file.url or file.clip_of)
        # The inner one saves a draft before its files are let go.
        async with (
            self._disk_quota.reserve(caller.user_id, size) as held,
            self._drafts.saved_if_refused(draft, held),
        ):
            async with self._runner.visit():
                request, collected = await self._collector.request_of(caller, draft.request, held)
            await self.others_media.check_opt_outs(request.others(caller.user_id))
            price = self._agreed_price(draft, request)
            jobs = numbered(
                [
                    self._new(draft, each, interaction_id, reply, price).with_input_urls(*collected.input_urls)
                    for each in requests_of(request, draft.request.takes)
                ]
            )
            made = await self._write_down(caller, jobs, payer, draft.id if draft.is_saved else None)
            self._drafts.remember_sent(draft.id)
            return made

    def _turn(self, draft: Draft) -> AbstractAsyncContextManager[object]:
        """Take a turn where nothing but our own store is asked; a download or a member's file waits for none."""
        return nullcontext() if draft.request.files or draft.request.assets else self._turns

    def _log_refusal(self, caller: Caller, draft: Draft, reply: Reply, refusal: Refusal) -> None:
        """Have it told in the server's log where a rule stands against the request, and not only a mistake in it."""
        problems = tuple(problem for problem in refusal.problems if isinstance(problem, SpendingProblem))
        if problems:
            prompt = "" if reply.private else draft.request.prompt
            self._refused(caller.guild_id, RequestRefused(caller.user_id, problems, prompt))

    async def find_source(self, caller: Caller, job_id: str) -> Job:
        """Find a job that the caller may submit again, as `Sources.find`."""
        return await self._sources.find(caller, job_id)

    async def find_scenes(self, caller: Caller, job_id: str) -> Sequence[Job]:
        """Find all scenes that the caller may submit again, as `Sources.scenes`."""
        return await self._sources.scenes(caller, job_id)

    async def check_again(
        self, caller: Caller, job_id: str, edit: Changed | None = None, *, takes: bool = False, private: bool
    ) -> None:
        """Check for `submit_again` what needs no look at media, and ask for the price; raises as `check`."""
        await self.check(caller, await self._draft_again(caller, job_id, edit, takes=takes, private=private))

    async def submit_again(
        self,
        caller: Caller,
        job_id: str,
        interaction_id: int,
        reply: Reply,
        edit: Changed | None = None,
        *,
        takes: bool = False,
    ) -> Job:
        """Make the same request again, for the caller, as edited or finished where it was.

        `takes`: as many as were asked for. An unclear job is tried again once, by its owner alone. Raises as `submit`.
        """
        draft = await self._draft_again(caller, job_id, edit, takes=takes, private=reply.private)
        return await self.submit(caller, draft, interaction_id, reply)

    async def _draft_again(
        self, caller: Caller, job_id: str, edit: Changed | None, *, takes: bool, private: bool
    ) -> Draft:
        source = await self.find_source(caller, job_id)
        if takes and source.lead_id is not None:
            # The seed that was chosen is the first one's; where that was deleted, this one's.
            with suppress(Refusal):
                source = await self.find_source(caller, source.lead_id)
        return draft_again(caller, source, edit, self._catalogue, now=self._clock.now(), takes=takes, private=private)

    def _agreed_price(self, draft: Draft, request: VideoRequest) -> Price | None:
        """Return what each video costs, as far as that is known; agreed to is the price of all takes or scenes.

        Raises Refusal: PriceNotConfirmed, ScenesNotConfirmed where the member has not seen what all scenes are.
        """
        price = self._prices.price(request, longest_of(draft, request, self._catalogue))
        if draft.scene is not None:
            together = total(price, draft.scene)
            if draft.agreed is None or self._prices.asks(together, draft.agreed):
                raise Refusal(ScenesNotConfirmed(draft.scene.left, self._seconds(draft, request), together))
        elif price is not None and self._prices.asks(of_all := price.times(draft.request.takes), draft.agreed):
            raise Refusal(PriceNotConfirmed(of_all, draft.request.takes))
        return price

    def _seconds(self, draft: Draft, request: RequestDraft | VideoRequest) -> int:
        """Return how many seconds count for a draft, those of all its scenes together."""
        return longest_of(draft, request, self._catalogue) * (draft.scene.left if draft.scene else 1)

    def _new(self, draft: Draft, request: VideoRequest, interaction_id: int, reply: Reply, price: Price | None) -> Job:
        now, pressed = self._clock.now(), draft.source if draft.retries else None
        job = Job(new_job_id(), draft.user_id, interaction_id, request, reply, created=now, changed=now)
        made = replace(job, source=draft.source, pressed=pressed, origin=draft.origin)
        made = replace(made, parent=draft.parent, part=draft.part, parent_seconds=draft.parent_seconds)
        scene = draft.scene and draft.scene.with_reserve(longest_of(draft, request, self._catalogue))
        made = replace(made, holds_parent=draft.holds_parent, scene=scene)
        return replace(made, charged=self._seconds(draft, request), price=price)

    async def _write_down(self, caller: Caller, jobs: Sequence[Job], payer: Payer, fixes: str | None) -> Job:
        job, *others = jobs
        try:
            accepted = await self._jobs.accept(job, payer, fixes, others)
        except StoreFull as error:
            raise Refusal(error.problem) from error
        if accepted.interaction_id != job.interaction_id:
            raise Refusal(AlreadyRetried(accepted.short))
        if accepted.id == job.id:
            for made in (accepted, *(replace(other, charged_to=accepted.charged_to) for other in others)):
                with about_job(made.id):
                    log.info(
                        "Accepted from member %d in %s, channel %d: %s, %d s.",
                        *(made.user_id, _server(caller), made.reply.channel_id, made.request.model, made.charged),
                    )
                self._driver.start(made)
        return accepted


def _server(caller: Caller) -> str:
    return "a direct message" if caller.guild_id is None else f"server {caller.guild_id}"
