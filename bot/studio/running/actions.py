"""What a member, or who manages a server, does with one job: cancel it, move its reply, have its video sent again."""

import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Protocol

from bot.domain.caller import Caller
from bot.domain.clip_errors import FileStoreDown
from bot.domain.errors import (
    ClipNotPosted,
    ClipNotStored,
    NoSuchJob,
    NotYours,
    OtherVersion,
    Refusal,
    Restarting,
    TooLateToCancel,
)
from bot.domain.job import Job
from bot.domain.reply import Reply
from bot.domain.stages import Reason, Stage
from bot.domain.takes import Cancelled, is_settled
from bot.log_lines import about_job
from bot.studio.lifecycle.job_moves import JobMoves, Overtaken, Save
from bot.studio.lifecycle.shutdown import ShuttingDown
from bot.studio.ports import Clock, Outcome, Posted
from bot.studio.ports.files import Media
from bot.studio.ports.stores import LiveJobs
from bot.studio.ports.takes import TakeStore

log = logging.getLogger(__name__)

# How often a cancel may find that the job has just left to be sent once more.
_CANCEL_TRIES = 5


class Driver(Protocol):
    """What drives jobs: tasks of this process, or other processes."""

    def start(self, job: Job) -> None:
        """Have a job driven on from where its row stands, if it is not yet."""
        ...

    async def answered(self, job_id: str) -> bool:
        """Wait until a submit of the job that is under way is over, for some seconds; tell whether it is."""
        ...

    async def let_go(self, job_id: str) -> None:
        """Have a job that was moved let go of by whatever drives it."""
        ...


class PrivateSender(Protocol):
    """What brings a clip into a private reply."""

    async def send_privately(self, job: Job) -> Outcome:
        """Bring the clip once into the private reply at `job.reply`, because its owner asked for it."""
        ...


class Cards(Protocol):
    """What shows jobs."""

    def show(self, job: Job) -> None:
        """Have a job's card drawn again."""
        ...


class JobActions:
    """Do what a member or a manager asks for with one job; raises Refusal where it is not theirs, or too late."""

    def __init__(
        self,
        jobs: LiveJobs,
        job_moves: JobMoves,
        driver: Driver,
        sender: PrivateSender,
        cards: Cards,
        media: Media,
        clock: Clock,
        takes: TakeStore,
    ) -> None:
        self._jobs = jobs
        self._job_moves = job_moves
        self._driver = driver
        self._sender = sender
        self._cards = cards
        self._media = media
        self._clock = clock
        self._takes = takes

    async def cancel(self, caller: Caller, job_id: str) -> Cancelled:
        """Cancel a WAITING job of the caller's, of takes all that were not sent; raises Refusal where none was."""
        job = await self._own(caller, job_id)
        if job.lead_id is None:
            return Cancelled(await self._cancel_one(caller, job_id))
        done: dict[str, Job] = {}
        for take in await self._takes.of(job.lead_id):
            if take.stage is Stage.WAITING:
                with suppress(Refusal):
                    done[take.id] = await self._cancel_one(caller, take.id)
        if not done:
            done[job_id] = await self._cancel_one(caller, job_id)
        left = [take for take in await self._takes.of(job.lead_id) if not (is_settled(take) or take.other_version)]
        numbers = tuple(sorted(take.take for take in done.values()))
        return Cancelled(done.get(job_id, job), numbers, tuple(take.take for take in left))

    async def _cancel_one(self, caller: Caller, job_id: str) -> Job:
        find, save = partial(self._own, caller, job_id), partial(self._job_moves.save, was=Stage.WAITING)
        return await self._let_end(await self._cancelled(find, Reason.OWNER, save))

    async def cancel_in(self, guild_id: int | None, job_id: str, write: Save) -> Job:
        """Cancel a WAITING job that was asked for in a server (None: anywhere), for one who manages it.

        `write` as in `JobMoves.save`. Raises Refusal.
        """
        find, save = (
            partial(self._in_server, guild_id, job_id),
            partial(self._job_moves.save, was=Stage.WAITING, write=write),
        )
        return await self._let_end(await self._cancelled(find, Reason.MANAGER, save))

    async def _let_end(self, cancelled: Job) -> Job:
        """Have whatever drives the job let go of it, and its end shown."""
        job_id = cancelled.id
        with about_job(job_id):
            log.info("Cancelled by %s.", "its owner" if cancelled.reason is Reason.OWNER else "a manager")
        await self._driver.let_go(job_id)
        self._driver.start(self._job_moves.addressed(cancelled))
        return cancelled

    async def _cancelled(
        self, find: Callable[[], Awaitable[Job]], reason: Reason, save: Callable[[Job], Awaitable[bool]]
    ) -> Job:
        """Move a WAITING job to its end; raises Refusal. A provider that takes nothing has it back within moments."""
        job = await find()
        for _ in range(_CANCEL_TRIES):
            cancelled = job.cancelled(reason, self._clock.now())
            if job.stage is Stage.WAITING and await save(cancelled):
                return cancelled
            if job.stage not in {Stage.WAITING, Stage.SUBMITTING}:
                break
            if not await self._driver.answered(job.id):
                break
            job = await find()
        raise Refusal(TooLateToCancel(job.stage))

    async def send_privately(self, caller: Caller, job_id: str, reply: Reply) -> None:
        """Send the stored clip into that private reply; raises Refusal."""
        job = await self._own(caller, job_id)
        if job.deleted:
            raise Refusal(NoSuchJob())  # of what is deleted nothing can be made again either
        alive = job.clip_url is not None and (job.clip_dies or 0.0) > self._clock.now()
        if not await self._brought(job) and not (job.stage is Stage.HELD and alive):
            raise Refusal(ClipNotStored())
        with about_job(job_id):
            outcome = await self._sent_privately(replace(job, reply=reply))
            log.info("Its owner asked for the video: %s", outcome)
        if not isinstance(outcome, Posted):
            raise Refusal(ClipNotPosted())

    async def _brought(self, job: Job) -> bool:
        try:
            return await self._media.bring(job.id) is not None
        except FileStoreDown as error:
            log.warning("The video can't be had from the file storage: %s", error.detail)
            raise Refusal(ClipNotPosted()) from error

    async def _sent_privately(self, job: Job) -> Outcome:
        try:
            return await self._sender.send_privately(job)
        except ShuttingDown as error:
            raise Refusal(Restarting()) from error
        except Overtaken as error:
            # A press before this one has it already.
            raise Refusal(ClipNotPosted()) from error

    async def renew(self, caller: Caller, job_id: str, reply: Reply) -> None:
        """Use the new token of a press by the owner on the job's own message, and wake its card."""
        job = await self._own(caller, job_id)
        if job.reply.message_id != reply.message_id or _is_over(job):
            return
        # Takes have one card, that of the first.
        job = job if job.id == job.card_id else await self._own(caller, job.card_id)
        await self._job_moves.save_address(job.id, replace(reply, limit=min(reply.limit, job.reply.limit)))
        self._cards.show(self._job_moves.addressed(self._job_moves.with_percent(job)))

    async def move_here(self, caller: Caller, job_id: str, reply: Reply) -> bool:
        """Go on in the message that was pressed: its progress with the new token, or the clip that waits for it.

        Returns False where neither is left, and the pressed message should show how it ended. Raises Refusal.
        """
        await self.renew(caller, job_id, reply)
        job = await self._own(caller, job_id)
        if not _is_over(job):
            return True
        if not self._media.has_clip(job.id, noted=job.clip_bytes is not None):
            return False
        await self.send_privately(caller, job_id, reply)
        return True

    async def _own(self, caller: Caller, job_id: str) -> Job:
        job = await self._jobs.find(job_id)
        if job is None:
            raise Refusal(NoSuchJob())
        if job.user_id != caller.user_id:
            raise Refusal(NotYours())
        if job.other_version:
            raise Refusal(OtherVersion())
        return job

    async def _in_server(self, guild_id: int | None, job_id: str) -> Job:
        job = await self._jobs.find(job_id)
        if job is None or (guild_id is not None and job.reply.guild_id != guild_id):
            raise Refusal(NoSuchJob())
        if job.other_version:
            raise Refusal(OtherVersion())
        return job


def _is_over(job: Job) -> bool:
    """Tell whether nothing more is shown of a job in its reply; a take's goes on until all of them were told of."""
    ended = job.ended or job.stage is Stage.HELD
    return ended and (job.lead_id is None or job.notified_at is not None)
