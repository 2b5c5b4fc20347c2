"""Input files that several processes may use: each use makes a file young, and only what is not young is deleted.

A file is touched and deleted under its own lock, so that no use falls between the look at its age and its end: flock,
which NFS brings to its server. Where a file system knows no locks, the age alone guards a file. Everything here blocks:
for a thread.
"""

import errno
import fcntl
import os
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from bot.media.disk import FULL, new_part, sync_folder, write_through

# A lock is held for as long as three calls of the file system take, unless its process was stopped there.
_TRIES: Final = 40
_PAUSE: Final = 0.025
_LOCKED: Final = frozenset({errno.EAGAIN, errno.EACCES})


class _LockedByAnother(OSError):
    """Another process has held the file's lock for too long."""


def now_on(folder: Path) -> float:
    """Return the time by the clock of the folder's file system, in seconds, as it stamps its files.

    The clock of this machine may differ from it. It stands in where no file can be made.
    """
    try:
        part = new_part(folder)
    except OSError:
        return time.time()
    try:
        return part.stat().st_mtime
    finally:
        part.unlink(missing_ok=True)


def put(made: Path, target: Path) -> int | None:
    """Give a complete file its name, in one step that survives a power cut, unless there is a file of that name.

    Returns its time of change, in ns, where it was put there by this call for certain; else None. `made` may stay, as
    another name of it.
    """
    write_through(made)
    at: int | None = made.stat().st_mtime_ns
    try:
        os.link(made, target)
    except FileExistsError:
        return None
    except OSError as error:
        if error.errno in FULL:
            raise
        # This file system knows no second names.
        made.replace(target)
        at = None
    sync_folder(target.parent)
    return at


def touch(path: Path) -> tuple[int, int]:
    """Make a file young; returns when it was changed before and is now, in ns, each touch with a time of its own.

    Raises FileNotFoundError where it is gone.
    """
    with _locked(path, _TRIES) as descriptor:
        before = os.fstat(descriptor).st_mtime_ns
        os.utime(descriptor)
        # The file system's clock may stand still for milliseconds: what follows them is drawn.
        at = os.fstat(descriptor).st_mtime_ns // 1_000_000 * 1_000_000 + secrets.randbelow(1_000_000)
        os.utime(descriptor, ns=(at, at))
        stamped = os.fstat(descriptor).st_mtime_ns
        return before, stamped if stamped == at else 0


def delete_if(path: Path, unused: Callable[[int], bool]) -> bool:
    """Delete a file if its time of change, in ns, says that nothing uses it; returns whether it was deleted now."""
    try:
        with _locked(path, 1) as descriptor:
            if unused(os.fstat(descriptor).st_mtime_ns):
                path.unlink()
                return True
    except (FileNotFoundError, _LockedByAnother):
        pass
    return False


@contextmanager
def _locked(path: Path, tries: int) -> Iterator[int]:
    """Hold a file's lock. Raises FileNotFoundError, or _LockedByAnother after so many tries."""
    descriptor = _open_locked(path, tries)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _open_locked(path: Path, tries: int) -> int:
    for attempt in range(tries):
        if attempt:
            time.sleep(_PAUSE)
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        try:
            if _lock(descriptor) and os.path.samestat(os.fstat(descriptor), path.stat()):
                return descriptor
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)
    raise _LockedByAnother(errno.EAGAIN, os.strerror(errno.EAGAIN), str(path))


def _lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno not in _LOCKED
    return True


class Touches:
    """Remembers which files no process but this one has touched since it put them there, by their times of change."""

    def __init__(self, maximum: int = 10_000) -> None:
        self._maximum = maximum
        self._at: dict[str, int] = {}

    def note(self, name: str, before: int, now: int, put_at: int | None) -> None:
        """Take in a touch of our own; `put_at`: what `put` has just returned."""
        alone = before in (put_at, self._at.get(name))
        self._at.pop(name, None)
        if alone and now:
            self._at[name] = now
        if len(self._at) > self._maximum:
            with suppress(StopIteration):
                del self._at[next(iter(self._at))]

    def alone(self, name: str, at: int) -> bool:
        """Tell whether the file's time of change is that of our own last touch."""
        return self._at.get(name) == at
