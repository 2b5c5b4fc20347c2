"""The commands `backup` and `restore`: a copy of the database, and the way back."""

import sys
from collections.abc import Callable
from pathlib import Path

from bot.config import Settings
from bot.domain.errors import StoreFull, StoreInUse, StoreUnusable
from bot.storage.backups import backup, restore


def make_backup(settings: Settings, target: Path) -> int:
    """Copy the database into a file, also while the bot runs; returns the exit code."""

    def copy() -> str:
        backup(settings.database, target)
        return f"{target} is a complete copy of {settings.database}."

    return _said(copy)


def restore_backup(settings: Settings, source: Path) -> int:
    """Put a backup in the database's place, while no bot runs; returns the exit code."""

    def put_back() -> str:
        kept = restore(source, settings.database)
        before = f" What was there is kept as {kept}." if kept else ""
        return f"{settings.database} is {source} again.{before} Nothing in it is paid for or posted a second time."

    return _said(put_back)


def _said(deed: Callable[[], str]) -> int:
    try:
        print(deed())
    except StoreInUse as error:
        print(f"A bot uses this database: {error}. Stop it first.", file=sys.stderr)
        return 75
    except StoreUnusable as error:
        print(f"{error.problem} {error.remedy}", file=sys.stderr)
        return 65
    except StoreFull:
        print("It could not be written: the disk is full.", file=sys.stderr)
        return 74
    except OSError as error:
        print(f"It could not be written: {error}.", file=sys.stderr)
        return 74
    return 0
