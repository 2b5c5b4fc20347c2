"""Backups: a consistent copy while the bot runs, and the way back, which stamps the database."""

import os
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.domain.errors import StoreUnusable
from bot.storage.copying import copy_into_file, replacing, sync
from bot.storage.lock import held
from bot.storage.migrations import migrations
from bot.storage.opening import check_sound, check_version, connect
from bot.storage.permissions import make_private
from bot.storage.restored import stamp
from bot.storage.since_backup import Decisions, carry_over
from bot.storage.sqlite_errors import explained
from bot.storage.unsaved_replies import unsaved_path

_LOCK_SECONDS = 10.0


def backup(source: Path, target: Path) -> None:
    """Copy the database into one file as it is at this moment, while a bot may be writing to it.

    The target is replaced when the copy is complete and sound, and not touched otherwise. Raises StoreUnusable when
    there is no database or it is damaged, StoreInUse when another program keeps it locked, StoreFull, OSError.
    """
    if not source.is_file():
        raise StoreUnusable(f"There is no database at {source}.", "Set DATA_DIR to the bot's folder.")
    if target.exists() and target.samefile(source):
        raise StoreUnusable(f"{target} is the database itself.", "Name another file.")
    with explained(source), replacing(target) as fresh:
        with _reading(source) as connection:
            copy_into_file(connection, fresh)
        with closing(connect(fresh, _LOCK_SECONDS)) as db:
            check_sound(db, source)


@dataclass(frozen=True, slots=True)
class RestoredBackup:
    """A backup that was put back.

    `replaced`: where the database that was there is kept; None when there was none. `decisions`: what was carried over
    from that; None where it can't be read.
    """

    replaced: Path | None
    decisions: Decisions | None


def restore(backup: Path, database: Path) -> RestoredBackup:
    """Put a backup in the database's place and stamp it, so that the next start pays for nothing again.

    What members decided since is carried over from the database that was there. Nothing is changed unless the backup is
    sound. Raises StoreInUse while a bot has the database, StoreUnusable for a backup that is
    damaged, newer, or none; StoreFull, OSError.
    """
    if not backup.is_file():
        raise StoreUnusable(f"There is no backup at {backup}.", "Name a file made by `python -m bot backup FILE`.")
    database.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with held(database), replacing(database) as fresh:
        with explained(backup):
            with _reading(backup) as connection:
                copy_into_file(connection, fresh)
            with closing(connect(fresh, _LOCK_SECONDS)) as db:
                check_sound(db, backup)
                check_version(db, backup)
                if not migrations().applied(db):
                    raise StoreUnusable(f"The file {backup} is empty.", "Name another backup.")
                migrations().apply(db)
                stamp(db, time.time())
                decisions = carry_over(database, db)
        replaced = _keep(database, fresh)
    make_private(database)
    return RestoredBackup(replaced, decisions)


@contextmanager
def _reading(path: Path) -> Iterator[sqlite3.Connection]:
    uri = f"{path.resolve().as_uri()}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True, timeout=_LOCK_SECONDS, isolation_level=None)) as connection:
        yield connection


def _keep(database: Path, fresh: Path) -> Path | None:
    if not database.exists():
        return None
    with suppress(PermissionError):  # only root may give a file to the bot's user
        os.chown(fresh, database.stat().st_uid, database.stat().st_gid)
    now = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
    replaced = database.with_name(f"{database.name}.replaced-{now}")
    # As they are, file and log: opening a damaged database may cost what could still be read in its log.
    shutil.copy2(database, replaced)
    sync(replaced)
    log = database.with_name(f"{database.name}-wal")
    if log.exists():
        log.rename(replaced.with_name(f"{replaced.name}-wal"))
    database.with_name(f"{database.name}-shm").unlink(missing_ok=True)
    # What was only begun in the one that goes may be a video by now.
    unsaved_path(database).unlink(missing_ok=True)
    return replaced
