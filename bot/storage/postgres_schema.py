"""The schema on PostgreSQL, side by side with the steps in `migrations`: each number means the same tables and columns.

The first of its steps makes at once what the first 14 of SQLite's have made; every later one stands here under the same
number. A step runs in a transaction together with the record that it ran. Documents are text, and booleans 0 or 1, as
on SQLite; text is compared by its bytes. `jobs_prompts` is missing: an index here holds no text as long as a prompt.
"""

from typing import Final

from bot.storage import (
    asset_tables,
    chain_tables,
    favourite_tables,
    member_tables,
    opt_out_tables,
    privacy_tables,
    process_tables,
    share_tables,
    take_tables,
)

_JOBS = (
    """CREATE TABLE jobs (
    id TEXT COLLATE "C" PRIMARY KEY,
    user_id BIGINT NOT NULL,
    interaction_id BIGINT NOT NULL UNIQUE,
    pressed TEXT COLLATE "C" UNIQUE,
    source TEXT COLLATE "C",
    created DOUBLE PRECISION NOT NULL,

    request TEXT NOT NULL CHECK (CAST(request AS json) IS NOT NULL),
    prompt_folded TEXT COLLATE "C" NOT NULL,
    model TEXT COLLATE "C" NOT NULL,
    duration BIGINT NOT NULL,
    resolution TEXT COLLATE "C",
    has_files BIGINT NOT NULL CHECK (has_files IN (0, 1)),

    reply TEXT NOT NULL CHECK (CAST(reply AS json) IS NOT NULL),
    token TEXT COLLATE "C",
    token_at DOUBLE PRECISION NOT NULL,

    stage TEXT COLLATE "C" NOT NULL,
    ended BIGINT NOT NULL CHECK (ended IN (0, 1)),
    changed DOUBLE PRECISION NOT NULL,
    submitted DOUBLE PRECISION,
    task_id TEXT COLLATE "C",
    shares_task BIGINT NOT NULL DEFAULT 0 CHECK (shares_task IN (0, 1)),
    completed DOUBLE PRECISION,
    clip_bytes BIGINT,
    reason TEXT COLLATE "C",
    state TEXT NOT NULL CHECK (CAST(state AS json) IS NOT NULL),
    told DOUBLE PRECISION,
    charged_to BIGINT,
    charged BIGINT NOT NULL DEFAULT 0 CHECK (charged >= 0),
    charged_at DOUBLE PRECISION NOT NULL DEFAULT 0,
    price BIGINT,
    currency TEXT COLLATE "C"
)""",
    "CREATE INDEX jobs_mine ON jobs (user_id, created, id)",
    "CREATE INDEX jobs_unfinished ON jobs (user_id, created, id) WHERE ended = 0",
    "CREATE INDEX jobs_untold ON jobs (created, id) WHERE told IS NULL AND ended = 1",
    "CREATE INDEX jobs_submitted ON jobs (submitted) WHERE submitted IS NOT NULL",
    "CREATE INDEX jobs_runs ON jobs (model, duration, completed, resolution, submitted) WHERE completed IS NOT NULL",
    "CREATE INDEX jobs_clips ON jobs (completed) WHERE clip_bytes IS NOT NULL",
    "CREATE INDEX jobs_clips_of_member ON jobs (user_id, clip_bytes) WHERE clip_bytes IS NOT NULL",
    "CREATE INDEX jobs_files ON jobs (created) WHERE has_files = 1",
    "CREATE INDEX jobs_files_of_member ON jobs (user_id, created) WHERE has_files = 1",
    "CREATE INDEX jobs_tokens ON jobs (token_at) WHERE token IS NOT NULL",
    "CREATE UNIQUE INDEX jobs_tasks ON jobs (task_id) WHERE task_id IS NOT NULL AND shares_task = 0",
    """CREATE INDEX jobs_charged_member ON jobs (user_id, charged_at, charged, model, currency, price)
    WHERE charged > 0""",
    "CREATE INDEX jobs_charged_server ON jobs (charged_to, charged_at, charged) WHERE charged > 0",
    "CREATE INDEX jobs_charged ON jobs (charged_at, charged) WHERE charged > 0",
    """CREATE INDEX jobs_made_server ON jobs (charged_to)
    WHERE stage IN ('waiting', 'submitting', 'queued', 'rendering')""",
    "CREATE TABLE job_counts (user_id BIGINT PRIMARY KEY, jobs BIGINT NOT NULL)",
    """CREATE FUNCTION count_job() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO job_counts AS counts VALUES (new.user_id, 1)
        ON CONFLICT (user_id) DO UPDATE SET jobs = counts.jobs + 1;
        RETURN NULL;
    END $$""",
    """CREATE FUNCTION uncount_job() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        UPDATE job_counts SET jobs = jobs - 1 WHERE user_id = old.user_id;
        RETURN NULL;
    END $$""",
    "CREATE TRIGGER jobs_counted AFTER INSERT ON jobs FOR EACH ROW EXECUTE FUNCTION count_job()",
    "CREATE TRIGGER jobs_uncounted AFTER DELETE ON jobs FOR EACH ROW EXECUTE FUNCTION uncount_job()",
)

_REQUESTS = (
    'CREATE TABLE notes (key TEXT COLLATE "C" PRIMARY KEY, value TEXT NOT NULL)',
    """CREATE TABLE beginnings (
    interaction_id BIGINT PRIMARY KEY,
    application_id BIGINT NOT NULL,
    channel_id BIGINT NOT NULL,
    token TEXT NOT NULL,
    token_at DOUBLE PRECISION NOT NULL
)""",
    """CREATE TABLE drafts (
    id TEXT COLLATE "C" PRIMARY KEY,
    user_id BIGINT NOT NULL,
    created DOUBLE PRECISION NOT NULL,
    document TEXT NOT NULL CHECK (CAST(document AS json) IS NOT NULL)
)""",
    "CREATE INDEX drafts_of_member ON drafts (user_id, created, id)",
    "CREATE INDEX drafts_created ON drafts (created)",
    """CREATE TABLE uploads (
    sha256 TEXT COLLATE "C" PRIMARY KEY,
    url TEXT NOT NULL,
    at DOUBLE PRECISION NOT NULL
)""",
)

_ASSETS = (
    """CREATE TABLE characters (
    id TEXT COLLATE "C" PRIMARY KEY,
    owner_id BIGINT NOT NULL,
    name_folded TEXT COLLATE "C" NOT NULL,
    group_id TEXT COLLATE "C" NOT NULL,
    created DOUBLE PRECISION NOT NULL,
    shared_in BIGINT,
    details TEXT NOT NULL DEFAULT '{}' CHECK (CAST(details AS json) IS NOT NULL)
)""",
    """CREATE TABLE assets (
    id TEXT COLLATE "C" PRIMARY KEY,
    character_id TEXT COLLATE "C" NOT NULL REFERENCES characters (id),
    owner_id BIGINT NOT NULL,
    name_folded TEXT COLLATE "C" NOT NULL,
    created DOUBLE PRECISION NOT NULL,
    kept TEXT CHECK (kept IS NULL OR CAST(kept AS json) IS NOT NULL),
    token TEXT COLLATE "C",
    token_at DOUBLE PRECISION,
    stage TEXT COLLATE "C" NOT NULL,
    asset_id TEXT COLLATE "C",
    told DOUBLE PRECISION,
    hidden BIGINT NOT NULL CHECK (hidden IN (0, 1)),
    details TEXT NOT NULL DEFAULT '{}' CHECK (CAST(details AS json) IS NOT NULL),
    reply TEXT CHECK (reply IS NULL OR CAST(reply AS json) IS NOT NULL),
    ended BIGINT NOT NULL DEFAULT 0 CHECK (ended IN (0, 1))
)""",
    """CREATE TABLE verifications (
    id TEXT COLLATE "C" PRIMARY KEY,
    owner_id BIGINT NOT NULL,
    stage TEXT COLLATE "C" NOT NULL,
    character_id TEXT COLLATE "C" REFERENCES characters (id),
    details TEXT NOT NULL DEFAULT '{}' CHECK (CAST(details AS json) IS NOT NULL),
    CHECK ((stage = 'verified') = (character_id IS NOT NULL))
)""",
    "CREATE INDEX characters_mine ON characters (owner_id, created, id)",
    "CREATE UNIQUE INDEX characters_names ON characters (owner_id, name_folded)",
    "CREATE INDEX characters_shared ON characters (shared_in) WHERE shared_in IS NOT NULL",
    "CREATE INDEX assets_mine ON assets (owner_id, created, id) WHERE hidden = 0",
    "CREATE UNIQUE INDEX assets_names ON assets (owner_id, name_folded) WHERE hidden = 0",
    "CREATE INDEX assets_of_character ON assets (character_id)",
    "CREATE INDEX assets_provider ON assets (asset_id) WHERE asset_id IS NOT NULL",
    "CREATE INDEX assets_unfinished ON assets (created, id) WHERE ended = 0 AND hidden = 0",
    "CREATE INDEX assets_untold ON assets (created, id) WHERE told IS NULL AND ended = 1 AND hidden = 0",
    "CREATE INDEX assets_tokens ON assets (token_at) WHERE token IS NOT NULL",
    "CREATE INDEX verifications_characters ON verifications (character_id) WHERE character_id IS NOT NULL",
)

_RULES = (
    """CREATE TABLE limits (
    guild_id BIGINT NOT NULL,
    scope TEXT COLLATE "C" NOT NULL,
    target_id BIGINT NOT NULL,
    measure TEXT COLLATE "C" NOT NULL,
    by_owner BIGINT NOT NULL CHECK (by_owner IN (0, 1)),
    value BIGINT NOT NULL CHECK (value >= 0),
    PRIMARY KEY (guild_id, scope, target_id, measure, by_owner)
)""",
    """CREATE TABLE blocks (
    guild_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    at DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (guild_id, user_id)
)""",
    """CREATE TABLE pauses (
    id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    kind TEXT COLLATE "C" NOT NULL,
    guild_id BIGINT NOT NULL,
    since DOUBLE PRECISION NOT NULL,
    until DOUBLE PRECISION
)""",
    "CREATE UNIQUE INDEX pauses_in_force ON pauses (kind, guild_id) WHERE until IS NULL",
    """CREATE TABLE server_settings (
    guild_id BIGINT NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (guild_id, name)
)""",
    """CREATE TABLE audit (
    id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    at DOUBLE PRECISION NOT NULL,
    guild_id BIGINT NOT NULL,
    actor_id BIGINT,
    action TEXT COLLATE "C" NOT NULL,
    document TEXT NOT NULL CHECK (CAST(document AS json) IS NOT NULL)
)""",
    "CREATE INDEX audit_of_server ON audit (guild_id, id)",
)

STEPS: Final = (
    (14, (*_JOBS, *_REQUESTS, *_ASSETS, *_RULES)),
    (15, process_tables.POSTGRES),
    (16, process_tables.OPENERS),
    (17, share_tables.POSTGRES),
    (18, favourite_tables.POSTGRES),
    (19, take_tables.POSTGRES),
    (20, opt_out_tables.POSTGRES),
    (21, member_tables.POSTGRES),
    (22, privacy_tables.POSTGRES),
    (23, privacy_tables.POSTGRES_EXPORTS),
    (24, privacy_tables.POSTGRES_LOG_LINES),
    (25, asset_tables.HIDDEN_POSTGRES),
    (26, chain_tables.POSTGRES),
)
"""The number of each step, and its statements."""
VERSION: Final = STEPS[-1][0]
