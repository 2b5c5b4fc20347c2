"""The table of starred videos, as step 18 creates it. Statements that are never changed, like `migrations`."""

_INDEX = "CREATE INDEX favourites_mine ON favourites (user_id, created, job_id)"

SQLITE = (
    """CREATE TABLE favourites (
    user_id INTEGER NOT NULL,
    job_id TEXT NOT NULL,
    created REAL NOT NULL,
    PRIMARY KEY (user_id, job_id)
) STRICT, WITHOUT ROWID""",
    _INDEX,
)

POSTGRES = (
    """CREATE TABLE favourites (
    user_id BIGINT NOT NULL,
    job_id TEXT COLLATE "C" NOT NULL,
    created DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (user_id, job_id)
)""",
    _INDEX,
)
