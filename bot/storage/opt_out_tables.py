"""The table of members whose media others may not use, as step 20 creates it. Statements that are never changed."""

SQLITE = (
    """CREATE TABLE media_opt_outs (
    user_id INTEGER PRIMARY KEY,
    at REAL NOT NULL
) STRICT""",
)

POSTGRES = (
    """CREATE TABLE media_opt_outs (
    user_id BIGINT PRIMARY KEY,
    at DOUBLE PRECISION NOT NULL
)""",
)
