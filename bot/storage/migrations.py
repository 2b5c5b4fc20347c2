"""The schema, as numbered steps that are never changed once they have been released.

A step runs in a transaction together with the record that it ran. Ids in `source` and `pressed` are history and no
foreign keys: they stay when the job that they name is deleted.
"""

from sqlite_utils import Database, Migrations

from bot.storage import asset_tables, favourite_tables, limit_tables, process_tables, request_tables, share_tables
from bot.storage.to_documents import move_assets, move_jobs


def m001_jobs(db: Database) -> None:
    """Create the jobs, with an index for every question that is asked while the bot runs."""
    db.execute(_JOBS)
    for index in _JOBS_INDEXES:
        db.execute(index)
    db.execute("PRAGMA user_version = 1")


def m002_notes(db: Database) -> None:
    """Create the notes: small values by key."""
    db.execute("CREATE TABLE notes (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID")
    db.execute("PRAGMA user_version = 2")


def m003_beginnings(db: Database) -> None:
    """Create the table of pending replies: replies that were opened for what is no job yet."""
    db.execute(request_tables.PENDING_REPLIES)
    db.execute("PRAGMA user_version = 3")


def m004_media(db: Database) -> None:
    """Turn the one image of a job into its media, and the image's address into theirs; add the other choices."""
    for statement in _MEDIA:
        db.execute(statement)
    db.execute("PRAGMA user_version = 4")


def m005_assets(db: Database) -> None:
    """Create the uploads, the characters, their assets and the verifications of real persons."""
    for statement in asset_tables.STATEMENTS:
        db.execute(statement)
    db.execute("PRAGMA user_version = 5")


def m006_permissions(db: Database) -> None:
    """Keep with a reply what the bot may do in its channel; before, it was taken to be allowed."""
    for statement in _PERMISSIONS:
        db.execute(statement)
    db.execute("PRAGMA user_version = 6")


def m007_incomplete(db: Database) -> None:
    """Note of a clip whether it is a part of the video."""
    db.execute("ALTER TABLE jobs ADD COLUMN incomplete INTEGER NOT NULL DEFAULT 0 CHECK (incomplete IN (0, 1))")
    db.execute("PRAGMA user_version = 7")


def m008_dialect(db: Database) -> None:
    """Keep the dialect that a job was sent in; before, only the request could tell."""
    db.execute("ALTER TABLE jobs ADD COLUMN dialect TEXT")
    db.execute("PRAGMA user_version = 8")


def m009_tasks(db: Database) -> None:
    """Keep the provider's code of a failure, and give each of its tasks to one job only."""
    for statement in _TASKS:
        db.execute(statement)
    db.execute("PRAGMA user_version = 9")


def m010_documents(db: Database) -> None:
    """Keep in columns what is asked for, and the rest of each value in documents; name ends and running once."""
    move_jobs(db)
    move_assets(db)
    db.execute("PRAGMA user_version = 10")


def m011_drafts(db: Database) -> None:
    """Create the drafts: requests that were refused and can be fixed."""
    for statement in request_tables.DRAFTS:
        db.execute(statement)
    db.execute("PRAGMA user_version = 11")


def m012_limits(db: Database) -> None:
    """Count in each row what it takes of limits; create what managers and the owner set while the bot runs."""
    for statement in limit_tables.STATEMENTS:
        db.execute(statement)
    db.execute("PRAGMA user_version = 12")


def m013_prices(db: Database) -> None:
    """Keep with a job what it costs: millionths of a currency, and the currency's code."""
    db.execute("ALTER TABLE jobs ADD COLUMN price INTEGER")
    db.execute("ALTER TABLE jobs ADD COLUMN currency TEXT")
    db.execute("PRAGMA user_version = 13")


def m014_reads(db: Database) -> None:
    """Give an index to what was read row by row: searches, estimates, `/usage`, quotas; count each member's jobs."""
    for statement in _READS:
        db.execute(statement)
    db.execute("PRAGMA user_version = 14")


def m015_processes(db: Database) -> None:
    """Name the process that drives a job, and the jobs that have a slot; create the processes and their leases."""
    for statement in process_tables.SQLITE:
        db.execute(statement)
    db.execute("PRAGMA user_version = 15")


def m016_openers(db: Database) -> None:
    """Name the process that opened a pending reply."""
    for statement in process_tables.OPENERS:
        db.execute(statement)
    db.execute("PRAGMA user_version = 16")


def m017_shares(db: Database) -> None:
    """Create the shares: videos that are posted once more."""
    for statement in share_tables.SQLITE:
        db.execute(statement)
    db.execute("PRAGMA user_version = 17")


def m018_favourites(db: Database) -> None:
    """Create the favourites: the videos that members have starred."""
    for statement in favourite_tables.SQLITE:
        db.execute(statement)
    db.execute("PRAGMA user_version = 18")


_JOBS = """
CREATE TABLE jobs (
    id TEXT PRIMARY KEY,
    user_id INTEGER NOT NULL,
    interaction_id INTEGER NOT NULL UNIQUE,
    pressed TEXT UNIQUE,
    source TEXT,
    created REAL NOT NULL,

    prompt TEXT NOT NULL,
    prompt_folded TEXT NOT NULL,
    model TEXT NOT NULL,
    duration INTEGER NOT NULL,
    ratio TEXT NOT NULL,
    image TEXT CHECK (image IS NULL OR json_valid(image)),

    application_id INTEGER NOT NULL,
    channel_id INTEGER NOT NULL,
    guild_id INTEGER,
    message_id INTEGER,
    token TEXT,
    token_at REAL NOT NULL,
    private INTEGER NOT NULL CHECK (private IN (0, 1)),
    bot_reaches INTEGER NOT NULL CHECK (bot_reaches IN (0, 1)),
    file_limit INTEGER NOT NULL,

    stage TEXT NOT NULL,
    changed REAL NOT NULL,
    image_url TEXT,
    image_url_at REAL NOT NULL,
    not_before REAL NOT NULL,
    submitted REAL,
    task_id TEXT,
    percent INTEGER,
    completed REAL,
    clip_url TEXT,
    clip_dies REAL,
    clip_bytes INTEGER,
    "drop" TEXT CHECK ("drop" IS NULL OR json_valid("drop")),
    reason TEXT,
    said TEXT NOT NULL,
    told REAL
) STRICT
"""

_JOBS_INDEXES = (
    "CREATE INDEX jobs_mine ON jobs (user_id, created, id)",
    """CREATE INDEX jobs_unfinished ON jobs (user_id, stage, created, id)
    WHERE stage NOT IN ('delivered', 'failed', 'cancelled')""",
    """CREATE INDEX jobs_untold ON jobs (created, id)
    WHERE told IS NULL AND stage IN ('delivered', 'failed', 'cancelled')""",
    "CREATE INDEX jobs_submitted ON jobs (submitted) WHERE submitted IS NOT NULL",
    "CREATE INDEX jobs_runs ON jobs (model, duration, completed) WHERE completed IS NOT NULL",
    "CREATE INDEX jobs_clips ON jobs (completed) WHERE clip_bytes IS NOT NULL",
    "CREATE INDEX jobs_images ON jobs (created) WHERE image IS NOT NULL",
    "CREATE INDEX jobs_tokens ON jobs (token_at) WHERE token IS NOT NULL",
)

# What a job had before was a first frame, shown to the provider at an address of Discord's.
_MEDIA = (
    "ALTER TABLE jobs ADD COLUMN media TEXT CHECK (media IS NULL OR json_valid(media))",
    "ALTER TABLE jobs ADD COLUMN hosted TEXT CHECK (hosted IS NULL OR json_valid(hosted))",
    "ALTER TABLE jobs ADD COLUMN resolution TEXT",
    "ALTER TABLE jobs ADD COLUMN sound INTEGER CHECK (sound IN (0, 1))",
    "ALTER TABLE jobs ADD COLUMN seed INTEGER",
    "ALTER TABLE jobs ADD COLUMN last_picture INTEGER NOT NULL DEFAULT 0 CHECK (last_picture IN (0, 1))",
    "ALTER TABLE jobs ADD COLUMN web_search INTEGER NOT NULL DEFAULT 0 CHECK (web_search IN (0, 1))",
    "ALTER TABLE jobs ADD COLUMN last_picture_url TEXT",
    """UPDATE jobs SET media = json_array(json_object(
        'role', 'first_frame', 'file', json_insert(image, '$.seconds', NULL)
    ))
    WHERE image IS NOT NULL""",
    """UPDATE jobs SET hosted = json_array(json_object(
        'sha256', json_extract(image, '$.sha256'), 'url', image_url, 'at', image_url_at, 'uploaded', json('false')
    ))
    WHERE image IS NOT NULL AND image_url IS NOT NULL""",
    "DROP INDEX jobs_images",
    "ALTER TABLE jobs DROP COLUMN image",
    "ALTER TABLE jobs DROP COLUMN image_url",
    "ALTER TABLE jobs DROP COLUMN image_url_at",
    "CREATE INDEX jobs_files ON jobs (created) WHERE media IS NOT NULL",
)

_PERMISSIONS = (
    "ALTER TABLE jobs ADD COLUMN attach_files INTEGER NOT NULL DEFAULT 1 CHECK (attach_files IN (0, 1))",
    "ALTER TABLE jobs ADD COLUMN send_messages INTEGER NOT NULL DEFAULT 1 CHECK (send_messages IN (0, 1))",
    "ALTER TABLE assets ADD COLUMN attach_files INTEGER CHECK (attach_files IN (0, 1))",
    "ALTER TABLE assets ADD COLUMN send_messages INTEGER CHECK (send_messages IN (0, 1))",
)

# Jobs that already share a task keep it, outside of the index but for the first; the other index is for the question.
_TASKS = (
    "ALTER TABLE jobs ADD COLUMN code TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE jobs ADD COLUMN shares_task INTEGER NOT NULL DEFAULT 0 CHECK (shares_task IN (0, 1))",
    "CREATE INDEX jobs_shared ON jobs (task_id)",
    """UPDATE jobs SET shares_task = 1 WHERE task_id IS NOT NULL AND EXISTS (
        SELECT 1 FROM jobs AS other
        WHERE other.task_id = jobs.task_id AND (other.created, other.id) < (jobs.created, jobs.id)
    )""",
    "DROP INDEX jobs_shared",
    "CREATE UNIQUE INDEX jobs_tasks ON jobs (task_id) WHERE task_id IS NOT NULL AND shares_task = 0",
)

# A search reads one after the other in its index, where each row of the table is somewhere else: a tenth of the time.
_READS = (
    "CREATE INDEX jobs_prompts ON jobs (user_id, created, id, prompt_folded)",
    "DROP INDEX jobs_runs",
    """CREATE INDEX jobs_runs ON jobs (model, duration, resolution, completed, submitted)
    WHERE completed IS NOT NULL""",
    "DROP INDEX jobs_charged_member",
    """CREATE INDEX jobs_charged_member ON jobs (user_id, charged_at, charged, model, currency, price)
    WHERE charged > 0""",
    "CREATE INDEX jobs_clips_of_member ON jobs (user_id, clip_bytes) WHERE clip_bytes IS NOT NULL",
    "CREATE INDEX jobs_files_of_member ON jobs (user_id, created) WHERE has_files = 1",
    "CREATE TABLE job_counts (user_id INTEGER PRIMARY KEY, jobs INTEGER NOT NULL) STRICT",
    "INSERT INTO job_counts SELECT user_id, count(*) FROM jobs GROUP BY user_id",
    """CREATE TRIGGER jobs_counted AFTER INSERT ON jobs BEGIN
        INSERT INTO job_counts VALUES (new.user_id, 1) ON CONFLICT (user_id) DO UPDATE SET jobs = jobs + 1;
    END""",
    """CREATE TRIGGER jobs_uncounted AFTER DELETE ON jobs BEGIN
        UPDATE job_counts SET jobs = jobs - 1 WHERE user_id = old.user_id;
    END""",
)

STEPS = (
    m001_jobs,
    m002_notes,
    m003_beginnings,
    m004_media,
    m005_assets,
    m006_permissions,
    m007_incomplete,
    m008_dialect,
    m009_tasks,
    m010_documents,
    m011_drafts,
    m012_limits,
    m013_prices,
    m014_reads,
    m015_processes,
    m016_openers,
    m017_shares,
    m018_favourites,
)
# Each step leaves its number in `user_version`, where it can be read without opening the database.
VERSION = len(STEPS)


def migrations() -> Migrations:
    """Put the steps together."""
    steps = Migrations("seedreel")
    for step in STEPS:
        steps()(step)
    return steps
