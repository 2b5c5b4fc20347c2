"""What managers set for their servers, by name, in the database."""

from collections.abc import Mapping

from bot.domain.audit import Change
from bot.storage.audit_store import write_down
from bot.storage.database import Database
from bot.storage.queries import Queries, immediate, query

OF_SERVER = "SELECT name, value FROM server_settings WHERE guild_id = ?"
_SET = """
INSERT INTO server_settings (guild_id, name, value) VALUES (?, ?, ?)
ON CONFLICT (guild_id, name) DO UPDATE SET value = excluded.value
"""
_CLEAR = "DELETE FROM server_settings WHERE guild_id = ? AND name = ?"


class SqliteServerSettings(Queries):
    """The settings of servers in an open store."""

    @query
    def of(self, db: Database, guild_id: int) -> Mapping[str, str]:
        """Return what is set for a server."""
        return {row["name"]: row["value"] for row in db.query(OF_SERVER, [guild_id])}

    @query
    def put(self, db: Database, guild_id: int, values: Mapping[str, str | None], change: Change | None = None) -> None:
        """Set values by name (None: no longer set), with the change that is written down of it, in one transaction."""
        with immediate(db):
            for name, value in values.items():
                if value is None:
                    db.execute(_CLEAR, [guild_id, name])
                else:
                    db.execute(_SET, [guild_id, name, value])
            if change is not None:
                write_down(db, change)
            db.notify("settings", str(guild_id))
