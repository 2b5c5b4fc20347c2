"""What keeps a bot from using its data folder, read without a lock, a new file or a change."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from bot.domain.errors import FolderUnusable, StoreUnusable
from bot.domain.storage_limits import CLIPS, INPUTS, MIN_FREE_BYTES, POSTERS
from bot.storage.file_systems import network_of
from bot.storage.lock import lock_path
from bot.storage.migrations import VERSION
from bot.storage.sqlite_errors import RESTORE

# "Database File Format" of SQLite, "The Database Header".
_MAGIC = b"SQLite format 3\x00"
_HEADER_BYTES = 100
_USER_VERSION = slice(60, 64)


def writable(database: Path) -> StoreUnusable | None:
    """Say why a bot could not keep its data around this file, with the remedy; None when it could."""
    return unusable(database) or room_of(database.parent) or (_damaged(database) if database.exists() else None)


def unusable(database: Path) -> FolderUnusable | None:
    """Say what in the database's folder cannot be read and written, with the remedy; None when everything can."""
    folder = database.parent
    try:
        # Before its files are looked at: on some of these file systems all of them seem well.
        return _on_network(folder) or _folder(folder) or next(_wrong(database), None)
    except OSError as error:
        return FolderUnusable(
            f"{error.filename} can't be read ({error.strerror}).", _for_user(folder, "Make it readable")
        )


def _on_network(folder: Path) -> FolderUnusable | None:
    if (kind := network_of(folder)) is None:
        return None
    return FolderUnusable(
        f"{folder} is on a network file system ({kind}), where SQLite loses what is written and two bots may run.",
        "Set DATA_DIR to a folder on this machine's own disk.",
    )


def room(folder: Path, free: int) -> StoreUnusable | None:
    """Say that too few bytes are free in a folder; None when they are enough."""
    if free >= MIN_FREE_BYTES:
        return None
    missing = (MIN_FREE_BYTES - free + 999_999) // 1_000_000
    return StoreUnusable(
        f"{folder} has {free // 1_000_000} MB of free space; the bot needs {MIN_FREE_BYTES // 1_000_000} MB.",
        f"Free up {missing} MB.",
    )


def room_of(folder: Path) -> StoreUnusable | None:
    """Say that too little of a folder's disk is free; None when it is enough."""
    there = _nearest(folder)
    return room(there, shutil.disk_usage(there).free)


def _nearest(folder: Path) -> Path:
    while not folder.exists():
        folder = folder.parent
    return folder


def _folder(folder: Path) -> FolderUnusable | None:
    there = _nearest(folder)
    if folder.is_symlink() and there != folder:
        return FolderUnusable(f"{folder} is a broken link.", "Set DATA_DIR to another folder.")
    if not there.is_dir():
        return FolderUnusable(f"{there} isn't a folder.", "Set DATA_DIR to a folder.")
    return None if _may(there, os.R_OK | os.W_OK | os.X_OK) else _forbidden(there, folder)


def _wrong(database: Path) -> Iterator[FolderUnusable]:
    """List what is wrong with the files and folders that are there already."""
    folder = database.parent
    names = (database.name, f"{database.name}-wal", f"{database.name}-shm", lock_path(database).name, "heartbeat")
    for path in (folder / name for name in names):
        if path.exists() and not path.is_file():
            yield FolderUnusable(f"{path} isn't a file.", "Move it away.")
        elif path.exists() and not _may(path, os.R_OK | os.W_OK):
            yield _forbidden(path, folder)
    for path in (folder / CLIPS, folder / INPUTS, folder / POSTERS):
        if not path.exists():
            continue
        if not path.is_dir():
            yield FolderUnusable(f"{path} isn't a folder.", "Move it away.")
        elif not _may(path, os.R_OK | os.W_OK | os.X_OK):
            yield _forbidden(path, folder)
        else:
            yield from (_forbidden(file, folder) for file in path.iterdir() if not _may(file, os.R_OK))


def _forbidden(path: Path, folder: Path) -> FolderUnusable:
    """Say why a path that is there cannot be used."""
    if os.statvfs(path).f_flag & os.ST_RDONLY:
        return FolderUnusable(
            f"{path} is on a read-only disk.", "Make the disk writable, or set DATA_DIR to another folder."
        )
    owner, me = path.stat().st_uid, os.geteuid()
    whose = (
        f"{path} belongs to user {owner}, and the bot runs as user {me}." if owner != me else f"{path} is read-only."
    )
    return FolderUnusable(whose, _for_user(folder, "Make it writable"))


def _for_user(folder: Path, what: str) -> str:
    me = os.geteuid()
    return f"{what} for the bot: `chown -R {me} {folder}` and `chmod -R u+rwX {folder}`."


def _damaged(database: Path) -> StoreUnusable | None:
    with database.open("rb") as file:
        header = file.read(_HEADER_BYTES)
    if header and not header.startswith(_MAGIC):
        return StoreUnusable(f"{database} is damaged, or isn't a database.", RESTORE)
    version = int.from_bytes(header[_USER_VERSION], "big")
    if version > VERSION:
        return StoreUnusable(
            f"{database} was written by a newer version of this bot.", "Install that version, or a newer one."
        )
    return None


def _may(path: Path, mode: int) -> bool:
    return os.access(path, mode, effective_ids=os.access in os.supports_effective_ids)
