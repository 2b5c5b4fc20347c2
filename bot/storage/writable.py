"""A look at the database from outside, while nobody or another bot has it: no lock, no new file, no change."""

import os
import shutil
from pathlib import Path

from bot.domain.limits import LEAST_FREE_BYTES
from bot.storage.faults import RESTORE
from bot.storage.migrations import VERSION

# "Database File Format" of SQLite, "The Database Header".
_MAGIC = b"SQLite format 3\x00"
_HEADER_BYTES = 100
_USER_VERSION = slice(60, 64)


def writable(database: Path) -> str | None:
    """Say why a bot could not keep its database in this file, with the remedy; None when it could."""
    try:
        return _folder(database.parent) or (_existing(database) if database.exists() else None)
    except OSError as error:
        return f"{error.filename} cannot be looked at ({error.strerror}). Let the bot's user read and write it."


def room(folder: Path, free: int) -> str | None:
    """Say that too few bytes are free in a folder; None when they are enough."""
    if free >= LEAST_FREE_BYTES:
        return None
    return f"Only {free // 1_000_000} MB are free in {folder}. Make room for {LEAST_FREE_BYTES // 1_000_000} MB."


def _folder(folder: Path) -> str | None:
    while not folder.exists():
        folder = folder.parent
    if not folder.is_dir():
        return f"{folder} is no folder. Set DATA_DIR to one."
    if not _may(folder, os.W_OK | os.X_OK):
        return f"The folder {folder} cannot be written to. Let the bot's user write to it, or set DATA_DIR to another."
    return room(folder, shutil.disk_usage(folder).free)


def _existing(database: Path) -> str | None:
    if not database.is_file():
        return f"{database} is no file. Move it away."
    if not _may(database, os.R_OK | os.W_OK):
        return f"{database} cannot be written to. Let the bot's user write to it."
    with database.open("rb") as file:
        header = file.read(_HEADER_BYTES)
    if header and not header.startswith(_MAGIC):
        return f"{database} is damaged or no database. {RESTORE}"
    version = int.from_bytes(header[_USER_VERSION], "big")
    if version > VERSION:
        return f"{database} was written by a newer version of this bot. Install that version, or a newer one."
    return None


def _may(path: Path, mode: int) -> bool:
    return os.access(path, mode, effective_ids=os.access in os.supports_effective_ids)
