"""Where lines of servers' logs are that name a member, in the database: so that they can lose the name."""

from collections.abc import Collection, Sequence

from bot.domain.server_log import PostedLine
from bot.storage.database import Database
from bot.storage.queries import Queries, immediate, query

_NOTE = """
INSERT INTO log_lines (user_id, message_id, channel_id, locale) VALUES (?, ?, ?, ?)
ON CONFLICT (user_id, message_id) DO NOTHING
"""
OF_MEMBER = "SELECT * FROM log_lines WHERE user_id = ? ORDER BY message_id LIMIT ?"
_DROP = "DELETE FROM log_lines WHERE user_id = ? AND message_id = ?"


class SqliteLogLines(Queries):
    """The lines in an open store."""

    @query
    def note(self, db: Database, user_ids: Collection[int], line: PostedLine) -> None:
        """Write down where a line was posted that names these members."""
        with immediate(db):
            for user_id in user_ids:
                db.execute(_NOTE, [user_id, line.message_id, line.channel_id, line.locale])

    @query
    def of(self, db: Database, user_id: int, maximum: int) -> Sequence[PostedLine]:
        """List at most so many lines that name a member."""
        rows = db.query(OF_MEMBER, [user_id, maximum])
        return [PostedLine(row["channel_id"], row["message_id"], row["locale"]) for row in rows]

    @query
    def drop(self, db: Database, user_id: int, line: PostedLine) -> None:
        """Write down that a line names that member no longer."""
        db.execute(_DROP, [user_id, line.message_id])
