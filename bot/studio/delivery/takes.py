"""The takes of one request on their last part of the way: they wait for each other, and go out in one message.

Each is driven by itself until it is settled. From there on the first one's work does all that concerns them together:
the card, the delivery, what is told of the end. The others only wait for that, so that whichever process drives a
take, one has the message.
"""

import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Final, Protocol

from bot.domain.job import Job
from bot.domain.stages import Stage
from bot.domain.takes import has_clip, is_settled, to_post, to_tell_of
from bot.nap import Nap
from bot.studio.delivery.deliver import Deliverer
from bot.studio.delivery.fetch import Fetch
from bot.studio.delivery.payload import Clips
from bot.studio.delivery.restore_check import Found
from bot.studio.delivery.take_rows import TakeRows
from bot.studio.lifecycle.job_moves import JobMoves, Overtaken
from bot.studio.ports import Clock, Replies
from bot.studio.ports.takes import TakeStore

log = logging.getLogger(__name__)

# Scaled seconds between two looks at the others: what this process drives is told at once.
_LOOK_EVERY: Final = 5.0


class Ends(Protocol):
    """What tells of the end of a job."""

    async def end_of(self, job: Job, earlier: Found = Found.NOTHING) -> None:
        """Tell of it, as a Notifier does."""
        ...


class Takes:
    """Brings takes to their common end, and any other job to its own; `deliverer` makes one that moves such rows."""

    def __init__(
        self,
        store: TakeStore,
        replies: Replies,
        fetch: Fetch,
        notifier: Ends,
        job_moves: JobMoves,
        deliverer: Callable[[JobMoves, Clips], Deliverer],
        clock: Clock,
    ) -> None:
        self._store = store
        self._replies = replies
        self._fetch = fetch
        self._notifier = notifier
        self._job_moves = job_moves
        self._deliverer = deliverer
        self._clock = clock
        self._waiting: defaultdict[str, set[Nap]] = defaultdict(set)

    async def finish(self, job: Job, earlier: Found) -> Job:
        """Notify of a job's end; with a take that is settled, wait until all were told of. Return it as it is then.

        `earlier` as in `Notifier.end_of`. Raises Overtaken where another process drives the take by now.
        """
        if job.lead_id is None:
            await self._notifier.end_of(job, earlier)
            return job
        self._wake(job.card_id)
        while True:
            takes = await self._store.of(job.card_id)
            mine = next((take for take in takes if take.id == job.id), None)
            if mine is None or mine.fence != job.fence:
                raise Overtaken("Another process drives this take by now, or it was forgotten")
            if mine.notified_at is not None:
                return mine
            if mine.id == job.card_id and all(map(is_settled, takes)):
                try:
                    await self._end(mine, takes, earlier)
                    self._wake(job.card_id)
                    continue
                except Overtaken as error:
                    # Of one of them, or of this one: the next look tells.
                    log.info("%s.", error)
            self._replies.show(self._job_moves.addressed(mine))
            await self._wait(job.card_id)

    async def _end(self, lead: Job, takes: Sequence[Job], earlier: Found) -> None:
        """Take the next step for all: have their clips here, post them, tell of their end."""
        first = to_post(takes)
        if first is None:
            await self._notifier.end_of(to_tell_of(takes), earlier)
        else:
            moves = self._job_moves.of_other_rows(TakeRows(self._store, self._job_moves, lead))
            # What may have been posted is searched for before a clip is asked for: that may be gone by now.
            await self._deliverer(moves, _ClipsOfAll(self._brought)).deliver(self._job_moves.addressed(first))

    async def _brought(self, takes: Sequence[Job]) -> bool:
        """Have all clips on our disk; False where a row has changed over that."""
        for take in takes:
            if has_clip(take) and not await self._fetch.bring(take):
                log.warning("The video is no longer on disk; downloading it again.")
                fetched = await self._fetch.clip(replace(take, clip_bytes=None))
                if fetched.stage is take.stage and fetched.clip_bytes is None:
                    await self.hold(fetched)
                return False
        return True

    async def hold(self, take: Job) -> Job:
        """Hold what is not posted by itself: a scene, or a take without a file, whose link can't go with others."""
        return await self._job_moves.move(take.held(self._clock.now()), take.stage)

    async def _wait(self, lead_id: str) -> None:
        nap = Nap()
        self._waiting[lead_id].add(nap)
        try:
            with nap:
                await self._clock.sleep(_LOOK_EVERY)
        finally:
            self._waiting[lead_id].discard(nap)
            if not self._waiting[lead_id]:
                del self._waiting[lead_id]

    def _wake(self, lead_id: str) -> None:
        for nap in tuple(self._waiting.get(lead_id, ())):
            nap.end()


class _ClipsOfAll:
    """The clips of takes that go out together, which `brought` has on our disk; False: a row has changed over that."""

    def __init__(self, brought: Callable[[Sequence[Job]], Awaitable[bool]]) -> None:
        self._brought = brought

    async def bring(self, job: Job) -> bool:
        """Have all clips on our disk. Raises Overtaken where that took so much that all have to be looked at again."""
        if not await self._brought(job.group):
            raise Overtaken("A clip of a take was fetched again")
        return True

    async def clip(self, job: Job) -> Job:
        """Return the job as it is: its clip was brought."""
        return job

    async def refresh(self, job: Job) -> Job:
        """Return the job as it is: links do not go into a message with others."""
        return job


def parks(job: Job) -> bool:
    """Tell whether a job is a take that goes on with the others."""
    return job.lead_id is not None and is_settled(job) and job.stage is not Stage.HELD
