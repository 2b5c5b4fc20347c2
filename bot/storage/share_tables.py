"""The table of shares, as step 17 creates it. Statements that are never changed, like `migrations`."""

_INDEXES = (
    "CREATE INDEX shares_of_job ON shares (job_id, created)",
    "CREATE INDEX shares_unfinished ON shares (created, id) WHERE ended = 0",
    "CREATE INDEX shares_tokens ON shares (token_at) WHERE token IS NOT NULL",
)

SQLITE = (
    """CREATE TABLE shares (
    id TEXT PRIMARY KEY,
    job_id TEXT NOT NULL,
    user_id INTEGER NOT NULL,
    interaction_id INTEGER NOT NULL UNIQUE,
    channel_id INTEGER NOT NULL,
    created REAL NOT NULL,
    stage TEXT NOT NULL,
    ended INTEGER NOT NULL CHECK (ended IN (0, 1)),
    reply TEXT NOT NULL CHECK (json_valid(reply)),
    token TEXT,
    token_at REAL NOT NULL,
    document TEXT NOT NULL CHECK (json_valid(document)),
    process TEXT NOT NULL DEFAULT ''
) STRICT""",
    *_INDEXES,
)

POSTGRES = (
    """CREATE TABLE shares (
    id TEXT COLLATE "C" PRIMARY KEY,
    job_id TEXT COLLATE "C" NOT NULL,
    user_id BIGINT NOT NULL,
    interaction_id BIGINT NOT NULL UNIQUE,
    channel_id BIGINT NOT NULL,
    created DOUBLE PRECISION NOT NULL,
    stage TEXT COLLATE "C" NOT NULL,
    ended BIGINT NOT NULL CHECK (ended IN (0, 1)),
    reply TEXT NOT NULL CHECK (CAST(reply AS json) IS NOT NULL),
    token TEXT COLLATE "C",
    token_at DOUBLE PRECISION NOT NULL,
    document TEXT NOT NULL CHECK (CAST(document AS json) IS NOT NULL),
    process TEXT COLLATE "C" NOT NULL DEFAULT ''
)""",
    *_INDEXES,
)
