"""Keep one of several takes: their message is left to it, and the others stay in their member's history."""

import logging
from dataclasses import replace
from functools import partial
from typing import Protocol

from bot.domain.caller import Caller
from bot.domain.errors import ClipNotPosted, NoSuchJob, NotYours, OtherVersion, Refusal
from bot.domain.job import Job
from bot.domain.reply import Reply
from bot.domain.share_problems import OtherTakeChosen, StillRunning
from bot.domain.stages import Stage
from bot.log_lines import about_job
from bot.studio.delivery.just_posted import find_posted
from bot.studio.lifecycle.retry import send
from bot.studio.ports import Clock, Outcome, Posted, Unclear
from bot.studio.ports.stores import LiveJobs
from bot.studio.ports.takes import TakeStore

log = logging.getLogger(__name__)

_TRIES = 4
# Scaled seconds before each further look at whether a message that was pressed on is written down.
_LOOKS = (5.0,) * _TRIES


class TakeCards(Protocol):
    """What draws the message of takes."""

    async def show_chosen(self, job: Job) -> Outcome:
        """Make one attempt to leave the message at `job.reply`, through its token, to this take."""
        ...


class TakeChoice:
    """Chooses among takes, for their member alone."""

    def __init__(self, jobs: LiveJobs, takes: TakeStore, cards: TakeCards, clock: Clock) -> None:
        self._jobs = jobs
        self._takes = takes
        self._cards = cards
        self._clock = clock

    async def keep(self, caller: Caller, job_id: str, reply: Reply) -> None:
        """Leave the message at `reply`, which was pressed on, to one take; raises Refusal.

        It is written down first: a press that dies in between leaves the buttons, and the next one decides.
        """
        job = await self._own(caller, job_id)
        lead_id = job.card_id
        with about_job(job.id):
            before = await self._takes.choose(lead_id, job.take)
            outcome = await self._shown(job, reply)
            log.info("Take %d of %d was chosen: %s", job.take, job.takes, outcome)
            if not isinstance(outcome, Posted | Unclear):
                # Another press may have chosen meanwhile.
                await self._takes.choose(lead_id, before, was=job.take)
            if not isinstance(outcome, Posted):
                # Of one that another press has left the message to, the files of the others are gone from it.
                chosen = next((take.chosen for take in await self._takes.of(lead_id) if take.chosen), job.take)
                raise Refusal(ClipNotPosted() if chosen == job.take else OtherTakeChosen(chosen))
            # Of two presses at once the one that is written down last counts, whichever edit came last.
            for take in await self._takes.of(lead_id):
                if take.chosen == take.take != job.take:
                    await self._shown(take, reply)

    async def _shown(self, job: Job, reply: Reply) -> Outcome:
        shown = replace(job, reply=reply)
        return await send(lambda: self._cards.show_chosen(shown), self._clock, max_tries=_TRIES)

    async def _own(self, caller: Caller, job_id: str) -> Job:
        job = await find_posted(partial(self._jobs.find, job_id), self._clock.sleep, _LOOKS)
        if job is None or job.deleted or job.lead_id is None:
            raise Refusal(NoSuchJob())
        if job.user_id != caller.user_id:
            raise Refusal(NotYours())
        if job.stage is not Stage.DELIVERED:
            raise Refusal(StillRunning(job.stage))
        if job.other_version:
            raise Refusal(OtherVersion())
        return job
