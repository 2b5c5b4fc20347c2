"""The studio's port `Beginnings`, on SQLite."""

from collections.abc import Sequence

from sqlite_utils import Database

from bot.domain.beginning import Beginning
from bot.domain.reply import Reply
from bot.storage.thread import Store

# An interaction that has become a job needs nobody to remember it, however often it comes.
_BEGIN = """
INSERT INTO beginnings (interaction_id, application_id, channel_id, token, token_at)
SELECT :id, :application_id, :channel_id, :token, :token_at
WHERE NOT EXISTS (SELECT 1 FROM jobs WHERE interaction_id = :id)
ON CONFLICT (interaction_id) DO NOTHING
"""
_FORGET = "DELETE FROM beginnings WHERE interaction_id = ?"
_LEFT = "SELECT interaction_id, application_id, channel_id, token, token_at FROM beginnings ORDER BY interaction_id"


class SqliteBeginnings:
    """The beginnings in an open store; every call raises StoreFull when nothing can be written."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def begin(self, beginning: Beginning) -> None:
        """Write one down, on the disk when this returns."""
        await self._store.run(begin, beginning)

    async def forget(self, interaction_id: int) -> None:
        """Forget one."""
        await self._store.run(forget, interaction_id)

    async def left(self) -> Sequence[Beginning]:
        """List those that are written down, oldest first."""
        return await self._store.run(left)


def begin(db: Database, beginning: Beginning) -> None:
    """Write one down."""
    reply = beginning.reply
    address = {"application_id": reply.application_id, "channel_id": reply.channel_id}
    token = {"token": reply.token or "", "token_at": reply.token_at}
    db.execute(_BEGIN, {"id": beginning.interaction_id, **address, **token})


def forget(db: Database, interaction_id: int) -> None:
    """Forget one, also within a transaction."""
    db.execute(_FORGET, [interaction_id])


def forget_dead(db: Database, before: float) -> int:
    """Forget those whose token was made before that time, in UTC seconds; returns how many."""
    return db.execute("DELETE FROM beginnings WHERE token_at < ?", [before]).rowcount


def forget_all(db: Database) -> None:
    """Forget all, also within a transaction."""
    db.execute("DELETE FROM beginnings")


def left(db: Database) -> list[Beginning]:
    """List all."""
    return [Beginning(row[0], _reply(*row[1:])) for row in db.execute(_LEFT).fetchall()]


def _reply(application_id: int, channel_id: int, token: str, token_at: float) -> Reply:
    return Reply(application_id, channel_id, None, None, token, token_at, private=True, bot_reaches=False, limit=0)
