"""The step from a column for every field to columns for what is asked for, and documents for the rest.

The words in the documents are those that the columns had. A row is moved as it is, also where it cannot be understood.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlite_utils import Database

Row = dict[str, Any]

_JOBS = """
CREATE TABLE jobs_moved (
    id TEXT PRIMARY KEY,
    user_id INTEGER NOT NULL,
    interaction_id INTEGER NOT NULL UNIQUE,
    pressed TEXT UNIQUE,
    source TEXT,
    created REAL NOT NULL,

    request TEXT NOT NULL CHECK (json_valid(request)),
    prompt_folded TEXT NOT NULL,
    model TEXT NOT NULL,
    duration INTEGER NOT NULL,
    resolution TEXT,
    has_files INTEGER NOT NULL CHECK (has_files IN (0, 1)),

    reply TEXT NOT NULL CHECK (json_valid(reply)),
    token TEXT,
    token_at REAL NOT NULL,

    stage TEXT NOT NULL,
    ended INTEGER NOT NULL CHECK (ended IN (0, 1)),
    changed REAL NOT NULL,
    submitted REAL,
    task_id TEXT,
    shares_task INTEGER NOT NULL DEFAULT 0 CHECK (shares_task IN (0, 1)),
    completed REAL,
    clip_bytes INTEGER,
    reason TEXT,
    state TEXT NOT NULL CHECK (json_valid(state)),
    told REAL
) STRICT
"""

_JOBS_MOVED = (
    "DROP TABLE jobs",
    "ALTER TABLE jobs_moved RENAME TO jobs",
    "CREATE INDEX jobs_mine ON jobs (user_id, created, id)",
    "CREATE INDEX jobs_unfinished ON jobs (user_id, created, id) WHERE ended = 0",
    "CREATE INDEX jobs_untold ON jobs (created, id) WHERE told IS NULL AND ended = 1",
    "CREATE INDEX jobs_submitted ON jobs (submitted) WHERE submitted IS NOT NULL",
    "CREATE INDEX jobs_runs ON jobs (model, duration, completed) WHERE completed IS NOT NULL",
    "CREATE INDEX jobs_clips ON jobs (completed) WHERE clip_bytes IS NOT NULL",
    "CREATE INDEX jobs_files ON jobs (created) WHERE has_files = 1",
    "CREATE INDEX jobs_tokens ON jobs (token_at) WHERE token IS NOT NULL",
    "CREATE UNIQUE INDEX jobs_tasks ON jobs (task_id) WHERE task_id IS NOT NULL AND shares_task = 0",
)

_ASSETS = (
    "ALTER TABLE characters ADD COLUMN details TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(details))",
    "ALTER TABLE verifications ADD COLUMN details TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(details))",
    "ALTER TABLE assets ADD COLUMN details TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(details))",
    "ALTER TABLE assets ADD COLUMN reply TEXT CHECK (reply IS NULL OR json_valid(reply))",
    "ALTER TABLE assets ADD COLUMN ended INTEGER NOT NULL DEFAULT 0 CHECK (ended IN (0, 1))",
    "UPDATE assets SET ended = 1 WHERE stage IN ('active', 'failed')",
)

# They are few, and other tables refer to them: their columns are dropped one by one.
_ASSETS_MOVED = (
    "ALTER TABLE characters DROP COLUMN name",
    "ALTER TABLE characters DROP COLUMN real",
    "ALTER TABLE characters DROP COLUMN guild_id",
    "ALTER TABLE verifications DROP COLUMN name",
    "ALTER TABLE verifications DROP COLUMN agreed",
    "ALTER TABLE verifications DROP COLUMN consent",
    "ALTER TABLE verifications DROP COLUMN guild_id",
    "ALTER TABLE verifications DROP COLUMN task_id",
    "ALTER TABLE verifications DROP COLUMN link",
    "ALTER TABLE verifications DROP COLUMN link_dies",
    "ALTER TABLE verifications DROP COLUMN said",
    "DROP INDEX assets_unfinished",
    "DROP INDEX assets_untold",
    "ALTER TABLE assets DROP COLUMN name",
    "ALTER TABLE assets DROP COLUMN kind",
    "ALTER TABLE assets DROP COLUMN real",
    "ALTER TABLE assets DROP COLUMN said",
    "ALTER TABLE assets DROP COLUMN application_id",
    "ALTER TABLE assets DROP COLUMN channel_id",
    "ALTER TABLE assets DROP COLUMN guild_id",
    "ALTER TABLE assets DROP COLUMN message_id",
    "ALTER TABLE assets DROP COLUMN private",
    "ALTER TABLE assets DROP COLUMN bot_reaches",
    "ALTER TABLE assets DROP COLUMN file_limit",
    "ALTER TABLE assets DROP COLUMN attach_files",
    "ALTER TABLE assets DROP COLUMN send_messages",
    "CREATE INDEX assets_unfinished ON assets (created, id) WHERE ended = 0 AND hidden = 0",
    "CREATE INDEX assets_untold ON assets (created, id) WHERE told IS NULL AND ended = 1 AND hidden = 0",
)

_REQUEST = (
    *("prompt", "model", "duration", "ratio", "media"),
    *("resolution", "sound", "seed", "last_picture", "web_search"),
)
_ADDRESS = ("application_id", "channel_id", "guild_id", "message_id", "private", "bot_reaches")
_STATE = (
    *("hosted", "not_before", "dialect", "percent", "clip_url", "clip_dies", "drop", "said", "code"),
    *("last_picture_url", "incomplete"),
)
_UNCHANGED = (
    *("id", "user_id", "interaction_id", "pressed", "source", "created", "prompt_folded", "model", "duration"),
    *("resolution", "token", "token_at", "stage", "changed", "submitted", "task_id", "shares_task", "completed"),
    *("clip_bytes", "reason", "told"),
)
_ENDS = {"delivered", "failed", "cancelled"}


def move_jobs(db: Database) -> None:
    """Move the jobs into a table of queried columns and three documents: request, reply, state."""
    db.execute(_JOBS)
    db.table("jobs_moved").insert_all(_jobs(db))
    for statement in _JOBS_MOVED:
        db.execute(statement)


def move_assets(db: Database) -> None:
    """Move what no statement asks for of characters, verifications and assets into a document of each."""
    for statement in _ASSETS:
        db.execute(statement)
    for row in list(db.query("SELECT * FROM characters")):
        _set(db, "characters", row["id"], details=_document(row, ("name", "real", "guild_id")))
    for row in list(db.query("SELECT * FROM verifications")):
        words = ("name", "agreed", "consent", "guild_id", "task_id", "link", "link_dies", "said")
        _set(db, "verifications", row["id"], details=_document(row, words))
    for row in list(db.query("SELECT * FROM assets")):
        reply = None if row["application_id"] is None else _reply(row)
        _set(db, "assets", row["id"], details=_document(row, ("name", "kind", "real", "said")), reply=reply)
    for statement in _ASSETS_MOVED:
        db.execute(statement)


def _jobs(db: Database) -> Iterator[Row]:
    for row in db.query("SELECT * FROM jobs"):
        media, hosted, drop = (json.loads(row[column] or "null") for column in ("media", "hosted", "drop"))
        whole = row | {"media": media, "hosted": hosted, "drop": drop}
        yield {column: row[column] for column in _UNCHANGED} | {
            "request": _document(whole, _REQUEST),
            "has_files": any("file" in medium for medium in media or ()),
            "reply": _reply(row),
            "ended": row["stage"] in _ENDS,
            "state": _document(whole, _STATE),
        }


def _reply(row: Mapping[str, Any]) -> str:
    # An asset's row from before these were kept has neither.
    may = {word: row[word] for word in ("attach_files", "send_messages") if row[word] is not None}
    return json.dumps({word: row[word] for word in _ADDRESS} | {"limit": row["file_limit"]} | may)


def _document(row: Mapping[str, Any], words: Sequence[str]) -> str:
    return json.dumps({word: row[word] for word in words if row[word] is not None})


def _set(db: Database, table: str, row_id: str, **documents: str | None) -> None:
    db.table(table).update(row_id, documents)
