"""Remember replies that were opened for requests which are no jobs yet: if the bot dies in between, it apologizes.

From the deferral on a member waits. Once the request is written down as a job, its row sees to the rest.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Protocol

from bot.domain.errors import Duplicate, StoreFull, StoreUnusable
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
    """The apologies that are sent."""

    async def apologize(self, reply: Reply) -> Outcome:
        """Make one attempt to say, in the reply, that its request was not accepted."""
        ...


class PendingReplies:
    """Remember a reply until its request is a job, or its member was answered why not.

    `token_seconds`: for which the reply's token is used.
    """

    def __init__(self, store: PendingReplyStore, apologies: Apologies, clock: Clock, token_seconds: float) -> None:
        self._store = store
        self._apologies = apologies
        self._clock = clock
        self._token_seconds = token_seconds
        self._tasks = BackgroundTasks(clock)
        self._seen: dict[int, None] = {}
        self._saving: set[asyncio.Task[bool]] = set()

    @asynccontextmanager
    async def record(self, pending: PendingReply, was_answered: Callable[[], bool]) -> AsyncIterator[None]:
        """Keep it in mind while the block answers, whatever it answers; a block that is cut off has not.

        It outlives this process before the block begins, and is saved while the block answers, as Discord's loading
        message waits for no disk; where it can't be noted at once, the block begins when it is saved.

        For a request that is no job when the block ends, and whose member was not answered, an apology is sent. Raises
        Duplicate for an interaction that came before, here or to another process: the record is its first answer's.
        """
        self._refuse_repeated(pending.interaction_id)
        is_noted = self._store.note(pending)
        saving = asyncio.create_task(self._save(pending))
        self._saving.add(saving)
        saving.add_done_callback(self._saving.discard)
        if not is_noted and not await asyncio.shield(saving):
            raise Duplicate(str(pending.interaction_id))
        yield
        await asyncio.wait({saving})
        if not was_answered() and await self._is_left(pending.interaction_id):
            self._apologize_later(pending)
        else:
            await self._forget(pending)

    async def _save(self, pending: PendingReply) -> bool:
        """Write it down, and tell whether it is this process that answers."""
        # The loading message leaves in the loop's next turn, and the store is called in the one after it.
        await asyncio.sleep(0)
        try:
            async with asyncio.timeout(_WRITE_SECONDS):
                return await self._store.begin(pending)
        except (TimeoutError, StoreFull, StoreUnusable):
            log.warning("Interaction %d couldn't be saved; it's answered anyway.", pending.interaction_id)
        return True

    def _refuse_repeated(self, interaction_id: int) -> None:
        if interaction_id in self._seen:
            raise Duplicate(str(interaction_id))
        self._seen[interaction_id] = None
        if len(self._seen) > _MAX_SEEN:
            del self._seen[next(iter(self._seen))]

    async def recover(self) -> int:
        """Apologize in the background for what no process answers any more; return how many.

        Where there is one process alone, that is what its last run left, and this is for before the gateway.
        """
        left = await self._store.left()
        for pending in left:
            self._apologize_later(pending)
        return len(left)

    async def close(self) -> None:
        """Stop apologizing; it goes on at the next start."""
        await self._tasks.close()
        if self._saving:
            await asyncio.wait(self._saving)
        self._store.close()

    async def _is_left(self, interaction_id: int) -> bool:
        try:
            return await self._store.has(interaction_id)
        except StoreFull:
            return True

    def _apologize_later(self, pending: PendingReply) -> None:
        number = pending.interaction_id
        self._tasks.start(str(number), f"the apology to interaction {number}", lambda _: self._apologize(pending))

    async def _apologize(self, pending: PendingReply) -> None:
        """Try until it was sent, or cannot be: Discord itself ends a reply whose token has died.

        Once in any case: that a token is dead is only known by a clock, which may be wrong.
        """
        outcome = await send(
            lambda: self._apologies.apologize(pending.reply),
            self._clock,
            goes_on=lambda: pending.reply.token_lives(self._clock.now(), self._token_seconds),
        )
        log.info("Interaction %d didn't become a job. Apologizing to the member: %s", pending.interaction_id, outcome)
        await self._forget(pending)

    async def _forget(self, pending: PendingReply) -> None:
        try:
            await self._store.forget(pending.interaction_id)
        except StoreFull:
            log.warning("Interaction %d couldn't be deleted from the database.", pending.interaction_id)
