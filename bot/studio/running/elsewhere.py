"""Jobs that other processes drive, as one sees them that only accepts and answers members.

What it changes is written to the row, and told with it; whichever process drives the row, or comes to, acts on it.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from bot.domain.backoff import Backoff
from bot.domain.job import Job
from bot.domain.stages import Stage
from bot.studio.lifecycle.job_moves import JobMoves
from bot.studio.ports import Clock, Closed, Outcome
from bot.studio.ports.stores import HeldJobs, LiveJobs
from bot.studio.running.actions import PrivateSender

# What a cancel waits for a submit that another process has under way, in scaled seconds, and between two looks.
_CANCEL_SECONDS: Final = 5.0
_FIRST_LOOK, _LONGEST_LOOK = 0.2, 1.0


class DrivenElsewhere:
    """Fulfils Driver where rows are driven by other processes, which hear of each change with its row."""

    def __init__(self, jobs: LiveJobs, clock: Clock) -> None:
        self._jobs = jobs
        self._clock = clock

    def start(self, job: Job) -> None:
        """Do nothing: accepting a job, and ending it, has it found by those who drive."""

    async def answered(self, job_id: str) -> bool:
        """Look at the row until no submit is under way, for some seconds; tell whether it came to that."""
        began, backoff = self._clock.now(), Backoff(_FIRST_LOOK, _LONGEST_LOOK)
        while self._clock.elapsed(began) < _CANCEL_SECONDS:
            await self._clock.sleep(backoff.next())
            job = await self._jobs.find(job_id)
            if job is None or job.stage is not Stage.SUBMITTING:
                return True
        return False

    async def let_go(self, job_id: str) -> None:
        """Do nothing: the row was moved, and who drives it finds that out before it sends anything."""


class ShownElsewhere:
    """Fulfils Cards: a card has one writer, in the process that drives its job, which reads the address again."""

    def __init__(self, job_moves: JobMoves) -> None:
        self._job_moves = job_moves

    def show(self, job: Job) -> None:
        """Keep nothing of the job here: its row has all of it."""
        self._job_moves.forget(job.id)


class HeldWhileSent:
    """Fulfils PrivateSender: a job that is HELD is this process's while its clip is sent, so that no other takes it up.

    `process_id` returns this process's id as it is now.
    """

    def __init__(self, sender: PrivateSender, held: HeldJobs, process_id: Callable[[], str]) -> None:
        self._sender = sender
        self._held = held
        self._process_id = process_id
        # The row takes this process for one: it would let a second press in, and the first one out.
        self._being_sent: set[str] = set()

    async def send_privately(self, job: Job) -> Outcome:
        """Bring the clip once into the private reply at `job.reply`."""
        if job.stage is not Stage.HELD:
            return await self._sender.send_privately(job)
        if job.id in self._being_sent:
            return Closed("a press before this one has it already")
        self._being_sent.add(job.id)
        try:
            return await self._held_and_sent(job, self._process_id())
        finally:
            self._being_sent.discard(job.id)

    async def _held_and_sent(self, job: Job, process_id: str) -> Outcome:
        mine = await self._held.hold(job.id, process_id)
        if mine is None:
            return Closed("another process is working on it")
        try:
            return await self._sender.send_privately(replace(mine, reply=job.reply))
        finally:
            await self._held.let_go([job.id], process_id)
