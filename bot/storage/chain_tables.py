"""What finds the videos that go on from another one, as step 26 creates it.

Statements that are never changed, like `migrations`. What a video goes on from is read from its document; the column is
for the index.
"""

_INDEX = "CREATE INDEX jobs_parents ON jobs (parent) WHERE parent IS NOT NULL"

SQLITE = (
    "ALTER TABLE jobs ADD COLUMN parent TEXT",
    "UPDATE jobs SET parent = json_extract(state, '$.parent') WHERE json_extract(state, '$.parent') IS NOT NULL",
    _INDEX,
)

POSTGRES = (
    'ALTER TABLE jobs ADD COLUMN parent TEXT COLLATE "C"',
    """UPDATE jobs SET parent = CAST(state AS json) ->> 'parent'
    WHERE CAST(state AS json) ->> 'parent' IS NOT NULL""",
    _INDEX,
)
