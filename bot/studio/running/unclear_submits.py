"""Resolve a submit that may or may not have counted: the provider is asked by our own id, where it can be.

Never a second POST whose first may have counted.
"""

import logging
from typing import assert_never

from bot.domain.backoff import Backoff, jittered
from bot.domain.errors import StoreFull
from bot.domain.job import Job
from bot.domain.progress import NotKnown, Silence
from bot.domain.stages import Reason, Stage
from bot.studio.lifecycle.deadline import Deadline
from bot.studio.lifecycle.job_moves import JobMoves
from bot.studio.lifecycle.line import Line
from bot.studio.ports import Clock, Provider
from bot.studio.ports.stores import NoteStore

log = logging.getLogger(__name__)

# A submit that is still under way is over by then: its own timeout and a minute more, in scaled seconds.
SETTLED_AFTER = 180.0
# So often, and about so many scaled seconds apart, the provider has to say that it knows no such task.
_MIN_MISSING = 3
_APART = 12.0
# A provider that does not answer is asked for as long as a task may take.
_MAX_ASKED = 24 * 3600.0
_PROVEN = "lookup by our own id works"


class UnclearSubmits:
    """SUBMITTING with an unknown outcome to QUEUED, WAITING or FAILED(unclear).

    `server`: the provider's address; what one server was seen to do says nothing of another.
    """

    def __init__(
        self, provider: Provider, notes: NoteStore, queue: Line, job_moves: JobMoves, clock: Clock, server: str
    ) -> None:
        self._provider = provider
        self._notes = notes
        self._queue = queue
        self._job_moves = job_moves
        self._clock = clock
        self._server = server

    async def resolve(self, job: Job) -> Job:
        """Find out what became of the submit, as far as that is possible."""
        answer = await self._asked(job) if self._provider.can_find_by_own_id(job) else None
        match answer:
            case str():
                return await self._job_moves.accepted(job, answer)
            case NotKnown():
                # Nothing was accepted: it may go again, under the same id.
                now = self._clock.now()
                return await self._job_moves.move(job.not_accepted(now, now), Stage.SUBMITTING)
            case None:
                failed = job.failed(Reason.UNCLEAR, self._clock.now(), job.provider_message, job.code)
                return await self._job_moves.move(failed, Stage.SUBMITTING)
            case _:
                assert_never(answer)

    async def confirm_lookup(self, job: Job) -> None:
        """See, with a task that is certainly there, that this provider finds one by our own id."""
        if not self._provider.can_find_by_own_id(job) or await self._is_proven():
            return
        if await self._provider.find_by_own_id(job) == job.task_id:
            try:
                await self._notes.put(_PROVEN, self._server)
            except StoreFull:
                log.warning("That the provider finds tasks by our id couldn't be saved.")

    async def _asked(self, job: Job) -> str | NotKnown | None:
        """Ask until it is clear: the task's id, or that there is none; None when it never will be."""
        self._queue.take_slot(job)
        sent = job.submitted or job.created
        await self._clock.sleep(max(0.0, SETTLED_AFTER - self._clock.elapsed(sent)))
        backoff, given_up = Backoff(), Deadline(self._clock, sent, _MAX_ASKED)
        missing = 0
        while missing < _MIN_MISSING:
            if given_up.over:
                return None
            answer = await self._provider.find_by_own_id(job)
            match answer:
                case str():
                    log.info("The provider accepted it as task %s.", answer)
                    return answer
                case NotKnown():
                    missing += 1
                    await self._clock.sleep(jittered(_APART))
                case Silence():
                    await self._clock.sleep(backoff.next())
                case _:
                    assert_never(answer)
        if not await self._is_proven():
            # Of a server that never found any task by our id, not finding this one says nothing.
            return None
        log.info("The provider doesn't have it; sending it again with the same id.")
        return NotKnown()

    async def _is_proven(self) -> bool:
        return await self._notes.get(_PROVEN) == self._server
