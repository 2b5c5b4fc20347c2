"""The schema, as numbered steps that are never changed once they have been released.

A step runs in a transaction together with the record that it ran. Ids in `source` and `pressed` are history and no
foreign keys: they stay when the job that they name is deleted.
"""

from sqlite_utils import Database, Migrations

from bot.storage import (
    asset_tables,
    chain_tables,
    favourite_tables,
    job_tables,
    limit_tables,
    member_tables,
    opt_out_tables,
    privacy_tables,
    process_tables,
    request_tables,
    share_tables,
    take_tables,
)
from bot.storage.to_documents import move_assets, move_jobs


def m001_jobs(db: Database) -> None:
    """Create the jobs, with an index for every question that is asked while the bot runs."""
    db.execute(job_tables.JOBS)
    for index in job_tables.JOBS_INDEXES:
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
    for statement in job_tables.MEDIA:
        db.execute(statement)
    db.execute("PRAGMA user_version = 4")


def m005_assets(db: Database) -> None:
    """Create the uploads, the characters, their assets and the verifications of real persons."""
    for statement in asset_tables.STATEMENTS:
        db.execute(statement)
    db.execute("PRAGMA user_version = 5")


def m006_permissions(db: Database) -> None:
    """Keep with a reply what the bot may do in its channel; before, it was taken to be allowed."""
    for statement in job_tables.PERMISSIONS:
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
    for statement in job_tables.TASKS:
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
    for statement in job_tables.READS:
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


def m019_takes(db: Database) -> None:
    """Let one interaction make several jobs: the takes of one request."""
    take_tables.let_interactions_have_takes(db)
    db.execute("PRAGMA user_version = 19")


def m020_opt_outs(db: Database) -> None:
    """Create the members whose media others may not use."""
    for statement in opt_out_tables.SQLITE:
        db.execute(statement)
    db.execute("PRAGMA user_version = 20")


def m021_member_settings(db: Database) -> None:
    """Create the settings of members, by name."""
    for statement in member_tables.SQLITE:
        db.execute(statement)
    db.execute("PRAGMA user_version = 21")


def m022_privacy(db: Database) -> None:
    """Create the list of members who are being forgotten."""
    for statement in privacy_tables.SQLITE:
        db.execute(statement)
    db.execute("PRAGMA user_version = 22")


def m023_exports(db: Database) -> None:
    """Create the exports: what members have handed over of what is stored about them."""
    for statement in privacy_tables.EXPORTS:
        db.execute(statement)
    db.execute("PRAGMA user_version = 23")


def m024_log_lines(db: Database) -> None:
    """Create the lines of servers' logs that name members."""
    for statement in privacy_tables.LOG_LINES:
        db.execute(statement)
    db.execute("PRAGMA user_version = 24")


def m025_hidden_characters(db: Database) -> None:
    """Let members hide characters."""
    for statement in asset_tables.HIDDEN_SQLITE:
        db.execute(statement)
    db.execute("PRAGMA user_version = 25")


def m026_parents(db: Database) -> None:
    """Find the videos that go on from another one."""
    for statement in chain_tables.SQLITE:
        db.execute(statement)
    db.execute("PRAGMA user_version = 26")


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
    m019_takes,
    m020_opt_outs,
    m021_member_settings,
    m022_privacy,
    m023_exports,
    m024_log_lines,
    m025_hidden_characters,
    m026_parents,
)
# Each step leaves its number in `user_version`, where it can be read without opening the database.
VERSION = len(STEPS)


def migrations() -> Migrations:
    """Put the steps together."""
    steps = Migrations("seedreel")
    for step in STEPS:
        steps()(step)
    return steps
