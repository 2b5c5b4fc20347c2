"""The exports of members in the database, and every row about a member, as it goes into one."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from bot.domain.privacy import Export, ExportStage
from bot.storage.database import Database
from bot.storage.job_rows import REPLY
from bot.storage.queries import Queries, immediate, query, reading

_OF = "SELECT * FROM exports WHERE user_id = ?"
_ASK = """
INSERT INTO exports (user_id, at, stage, reply, token, token_at)
VALUES (:user_id, :at, :stage, :reply, :token, :token_at)
ON CONFLICT (user_id) DO UPDATE SET at = excluded.at, stage = excluded.stage,
    reply = excluded.reply, token = excluded.token, token_at = excluded.token_at
"""
_NEXT = "SELECT * FROM exports WHERE stage = 'asked' ORDER BY at, user_id LIMIT 1"
_TAKE = "UPDATE exports SET stage = 'running' WHERE user_id = ? AND stage = 'asked'"
_STOP = "UPDATE exports SET stage = 'stopped' WHERE user_id = ? AND at = ? AND stage = 'running'"
_STOPPED = "SELECT * FROM exports WHERE stage IN ('running', 'stopped') ORDER BY at, user_id"
_END = "UPDATE exports SET stage = :stage, token = NULL WHERE user_id = :user_id AND at = :at"

ROWS: Final = {
    "videos": """
SELECT * FROM jobs INDEXED BY jobs_mine
WHERE user_id = :user_id ORDER BY created, id LIMIT :most OFFSET :skip
""",
    "shares": """
SELECT * FROM shares
WHERE user_id = :user_id ORDER BY created, id LIMIT :most OFFSET :skip
""",
    "favourites": """
SELECT * FROM favourites
WHERE user_id = :user_id ORDER BY created, job_id LIMIT :most OFFSET :skip
""",
    "requests-to-fix": """
SELECT * FROM drafts
WHERE user_id = :user_id ORDER BY created, id LIMIT :most OFFSET :skip
""",
    "characters": """
SELECT * FROM characters
WHERE owner_id = :user_id ORDER BY created, id LIMIT :most OFFSET :skip
""",
    "assets": """
SELECT * FROM assets
WHERE owner_id = :user_id AND hidden = 0 ORDER BY created, id LIMIT :most OFFSET :skip
""",
    "consents": """
SELECT * FROM verifications
WHERE owner_id = :user_id ORDER BY id LIMIT :most OFFSET :skip
""",
    "settings": """
SELECT * FROM member_settings
WHERE user_id = :user_id ORDER BY name LIMIT :most OFFSET :skip
""",
    "opt-outs": """
SELECT * FROM media_opt_outs
WHERE user_id = :user_id ORDER BY at LIMIT :most OFFSET :skip
""",
    "limits": """
SELECT * FROM limits
WHERE scope = 'member' AND target_id = :user_id ORDER BY guild_id, measure, by_owner
LIMIT :most OFFSET :skip
""",
    "blocks": """
SELECT * FROM blocks
WHERE user_id = :user_id ORDER BY guild_id LIMIT :most OFFSET :skip
""",
    "changes": """
SELECT * FROM audit
WHERE actor_id = :user_id ORDER BY id LIMIT :most OFFSET :skip
""",
}
"""The rows about a member, by the names of their files."""
# What is a key to something, or only says which process works on it.
_LEFT_OUT: Final = frozenset(
    {"token", "token_at", "prompt_folded", "name_folded", "holder", "fence", "slot", "process"}
)
_DOCUMENTS: Final = frozenset({"request", "reply", "state", "document", "details", "kept"})


class SqliteExports(Queries):
    """The exports in an open store. Times are UTC seconds."""

    @query
    def ask(self, db: Database, export: Export) -> Export | None:
        """Write down that a member asks for an export; return the one before where they may not yet."""
        with immediate(db):
            before = _first(db, _OF, [export.user_id])
            if before is not None and not before.may_follow(export.at):
                return before
            named = {"user_id": export.user_id, "at": export.at, "stage": export.stage.value}
            db.execute(_ASK, REPLY.write(export.reply) | named)
            db.notify("export", "")
        return None

    @query
    def take(self, db: Database) -> Export | None:
        """Take the export that was asked for first, which is RUNNING from then on."""
        with immediate(db):
            found = _first(db, _NEXT, [])
            if found is not None:
                db.execute(_TAKE, [found.user_id])
        return found

    @query
    def stopped(self, db: Database) -> Sequence[Export]:
        """List the RUNNING and STOPPED exports, for a process that has just begun to make exports."""
        return [_to_export(row) for row in db.query(_STOPPED)]

    @query
    def stop(self, db: Database, export: Export) -> None:
        """Write down that an export stopped, before its member is told."""
        db.execute(_STOP, [export.user_id, export.at])

    @query
    def end(self, db: Database, export: Export, stage: ExportStage) -> None:
        """Write down how an export ended."""
        db.execute(_END, {"user_id": export.user_id, "at": export.at, "stage": stage.value})

    @reading
    def rows(self, db: Database, name: str, user_id: int, page: int, size: int) -> Sequence[Mapping[str, Any]]:
        """Read a page, from 0, of the rows about a member, without tokens; `name` as in ROWS."""
        asked = {"user_id": user_id, "most": size, "skip": page * size}
        return [_plain(row) for row in db.query(ROWS[name], asked)]


def _first(db: Database, sql: str, params: list[int]) -> Export | None:
    return next((_to_export(row) for row in db.query(sql, params)), None)


def _to_export(row: Mapping[str, Any]) -> Export:
    return Export(row["user_id"], row["at"], REPLY.read_known(row), ExportStage(row["stage"]))


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    parts = {name: value for name, value in row.items() if name not in _LEFT_OUT}
    texts = {name: value for name, value in parts.items() if name in _DOCUMENTS and value is not None}
    return parts | {name: json.loads(value) for name, value in texts.items()}
