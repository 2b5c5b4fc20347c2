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

# By the word alone: to take a document apart the server refuses where any text in it holds a NUL, which JSON may bring.
POSTGRES = (
    'ALTER TABLE jobs ADD COLUMN parent TEXT COLLATE "C"',
    r"""UPDATE jobs SET parent = substring(state FROM '"parent"\s*:\s*"([^"\\]*)"') WHERE state LIKE '%"parent"%'""",
    _INDEX,
)
