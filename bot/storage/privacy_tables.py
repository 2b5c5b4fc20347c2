"""The members who are being forgotten, and their exports, as steps 22 and 23 create them. Never changed."""

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
