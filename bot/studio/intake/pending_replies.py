"""Wishes whose reply was opened and that are no job yet: if the bot dies in between, its next life says so.

From the deferral on somebody waits. Once the wish is written down as a job, the job's row sees to the rest.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Protocol

from bot.domain.errors import Duplicate, StoreFull
from bot.domain.pending_reply import PendingReply
from bot.domain.reply import Reply
from bot.studio.lifecycle.retry import send
from bot.studio.lifecycle.tasks import BackgroundTasks
from bot.studio.ports import Clock, Outcome
from bot.studio.ports.stores import PendingReplyStore

log = logging.getLogger(__name__)

# Discord waits 3 s for the first response, which this comes before, in real seconds.
_WRITE_SECONDS = 0.5
# Interactions that are remembered; Discord replays none that is older than a resumed session.
_MAX_SEEN = 10_000


class Apologies(Protocol):
    """How it is said."""

    async def apologize(self, reply: Reply) -> Outcome:
        """Make one attempt to say, in the reply, that its wish was not taken on."""
        ...


class PendingReplies:
    """Keeps a wish's beginning in mind until it is a job, or its member was told why not."""

    def __init__(self, pending_replies: PendingReplyStore, apologies: Apologies, clock: Clock) -> None:
        self._beginnings = pending_replies
        self._apologies = apologies
        self._clock = clock
        self._tasks = BackgroundTasks(clock)
        self._seen: dict[int, None] = {}

    @asynccontextmanager
    async def stored(self, pending: PendingReply, was_told: Callable[[], bool]) -> AsyncIterator[None]:
        """Keep it in mind while the block answers, whatever it answers; a block that is cut off has not.

        A wish that is no job when the block ends, and of which its member could not be told, is apologized for. Raises
        Duplicate for an interaction that came before: what is kept is its first answer's.
        """
        self._see(pending.interaction_id)
        try:
            async with asyncio.timeout(_WRITE_SECONDS):
                await self._beginnings.begin(pending)
        except (TimeoutError, StoreFull):
            log.warning("Interaction %d is answered without having been written down.", pending.interaction_id)
        yield
        if not was_told() and await self._is_left(pending.interaction_id):
            self._apologize_later(pending)
        else:
            await self._forget(pending)

    def _see(self, interaction_id: int) -> None:
        if interaction_id in self._seen:
            raise Duplicate(str(interaction_id))
        self._seen[interaction_id] = None
        if len(self._seen) > _MAX_SEEN:
            del self._seen[next(iter(self._seen))]

    async def recover(self) -> int:
        """Tell in the background whoever an earlier life left waiting; returns how many. For before the gateway."""
        left = await self._beginnings.left()
        for pending in left:
            self._apologize_later(pending)
        return len(left)

    async def close(self) -> None:
        """Stop apologizing; it goes on at the next start."""
        await self._tasks.close()

    async def _is_left(self, interaction_id: int) -> bool:
        try:
            return any(one.interaction_id == interaction_id for one in await self._beginnings.left())
        except StoreFull:
            return True

    def _apologize_later(self, pending: PendingReply) -> None:
        number = pending.interaction_id
        self._tasks.start(str(number), f"apology {number}", lambda _: self._apologize(pending))

    async def _apologize(self, pending: PendingReply) -> None:
        """Try until it was said, or cannot be: Discord itself ends a reply whose token has died.

        Once in any case: that a token is dead is only known by a clock, which may be wrong.
        """
        outcome = await send(
            lambda: self._apologies.apologize(pending.reply),
            self._clock,
            goes_on=lambda: pending.reply.token_lives(self._clock.now()),
        )
        log.info("Interaction %d was left without a job: %s", pending.interaction_id, outcome)
        await self._forget(pending)

    async def _forget(self, pending: PendingReply) -> None:
        try:
            await self._beginnings.forget(pending.interaction_id)
        except StoreFull:
            log.warning("Interaction %d could not be forgotten.", pending.interaction_id)
