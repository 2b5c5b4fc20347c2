"""The members who are being forgotten, as step 22 creates it. Statements that are never changed, like `migrations`."""

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
