"""The tables of assets as step 5 creates them: statements that are never changed, like `migrations`."""

_UPLOADS = """
CREATE TABLE uploads (
    sha256 TEXT PRIMARY KEY,
    url TEXT NOT NULL,
    at REAL NOT NULL
) STRICT, WITHOUT ROWID
"""

_CHARACTERS = """
CREATE TABLE characters (
    id TEXT PRIMARY KEY,
    owner_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL,
    group_id TEXT NOT NULL,
    created REAL NOT NULL,
    real INTEGER NOT NULL CHECK (real IN (0, 1)),
    guild_id INTEGER,
    shared_in INTEGER
) STRICT
"""

# Without a reply, every column of its address is NULL.
_ASSETS = """
CREATE TABLE assets (
    id TEXT PRIMARY KEY,
    character_id TEXT NOT NULL REFERENCES characters (id),
    owner_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL,
    kind TEXT NOT NULL,
    created REAL NOT NULL,
    kept TEXT CHECK (kept IS NULL OR json_valid(kept)),
    real INTEGER NOT NULL CHECK (real IN (0, 1)),

    application_id INTEGER,
    channel_id INTEGER,
    guild_id INTEGER,
    message_id INTEGER,
    token TEXT,
    token_at REAL,
    private INTEGER CHECK (private IN (0, 1)),
    bot_reaches INTEGER CHECK (bot_reaches IN (0, 1)),
    file_limit INTEGER,

    stage TEXT NOT NULL,
    asset_id TEXT,
    said TEXT NOT NULL,
    told REAL,
    hidden INTEGER NOT NULL CHECK (hidden IN (0, 1))
) STRICT
"""

_VERIFICATIONS = """
CREATE TABLE verifications (
    id TEXT PRIMARY KEY,
    owner_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    agreed REAL NOT NULL,
    consent INTEGER NOT NULL,
    guild_id INTEGER,
    stage TEXT NOT NULL,
    task_id TEXT,
    link TEXT,
    link_dies REAL,
    character_id TEXT REFERENCES characters (id),
    said TEXT NOT NULL,
    CHECK ((stage = 'verified') = (character_id IS NOT NULL))
) STRICT
"""

_INDEXES = (
    "CREATE INDEX characters_mine ON characters (owner_id, created, id)",
    "CREATE UNIQUE INDEX characters_names ON characters (owner_id, name_folded)",
    "CREATE INDEX characters_shared ON characters (shared_in) WHERE shared_in IS NOT NULL",
    "CREATE INDEX assets_mine ON assets (owner_id, created, id) WHERE hidden = 0",
    "CREATE UNIQUE INDEX assets_names ON assets (owner_id, name_folded) WHERE hidden = 0",
    "CREATE INDEX assets_of_character ON assets (character_id)",
    "CREATE INDEX assets_provider ON assets (asset_id) WHERE asset_id IS NOT NULL",
    """CREATE INDEX assets_unfinished ON assets (created, id)
    WHERE stage IN ('uploading', 'processing') AND hidden = 0""",
    """CREATE INDEX assets_untold ON assets (created, id)
    WHERE told IS NULL AND stage IN ('active', 'failed') AND hidden = 0""",
    "CREATE INDEX assets_tokens ON assets (token_at) WHERE token IS NOT NULL",
    "CREATE INDEX verifications_characters ON verifications (character_id) WHERE character_id IS NOT NULL",
)

HIDDEN_SQLITE = ("ALTER TABLE characters ADD COLUMN hidden INTEGER NOT NULL DEFAULT 0 CHECK (hidden IN (0, 1))",)
HIDDEN_POSTGRES = ("ALTER TABLE characters ADD COLUMN hidden BIGINT NOT NULL DEFAULT 0 CHECK (hidden IN (0, 1))",)
"""Characters that their members have hidden, as step 25 adds it."""

STATEMENTS = (_UPLOADS, _CHARACTERS, _ASSETS, _VERIFICATIONS, *_INDEXES)
