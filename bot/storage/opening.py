"""From a path to a database that can be trusted: checked, of our version, set up to lose nothing."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from urllib.parse import quote

from bot.domain.errors import StoreUnusable
from bot.storage.copying import copy_database
from bot.storage.migrations import STEPS, VERSION, migrations
from bot.storage.sqlite_database import SqliteDatabase
from bot.storage.sqlite_errors import corrupt, explained

# "STRICT Tables" in SQLite's documentation.
_MIN_SQLITE = (3, 37, 0)


@contextmanager
def opened(path: Path, lock_seconds: float, *, whole: bool) -> Iterator[tuple[SqliteDatabase, bool]]:
    """Open the database in this thread, making or migrating it when needed, and close it cleanly at the end.

    `lock_seconds`: how long a statement waits for another program's lock. `whole`: whether the file is known to be;
    yielded beside the connection is whether it still is. Raises StoreUnusable when the database is found to be damaged,
    is foreign or newer, StoreInUse when another program keeps it locked, StoreFull when nothing can be written.
    """
    if sqlite3.sqlite_version_info < _MIN_SQLITE:
        raise StoreUnusable(f"SQLite {sqlite3.sqlite_version} is too old.", "Use a Python with SQLite 3.37 or newer.")
    with explained(path):
        db = connect(path, lock_seconds)
    try:
        with explained(path):
            whole = _prepare(db, path, whole=whole)
        yield db, whole
    finally:
        db.close()  # the last connection to close writes the log back into the file


@contextmanager
def opened_beside(path: Path, lock_seconds: float) -> Iterator[SqliteDatabase]:
    """Open a database that is there and of our version, to write to it beside a bot that may be running.

    Nothing is made or migrated, and the whole is not looked through. Raises as `opened`.
    """
    with explained(path):
        db = connect(path, lock_seconds)
    try:
        with explained(path):
            check_version(db, path)
            if migrations().pending(db):
                problem = f"The database {path} was written by an older version of this bot."
                raise StoreUnusable(problem, "Start the bot once: it brings the database up to date.")
            db.execute("PRAGMA foreign_keys = ON")
            db.execute("PRAGMA synchronous = FULL")
        yield db
    finally:
        db.close()


@contextmanager
def opened_again(path: Path, lock_seconds: float) -> Iterator[SqliteDatabase]:
    """Open a second connection to an open database, which only reads, and close it at the end; raises as `opened`."""
    with explained(path):
        db = connect(path, lock_seconds)
    try:
        with explained(path):
            db.execute("PRAGMA query_only = ON")
        yield db
    finally:
        db.close()


def connect(path: Path, lock_seconds: float) -> SqliteDatabase:
    """Open a connection without implicit transactions: every statement is its own, or says BEGIN."""
    return _database(sqlite3.connect(path, timeout=lock_seconds, isolation_level=None))


def _database(connection: sqlite3.Connection) -> SqliteDatabase:
    # One text that is no UTF-8 would fail the whole question.
    connection.text_factory = partial(str, encoding="utf-8", errors="replace")
    return SqliteDatabase(connection, execute_plugins=False, strict=True)


@contextmanager
def read_only(path: Path, lock_seconds: float) -> Iterator[SqliteDatabase]:
    """Open a database to read it, whether a bot runs or not. Raises sqlite3.Error.

    Takes no lock, makes no file, changes nothing. SQLite's "Write-Ahead Logging", "Read-Only Databases": without a log
    the file itself is all there is, and opened as immutable it needs no other; beside a log there is what the bot that
    writes it shares.
    """
    mode = "mode=ro" if Path(f"{path}-wal").exists() else "mode=ro&immutable=1"
    uri = f"file:{quote(str(path.absolute()))}?{mode}"
    with closing(sqlite3.connect(uri, uri=True, timeout=lock_seconds, isolation_level=None)) as connection:
        yield _database(connection)


def _prepare(db: SqliteDatabase, path: Path, *, whole: bool) -> bool:
    """Check the database, set the connection up and bring the schema to our version; returns whether it's whole.

    A copy of an older database is kept beside it, named `<name>.before-<number of its first new step>`.
    """
    check_version(db, path)
    steps = migrations()
    is_new, is_older = not steps.applied(db), bool(steps.pending(db))
    if is_older and not is_new and not whole:
        check_sound(db, path)
    db.execute("PRAGMA foreign_keys = ON")
    db.execute("PRAGMA synchronous = FULL")
    # What is deleted is overwritten at once; what that leaves, `SqliteDatabase.rewrite` takes.
    db.execute("PRAGMA secure_delete = ON")
    if db.execute("PRAGMA journal_mode = WAL").fetchone()[0] != "wal":
        raise StoreUnusable(f"The disk of {path} has no write-ahead log.", "Put DATA_DIR on a local disk.")
    if is_older and not is_new:
        number = VERSION - len(steps.pending(db)) + 1
        copy_database(db.conn, path.with_name(f"{path.name}.before-{number}"))
    steps.apply(db)
    return is_new or (whole and not is_older)


def check_sound(db: SqliteDatabase, path: Path, table: str | None = None) -> None:
    """Read the whole database once, or a table with its indexes; raises StoreUnusable when it is damaged."""
    # By a number: the whole, until so many mistakes are found.
    found = db.execute("SELECT * FROM pragma_quick_check(?)", [table or 1]).fetchone()[0]
    if found != "ok":
        raise corrupt(path, found)


def check_version(db: SqliteDatabase, path: Path) -> None:
    """Refuse a database that is newer than this bot, or no bot's at all; raises StoreUnusable."""
    applied = {step.name for step in migrations().applied(db)}
    version = db.execute("PRAGMA user_version").fetchone()[0]
    if version > VERSION or applied - {step.__name__ for step in STEPS}:
        raise StoreUnusable(
            f"The database {path} was written by a newer version of this bot (schema {version}, ours is {VERSION}).",
            "Install that version, or a newer one.",
        )
    if not applied and db.table_names():
        raise StoreUnusable(f"{path} is the database of another program.", "Set DATA_DIR to a folder of its own.")
