"""The tables of what is no job yet, as steps 3 and 11 create them. Statements that are never changed."""

DRAFTS = (
    """CREATE TABLE drafts (
    id TEXT PRIMARY KEY,
    user_id INTEGER NOT NULL,
    created REAL NOT NULL,
    document TEXT NOT NULL CHECK (json_valid(document))
) STRICT""",
    "CREATE INDEX drafts_of_member ON drafts (user_id, created, id)",
    "CREATE INDEX drafts_created ON drafts (created)",
)

PENDING_REPLIES = """
CREATE TABLE beginnings (
    interaction_id INTEGER PRIMARY KEY,
    application_id INTEGER NOT NULL,
    channel_id INTEGER NOT NULL,
    token TEXT NOT NULL,
    token_at REAL NOT NULL
) STRICT
"""
