"""Pending replies in the database: requests that are no jobs yet."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress

from bot.domain.errors import StoreFull
from bot.domain.pending_reply import PendingReply
from bot.storage.database import Database
from bot.storage.queries import Queries, QueryRunner, query
from bot.storage.unsaved_replies import UnsavedReplies, reply_of

# An interaction that has become a job is not remembered here, however often it comes.
_BEGIN = """
INSERT INTO beginnings (interaction_id, application_id, channel_id, token, token_at)
SELECT :id, :application_id, :channel_id, :token, :token_at
WHERE NOT EXISTS (SELECT 1 FROM jobs WHERE interaction_id = :id)
ON CONFLICT (interaction_id) DO NOTHING
"""
_LEFT = "SELECT interaction_id, application_id, channel_id, token, token_at FROM beginnings ORDER BY interaction_id"


class SqlitePendingReplies(Queries):
    """The pending replies in an open store, and those that are on their way into it."""

    def __init__(self, store: QueryRunner) -> None:
        super().__init__(store)
        self._unsaved = UnsavedReplies(store.path)

    def note(self, pending: PendingReply) -> bool:
        """Write one down at once, so that it outlives this process; False where that can't be done.

        It outlives the machine once it was begun too.
        """
        return self._unsaved.put(pending)

    async def begin(self, pending: PendingReply) -> bool:
        """Write one down, on the disk when this returns; True: no other process answers it."""
        await self._insert(pending)
        self._unsaved.remove(pending.interaction_id)
        return True

    async def forget(self, interaction_id: int) -> None:
        """Forget one; accepting its job forgets it too, in the same transaction."""
        self._unsaved.remove(interaction_id)
        await self._delete(interaction_id)

    async def has(self, interaction_id: int) -> bool:
        """Tell whether one is written down."""
        return any(pending.interaction_id == interaction_id for pending in await self.left())

    async def left(self) -> Sequence[PendingReply]:
        """List those that are written down, oldest first; what was on its way when a process was killed arrives now."""
        for pending in await asyncio.to_thread(self._unsaved.left):
            with suppress(StoreFull):
                await self.begin(pending)
        return await self._rows()

    def close(self) -> None:
        """Let go of the file of those that are on their way."""
        self._unsaved.close()

    @query
    def _insert(self, db: Database, pending: PendingReply) -> None:
        db.execute(_BEGIN, reply_row(pending))

    @query
    def _delete(self, db: Database, interaction_id: int) -> None:
        db.execute("DELETE FROM beginnings WHERE interaction_id = ?", [interaction_id])

    @query
    def _rows(self, db: Database) -> Sequence[PendingReply]:
        return [PendingReply(row[0], reply_of(*row[1:])) for row in db.execute(_LEFT).fetchall()]


def reply_row(pending: PendingReply) -> dict[str, object]:
    """Write one as the values of its columns, by their names."""
    reply = pending.reply
    address = {"application_id": reply.application_id, "channel_id": reply.channel_id}
    token = {"token": reply.token or "", "token_at": reply.token_at}
    return {"id": pending.interaction_id, **address, **token}
