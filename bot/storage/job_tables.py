"""The table of jobs, as the first steps create and change it. Statements that are never changed, like `migrations`."""

JOBS = """
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

JOBS_INDEXES = (
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
MEDIA = (
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

PERMISSIONS = (
    "ALTER TABLE jobs ADD COLUMN attach_files INTEGER NOT NULL DEFAULT 1 CHECK (attach_files IN (0, 1))",
    "ALTER TABLE jobs ADD COLUMN send_messages INTEGER NOT NULL DEFAULT 1 CHECK (send_messages IN (0, 1))",
    "ALTER TABLE assets ADD COLUMN attach_files INTEGER CHECK (attach_files IN (0, 1))",
    "ALTER TABLE assets ADD COLUMN send_messages INTEGER CHECK (send_messages IN (0, 1))",
)

# Jobs that already share a task keep it, outside of the index but for the first; the other index is for the question.
TASKS = (
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
READS = (
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
