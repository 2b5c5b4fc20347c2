"""The commands `backup` and `restore`: a copy of the database, and the way back."""

from collections.abc import Callable
from pathlib import Path

from bot.config import Settings
from bot.console import complain, say
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
        say(deed())
    except StoreInUse as error:
        complain(f"A bot uses this database: {error}. Stop it first.")
        return 75
    except StoreUnusable as error:
        complain(f"{error.problem} {error.remedy}")
        return 65
    except StoreFull:
        complain("It could not be written: the disk is full.")
        return 74
    except OSError as error:
        complain(f"It could not be written: {error}.")
        return 74
    return 0
