"""What lets one interaction make several jobs, its takes, as step 19 creates it.

Statements that are never changed, like `migrations`.
"""

from sqlite_utils import Database

_COLUMNS = (
    "ALTER TABLE jobs ADD COLUMN take INTEGER NOT NULL DEFAULT 1",
    "ALTER TABLE jobs ADD COLUMN lead_id TEXT",
)
_INDEXES = (
    "CREATE UNIQUE INDEX jobs_interactions ON jobs (interaction_id, take)",
    "CREATE INDEX jobs_takes ON jobs (lead_id, take) WHERE lead_id IS NOT NULL",
)
_UNIQUE, _NOT_UNIQUE = "interaction_id INTEGER NOT NULL UNIQUE", "interaction_id INTEGER NOT NULL"
_MADE = "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = 'jobs'"
_MADE_FOR_IT = "SELECT sql FROM sqlite_master WHERE type IN ('index', 'trigger') AND tbl_name = 'jobs' AND sql NOT NULL"

POSTGRES = (
    "ALTER TABLE jobs ADD COLUMN take BIGINT NOT NULL DEFAULT 1",
    'ALTER TABLE jobs ADD COLUMN lead_id TEXT COLLATE "C"',
    "ALTER TABLE jobs DROP CONSTRAINT jobs_interaction_id_key",
    *_INDEXES,
)


def let_interactions_have_takes(db: Database) -> None:
    """Move the jobs into a table whose interactions may come several times: SQLite drops no such constraint."""
    for statement in _COLUMNS:
        db.execute(statement)
    (made,) = db.execute(_MADE).fetchone()
    others = [sql for (sql,) in db.execute(_MADE_FOR_IT).fetchall()]
    db.execute(made.replace('CREATE TABLE "jobs"', "CREATE TABLE jobs_moved", 1).replace(_UNIQUE, _NOT_UNIQUE, 1))
    db.execute("INSERT INTO jobs_moved SELECT * FROM jobs ORDER BY rowid")
    db.execute("DROP TABLE jobs")
    db.execute("ALTER TABLE jobs_moved RENAME TO jobs")
    for statement in (*others, *_INDEXES):
        db.execute(statement)
