"""Pauses: what keeps waiting jobs from being sent, since when and until when."""

import math
import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from bot.domain.pauses import Pause, PauseKind
from bot.storage.charges import EVERYWHERE
from bot.storage.database import Database
from bot.storage.opening import read_only
from bot.storage.queries import Queries, query

# A pause that is in force already is left as it is, since its beginning counts.
BEGIN = "INSERT INTO pauses (kind, guild_id, since) VALUES (:kind, :guild_id, :at) ON CONFLICT DO NOTHING"
END = "UPDATE pauses SET until = :at WHERE kind = :kind AND guild_id = :guild_id AND until IS NULL"
SINCE = "SELECT kind, guild_id, since, until FROM pauses WHERE until IS NULL OR until > ? ORDER BY since"


class SqlitePauses(Queries):
    """The pauses in an open store. Times are UTC seconds."""

    @query
    def begin(self, db: Database, kind: PauseKind, guild_id: int | None, at: float) -> bool:
        """Begin a pause; False where one of its kind and place is in force already."""
        return begin(db, kind, guild_id, at)

    @query
    def end(self, db: Database, kind: PauseKind, guild_id: int | None, at: float) -> bool:
        """End the pause of that kind and place; False where none is in force."""
        return end(db, kind, guild_id, at)

    @query
    def since(self, db: Database, time: float) -> Sequence[Pause]:
        """List the pauses that are in force, or have ended after a time."""
        return pauses_since(db, time)


def begin(db: Database, kind: PauseKind, guild_id: int | None, at: float) -> bool:
    """Begin a pause; False where one of its kind and place is in force already."""
    return db.execute(BEGIN, {"kind": kind, "guild_id": guild_id or EVERYWHERE, "at": at}).rowcount > 0


def end(db: Database, kind: PauseKind, guild_id: int | None, at: float) -> bool:
    """End the pause of that kind and place; False where none is in force."""
    return db.execute(END, {"kind": kind, "guild_id": guild_id or EVERYWHERE, "at": at}).rowcount > 0


def pauses_since(db: Database, time: float) -> list[Pause]:
    """List the pauses that are in force, or have ended after a time."""
    rows = db.execute(SINCE, [time])
    return [Pause(PauseKind(kind), guild_id or None, begins, ends) for kind, guild_id, begins, ends in rows]


def pauses_in_force(database: Path) -> list[Pause]:
    """List the pauses that are in force, whether a bot runs or not; none where there is nothing to be read."""
    if database.is_file():
        with suppress(sqlite3.Error), read_only(database, 1.0) as db:
            return pauses_since(db, math.inf)
    return []
