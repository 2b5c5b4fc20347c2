"""Which process drives a job, which jobs have one of the provider's slots, and who is alive, as step 15 creates it.

Statements that are never changed, like `migrations`. One process alone leaves all of it as it is here.
"""

_INDEXES = (
    "CREATE INDEX jobs_held ON jobs (holder) WHERE holder IS NOT NULL",
    "CREATE INDEX jobs_slots ON jobs (user_id, stage, submitted) WHERE slot = 1",
    "CREATE INDEX jobs_in_line ON jobs (created, id) WHERE stage = 'waiting' AND slot = 0",
)

SQLITE = (
    # The process that drives the job; a number that rises with each; whether its turn was granted and it counts.
    "ALTER TABLE jobs ADD COLUMN holder TEXT",
    "ALTER TABLE jobs ADD COLUMN fence INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE jobs ADD COLUMN slot INTEGER NOT NULL DEFAULT 0 CHECK (slot IN (0, 1))",
    *_INDEXES,
    """CREATE TABLE processes (
    id TEXT PRIMARY KEY,
    role TEXT NOT NULL,
    host TEXT NOT NULL,
    started REAL NOT NULL,
    seen REAL NOT NULL
) STRICT, WITHOUT ROWID""",
    """CREATE TABLE leases (
    name TEXT PRIMARY KEY,
    holder TEXT NOT NULL,
    fence INTEGER NOT NULL
) STRICT, WITHOUT ROWID""",
)

POSTGRES = (
    'ALTER TABLE jobs ADD COLUMN holder TEXT COLLATE "C"',
    "ALTER TABLE jobs ADD COLUMN fence BIGINT NOT NULL DEFAULT 0",
    "ALTER TABLE jobs ADD COLUMN slot BIGINT NOT NULL DEFAULT 0 CHECK (slot IN (0, 1))",
    *_INDEXES,
    """CREATE TABLE processes (
    id TEXT COLLATE "C" PRIMARY KEY,
    role TEXT COLLATE "C" NOT NULL,
    host TEXT NOT NULL,
    started DOUBLE PRECISION NOT NULL,
    seen DOUBLE PRECISION NOT NULL
)""",
    """CREATE TABLE leases (
    name TEXT COLLATE "C" PRIMARY KEY,
    holder TEXT COLLATE "C" NOT NULL,
    fence BIGINT NOT NULL
)""",
)

OPENERS = ("ALTER TABLE beginnings ADD COLUMN process TEXT",)
"""The process that opened a pending reply, as step 16 adds it; none where there is only one."""
