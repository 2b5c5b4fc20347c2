"""Pending replies of many processes in one database, each with the process that opened it."""

from collections.abc import Callable, Sequence

from bot.domain.pending_reply import PendingReply
from bot.storage.database import Database, Statement
from bot.storage.pending_reply_store import reply_row
from bot.storage.queries import Queries, QueryRunner, immediate, query
from bot.storage.unsaved_replies import reply_of

TAKEN = ""
"""In the place of a process that is dead: an apology is due, and the request becomes no job any more."""

_BEGIN = """
INSERT INTO beginnings (interaction_id, application_id, channel_id, token, token_at, process)
SELECT :id, :application_id, :channel_id, :token, :token_at, :process
WHERE NOT EXISTS (SELECT 1 FROM jobs WHERE interaction_id = :id)
ON CONFLICT (interaction_id) DO NOTHING
"""
# By the database's clock a process is dead 20 s after it was last seen.
_TAKE = """
UPDATE beginnings SET process = '' WHERE (process IS NULL OR process NOT IN ('', :mine))
AND NOT EXISTS (SELECT 1 FROM processes WHERE processes.id = beginnings.process AND seen > {now} - 20.0)
"""
_TAKE_DEAD = Statement(
    sqlite=_TAKE.format(now="(julianday('now') - 2440587.5) * 86400.0"),
    postgres=_TAKE.format(now="CAST(extract(epoch FROM clock_timestamp()) AS DOUBLE PRECISION)"),
)
_LEFT = """
SELECT interaction_id, application_id, channel_id, token, token_at FROM beginnings
WHERE process = '' ORDER BY interaction_id
"""


class SharedPendingReplies(Queries):
    """The pending replies in a store that many processes have open; `process` names this one."""

    def __init__(self, store: QueryRunner, process: Callable[[], str]) -> None:
        super().__init__(store)
        self._process = process

    def note(self, pending: PendingReply) -> bool:  # noqa: ARG002 - a file beside this process outlives no machine
        """Write nothing down yet; what outlives this process is in the database."""
        return False

    @query
    def begin(self, db: Database, pending: PendingReply) -> bool:
        """Write one down; False where another process answers it, or has made it a job."""
        mine, key = self._process(), {"id": pending.interaction_id}
        db.execute(_BEGIN, reply_row(pending) | {"process": mine})
        found = db.execute("SELECT process FROM beginnings WHERE interaction_id = :id", key).fetchone()
        return found is not None and found[0] == mine

    @query
    def forget(self, db: Database, interaction_id: int) -> None:
        """Forget one; accepting its job forgets it too, in the same transaction."""
        db.execute("DELETE FROM beginnings WHERE interaction_id = ?", [interaction_id])

    @query
    def has(self, db: Database, interaction_id: int) -> bool:
        """Tell whether one is written down."""
        found = db.execute("SELECT 1 FROM beginnings WHERE interaction_id = ?", [interaction_id])
        return found.fetchone() is not None

    @query
    def left(self, db: Database) -> Sequence[PendingReply]:
        """List those of dead processes, oldest first; none of them becomes a job from now on."""
        with immediate(db):
            db.execute(_TAKE_DEAD, {"mine": self._process()})
            rows = db.execute(_LEFT).fetchall()
        return [PendingReply(row[0], reply_of(*row[1:])) for row in rows]

    def close(self) -> None:
        """Let go of nothing: there is no file."""
