"""What a job's row counts, and the tables of what managers and the owner set, as step 12 creates them.

Statements that are never changed, like `migrations`.
"""

STATEMENTS = (
    "ALTER TABLE jobs ADD COLUMN charged_to INTEGER",
    "ALTER TABLE jobs ADD COLUMN charged INTEGER NOT NULL DEFAULT 0 CHECK (charged >= 0)",
    "ALTER TABLE jobs ADD COLUMN charged_at REAL NOT NULL DEFAULT 0",
    """UPDATE jobs SET
        charged_to = json_extract(reply, '$.guild_id'),
        charged = iif(completed IS NOT NULL OR ended = 0 OR reason = 'unclear', duration, 0),
        charged_at = coalesce(submitted, iif(ended, changed, 9e999))""",
    "CREATE INDEX jobs_charged_member ON jobs (user_id, charged_at, charged) WHERE charged > 0",
    "CREATE INDEX jobs_charged_server ON jobs (charged_to, charged_at, charged) WHERE charged > 0",
    "CREATE INDEX jobs_charged ON jobs (charged_at, charged) WHERE charged > 0",
    """CREATE INDEX jobs_made_server ON jobs (charged_to)
    WHERE stage IN ('waiting', 'submitting', 'queued', 'rendering')""",
    """CREATE TABLE limits (
    guild_id INTEGER NOT NULL,
    scope TEXT NOT NULL,
    target_id INTEGER NOT NULL,
    measure TEXT NOT NULL,
    by_owner INTEGER NOT NULL CHECK (by_owner IN (0, 1)),
    value INTEGER NOT NULL CHECK (value >= 0),
    PRIMARY KEY (guild_id, scope, target_id, measure, by_owner)
) STRICT, WITHOUT ROWID""",
    """CREATE TABLE blocks (
    guild_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    at REAL NOT NULL,
    PRIMARY KEY (guild_id, user_id)
) STRICT, WITHOUT ROWID""",
    """CREATE TABLE pauses (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    guild_id INTEGER NOT NULL,
    since REAL NOT NULL,
    until REAL
) STRICT""",
    "CREATE UNIQUE INDEX pauses_in_force ON pauses (kind, guild_id) WHERE until IS NULL",
    """CREATE TABLE server_settings (
    guild_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (guild_id, name)
) STRICT, WITHOUT ROWID""",
    """CREATE TABLE audit (
    id INTEGER PRIMARY KEY,
    at REAL NOT NULL,
    guild_id INTEGER NOT NULL,
    actor_id INTEGER,
    action TEXT NOT NULL,
    document TEXT NOT NULL CHECK (json_valid(document))
) STRICT""",
    "CREATE INDEX audit_of_server ON audit (guild_id, id)",
)
