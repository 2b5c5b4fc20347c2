"""The members who are being forgotten, and their exports, as steps 22 to 24 create them. Never changed."""

SQLITE = (
    """CREATE TABLE forgetting (
    user_id INTEGER PRIMARY KEY,
    at REAL NOT NULL
) STRICT""",
)

POSTGRES = (
    """CREATE TABLE forgetting (
    user_id BIGINT PRIMARY KEY,
    at DOUBLE PRECISION NOT NULL
)""",
)

EXPORTS = (
    """CREATE TABLE exports (
    user_id INTEGER PRIMARY KEY,
    at REAL NOT NULL,
    stage TEXT NOT NULL,
    reply TEXT NOT NULL CHECK (json_valid(reply)),
    token TEXT,
    token_at REAL NOT NULL
) STRICT""",
)

POSTGRES_EXPORTS = (
    """CREATE TABLE exports (
    user_id BIGINT PRIMARY KEY,
    at DOUBLE PRECISION NOT NULL,
    stage TEXT COLLATE "C" NOT NULL,
    reply TEXT NOT NULL CHECK (CAST(reply AS json) IS NOT NULL),
    token TEXT COLLATE "C",
    token_at DOUBLE PRECISION NOT NULL
)""",
)

LOG_LINES = (
    """CREATE TABLE log_lines (
    user_id INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    channel_id INTEGER NOT NULL,
    locale TEXT NOT NULL,
    PRIMARY KEY (user_id, message_id)
) STRICT, WITHOUT ROWID""",
)

POSTGRES_LOG_LINES = (
    """CREATE TABLE log_lines (
    user_id BIGINT NOT NULL,
    message_id BIGINT NOT NULL,
    channel_id BIGINT NOT NULL,
    locale TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (user_id, message_id)
)""",
)
