"""Audit entries in the database: changes to servers, each row written with its change."""

import json
from collections.abc import Sequence
from typing import Any

from bot.domain.audit import Change
from bot.storage.database import Database
from bot.storage.queries import Queries, reading

_ADD = "INSERT INTO audit (at, guild_id, actor_id, action, document) VALUES (?, ?, ?, ?, ?)"
LATEST = "SELECT * FROM audit WHERE guild_id = ? ORDER BY id DESC LIMIT ?"
LATEST_OF_ALL = "SELECT * FROM audit ORDER BY id DESC LIMIT ?"
SINCE = "SELECT * FROM audit WHERE id > ? ORDER BY id LIMIT ?"


class SqliteAudit(Queries):
    """The changes in an open store."""

    @reading
    def latest(self, db: Database, guild_id: int | None, maximum: int) -> Sequence[Change]:
        """List the latest changes about a server, the newest first; None: all of them, wherever they hold."""
        if guild_id is None:
            return [_to_change(row) for row in db.query(LATEST_OF_ALL, [maximum])]
        return [_to_change(row) for row in db.query(LATEST, [guild_id, maximum])]

    @reading
    def since(self, db: Database, change_id: int, maximum: int) -> Sequence[Change]:
        """List the changes that were written down after that one, the oldest first."""
        return [_to_change(row) for row in db.query(SINCE, [change_id, maximum])]

    @reading
    def last_id(self, db: Database) -> int:
        """Return the id of the last change; 0 where there is none."""
        return int(db.execute("SELECT coalesce(max(id), 0) FROM audit").fetchone()[0])


def write_down(db: Database, change: Change) -> None:
    """Write a change down, inside the transaction that makes it."""
    facts = json.dumps(dict(change.facts))
    db.execute(_ADD, [change.at, change.guild_id, change.actor_id, change.action, facts])


def _to_change(row: dict[str, Any]) -> Change:
    facts = json.loads(row["document"])
    return Change(row["at"], row["guild_id"], row["actor_id"], row["action"], facts, row["id"])
