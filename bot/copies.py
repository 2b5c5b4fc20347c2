"""The commands `backup` and `restore`: a copy of the database, and the way back."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from bot.console import complain, say
from bot.exits import STORE_ERRORS, Exit, end_of
from bot.log_lines import counted
from bot.storage.backups import backup, restore
from bot.storage.since_backup import Decisions
from bot.storage.writable import unusable

_BACK_UP: Final = (
    "The database is PostgreSQL's: back it up with `pg_dump --format=custom --file=FILE DATABASE_URL`, also while bots "
    "run."
)
_PUT_BACK: Final = (
    "The database is PostgreSQL's: stop every bot, put the backup back with `pg_restore --clean --if-exists "
    "--no-owner --dbname=DATABASE_URL FILE`, then start one: it notices, and pays for nothing twice. After a restore "
    "of the whole server's files run `python -m bot restore --stamp` before any bot starts."
)
_NO_FILE: Final = "Name a file: `python -m bot {} FILE`."


def make_backup(database: Path, target: Path | None, url: str | None = None, *, force: bool) -> int:
    """Copy the database into a file, also while the bot runs; returns the exit code.

    A file that is there already is only replaced by `force`. Of PostgreSQL (`url`), its own program makes the copies.
    """
    if url is not None:
        return _ended(Exit.NO_INPUT, _BACK_UP)
    if target is None:
        return _ended(Exit.NO_INPUT, _NO_FILE.format("backup"))
    if not database.is_file():
        return _ended(
            Exit.NO_INPUT, f"There is no database at {database}. Start the bot once, or set DATA_DIR to its folder."
        )
    try:
        problem = _no_target(database, target, force=force)
    except OSError as error:
        problem = f"{target} can't be written ({error.strerror}). Name another file."
    if problem is not None:
        return _ended(Exit.CANNOT_CREATE, problem)

    def copy() -> str:
        backup(database, target)
        return f"Backed up {database} to {target}. Videos and members' files are not in it."

    return _said(copy)


def _no_target(database: Path, target: Path, *, force: bool) -> str | None:
    """Say why a backup can't be written there; None where it can. Raises OSError."""
    if target.is_dir() or not target.parent.is_dir():
        what = "is a folder" if target.is_dir() else "is in a folder that doesn't exist"
        return f"{target} {what}. Name a file in an existing folder."
    if target.exists() and not target.is_file():
        return f"{target} isn't an ordinary file. Name another one."
    own = [f"{database.name}{end}" for end in ("-wal", "-shm", ".lock")]
    if target.name in own and target.parent.samefile(database.parent):
        return f"{target} belongs to the database. Name another file."
    if target.exists() and not force and not target.samefile(database):
        return f"{target} already exists. Name another file, or add --force to replace it."
    return None


def _stamp(database: Path, url: str) -> int:
    from bot.storage.postgres import PostgresStore
    from bot.storage.restored import stamp as stamp_at

    async def stamp_database() -> str:
        async with PostgresStore(url, database, alone=True, threads=1) as store:
            await store.run(stamp_at, time.time())
            return f"Stamped {store.name}. Nothing in it will be paid for or posted twice."

    return _said(lambda: asyncio.run(stamp_database()))


def restore_backup(database: Path, source: Path | None, url: str | None = None, *, stamp: bool = False) -> int:
    """Put a backup in the database's place, while no bot runs; returns the exit code.

    In PostgreSQL (`url`) its own program puts it back, and `stamp` says that it has.
    """
    if url is not None:
        return _stamp(database, url) if stamp else _ended(Exit.NO_INPUT, _PUT_BACK)
    if source is None:
        return _ended(Exit.NO_INPUT, _NO_FILE.format("restore"))
    try:
        problem = None if source.is_file() else "is a folder" if source.is_dir() else "doesn't exist"
    except OSError as error:
        problem = f"can't be read ({error.strerror})"
    if problem is not None:
        return _ended(Exit.NO_INPUT, f"{source} {problem}. Name a file made by `python -m bot backup FILE`.")
    if (wrong := unusable(database)) is not None:
        return _ended(*end_of(wrong))

    def put_back() -> str:
        put = restore(source, database)
        before = f" The previous database is kept as {put.replaced}." if put.replaced else ""
        decided = _decided(put.decisions)
        return f"Restored {database} from {source}.{before} Nothing will be paid for or posted twice.{decided}"

    return _said(put_back)


def _decided(decisions: Decisions | None) -> str:
    """Say what became of the decisions that members made after the backup."""
    if decisions is None:
        return (
            " The previous database can't be read, so who opted out or asked to be forgotten since the backup isn't "
            "known: see docs/privacy.md."
        )
    if decisions == Decisions():
        return ""
    out, forgotten = counted(decisions.opted_out, "member"), counted(decisions.forgotten, "member")
    return (
        f" Since the backup {out} opted out of others using their media, and {forgotten} asked to be forgotten: kept."
    )


def _said(stamp_database: Callable[[], str]) -> int:
    try:
        say(stamp_database())
    except STORE_ERRORS as error:
        return _ended(*end_of(error))
    return Exit.WELL


def _ended(code: Exit, line: str) -> int:
    complain(line)
    return code
