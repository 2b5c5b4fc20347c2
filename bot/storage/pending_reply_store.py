"""Pending replies in the database: requests that are no jobs yet."""

from collections.abc import Sequence

from sqlite_utils import Database

from bot.domain.pending_reply import PendingReply
from bot.domain.reply import Reply
from bot.storage.thread import Queries, query

# An interaction that has become a job is not remembered here, however often it comes.
_BEGIN = """
INSERT INTO beginnings (interaction_id, application_id, channel_id, token, token_at)
SELECT :id, :application_id, :channel_id, :token, :token_at
WHERE NOT EXISTS (SELECT 1 FROM jobs WHERE interaction_id = :id)
ON CONFLICT (interaction_id) DO NOTHING
"""
_LEFT = "SELECT interaction_id, application_id, channel_id, token, token_at FROM beginnings ORDER BY interaction_id"


class SqlitePendingReplies(Queries):
    """The pending replies in an open store."""

    @query
    def begin(self, db: Database, pending: PendingReply) -> None:
        """Write one down, on the disk when this returns."""
        reply = pending.reply
        address = {"application_id": reply.application_id, "channel_id": reply.channel_id}
        token = {"token": reply.token or "", "token_at": reply.token_at}
        db.execute(_BEGIN, {"id": pending.interaction_id, **address, **token})

    @query
    def forget(self, db: Database, interaction_id: int) -> None:
        """Forget one; accepting its job forgets it too, in the same transaction."""
        db.execute("DELETE FROM beginnings WHERE interaction_id = ?", [interaction_id])

    @query
    def left(self, db: Database) -> Sequence[PendingReply]:
        """List those that are written down, oldest first."""
        return [PendingReply(row[0], _reply(*row[1:])) for row in db.execute(_LEFT).fetchall()]


def _reply(application_id: int, channel_id: int, token: str, token_at: float) -> Reply:
    return Reply(application_id, channel_id, None, None, token, token_at, private=True, bot_reaches=False, limit=0)
