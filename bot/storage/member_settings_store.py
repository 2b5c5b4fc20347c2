"""What members have set for themselves, by name, in the database."""

from collections import defaultdict
from collections.abc import Mapping

from bot.storage.database import Database
from bot.storage.queries import Queries, immediate, query

ALL = "SELECT user_id, name, value FROM member_settings"
OF_MEMBER = "SELECT name, value FROM member_settings WHERE user_id = ?"
_SET = """
INSERT INTO member_settings (user_id, name, value) VALUES (?, ?, ?)
ON CONFLICT (user_id, name) DO UPDATE SET value = excluded.value
"""
_CLEAR = "DELETE FROM member_settings WHERE user_id = ? AND name = ?"


class SqliteMemberSettings(Queries):
    """The settings of members in an open store."""

    @query
    def all(self, db: Database) -> Mapping[int, Mapping[str, str]]:
        """Return what is set, by member; of those alone who have set anything."""
        found: defaultdict[int, dict[str, str]] = defaultdict(dict)
        for row in db.query(ALL):
            found[row["user_id"]][row["name"]] = row["value"]
        return found

    @query
    def of(self, db: Database, user_id: int) -> Mapping[str, str]:
        """Return what a member has set."""
        return {row["name"]: row["value"] for row in db.query(OF_MEMBER, [user_id])}

    @query
    def put(self, db: Database, user_id: int, name: str, value: str | None) -> None:
        """Set a value by its name; None: no longer set."""
        with immediate(db):
            if value is None:
                db.execute(_CLEAR, [user_id, name])
            else:
                db.execute(_SET, [user_id, name, value])
            db.notify("member", str(user_id))
