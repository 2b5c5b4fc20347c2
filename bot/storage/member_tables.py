"""The table of members' settings, as step 21 creates it. Statements that are never changed, like `migrations`."""

SQLITE = (
    """CREATE TABLE member_settings (
    user_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (user_id, name)
) STRICT, WITHOUT ROWID""",
)

POSTGRES = (
    """CREATE TABLE member_settings (
    user_id BIGINT NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (user_id, name)
)""",
)
