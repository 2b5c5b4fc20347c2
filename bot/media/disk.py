"""Files and room on the disk. Everything here that is no coroutine blocks: for a thread."""

import asyncio
import contextlib
import errno
import hashlib
import math
import os
import secrets
import shutil
import stat
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final, TypeVar, cast

T = TypeVar("T")

PART: Final = ".part"
"""The end of a file's name while it is not complete."""
ABANDONED: Final = 3600.0
"""Seconds after its last change from which on an unfinished file belongs to no process that still works on it."""
FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""The errors of a disk that has no room."""

_WORK_FOLDER = ".fitting"


class NoRoom(OSError):
    """The disk would not hold it; `missing` bytes are too few."""

    def __init__(self, missing: int) -> None:
        super().__init__(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self.missing = missing


def new_part(folder: Path, of: str = "") -> Path:
    """Make an empty `.part` file in a folder, of a file whose name begins with `of` where that is known by now."""
    descriptor, name = tempfile.mkstemp(suffix=PART, prefix=f"{of}." if of else None, dir=folder)
    os.close(descriptor)
    return Path(name)


def write_through(made: Path) -> None:
    """Have a file's content on the disk, where it survives a power cut."""
    with made.open("rb") as file:
        os.fsync(file.fileno())


async def beside(work: Awaitable[T], blocks: Callable[[], None]) -> T:
    """Wait for work and, in a thread beside it, for what blocks; then raise what either raised, the work's first."""
    done, end = await asyncio.gather(work, asyncio.to_thread(blocks), return_exceptions=True)
    for each in (done, end):
        if isinstance(each, BaseException):
            raise each
    return cast("T", done)


def put_in_place(made: Path, target: Path) -> None:
    """Write a complete file through to the disk and give it its name, in one step that survives a power cut."""
    write_through(made)
    made.replace(target)
    sync_folder(target.parent)


def sync_folder(folder: Path) -> None:
    """Have a folder's names on the disk, where they survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@asynccontextmanager
async def work_folder(target: Path) -> AsyncIterator[Path]:
    """Make a folder beside a file, to make that file in; it is deleted afterwards."""
    # Of its own name: a program that outlived a killed bot still writes where that bot told it to.
    folder = target.with_suffix(f".{secrets.token_hex(4)}{_WORK_FOLDER}")
    try:
        await asyncio.to_thread(folder.mkdir)
        yield folder
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


def delete_unfinished(target: Path) -> None:
    """Delete what was begun to be made for a file, also by a process that was killed. Blocks."""
    for end in (PART, _WORK_FOLDER):
        for path in target.parent.glob(f"{target.stem}.*{end}"):
            _delete(path)


def sweep_unfinished(folder: Path, before: float = math.inf) -> int:
    """Delete the `.part` files and work folders that were last changed before that time, in UTC seconds.

    Returns how many. Before it is over a process may still work on them.
    """
    left = [path for end in (PART, _WORK_FOLDER) for path in folder.glob(f"*{end}") if changed(path) < before]
    for path in left:
        _delete(path)
    return len(left)


def _delete(unfinished: Path) -> None:
    if unfinished.suffix == PART:
        unfinished.unlink(missing_ok=True)
    else:
        shutil.rmtree(unfinished, ignore_errors=True)


def changed(path: Path) -> float:
    """Return when a file, or what lies in a folder, was last changed, in UTC seconds; endlessly late where it is gone.

    What a program writes for a long time changes its folder no more than once.
    """
    try:
        times = [path.stat().st_mtime]
        if path.is_dir():
            times += [each.stat().st_mtime for each in path.iterdir()]
    except FileNotFoundError:
        return math.inf
    return max(times)


def there(path: Path) -> Path | None:
    """Return a file where it is there."""
    try:
        return path if path.is_file() else None
    except OSError:
        return None  # its folder cannot be looked into


def size_of(path: Path) -> int | None:
    """Return a file's bytes; None where it is not there, nor its folder."""
    try:
        status = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    return status.st_size if stat.S_ISREG(status.st_mode) else None


def digest_of(path: Path) -> str:
    """Return the sha256 of a file's content, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def free_bytes(folder: Path) -> int:
    """Return how much of a folder's disk is free."""
    return shutil.disk_usage(folder).free


def bytes_in(folder: Path) -> int:
    """Return how many bytes the files in a folder take; 0 where the folder is gone."""
    total = 0
    with contextlib.suppress(FileNotFoundError), os.scandir(folder) as entries:
        for entry in entries:
            with contextlib.suppress(FileNotFoundError):
                total += entry.stat(follow_symlinks=False).st_size
    return total


def why_unwritable(folder: Path) -> str | None:
    """Say why no file can be made in a folder, which is made where it is gone.

    None when one can, or when the disk is only full.
    """
    try:
        folder.mkdir(exist_ok=True)
        new_part(folder).unlink(missing_ok=True)
    except FileExistsError:
        return f"{folder} is no folder"
    except OSError as error:
        return None if error.errno in FULL else f"{folder} can't be written to ({error.strerror})"
    return None
