"""One bot to a database: a lock beside the file, which names who holds it, or says that its last end was clean."""

import errno
import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from bot.domain.errors import StoreInUse

_MAX_BYTES = 200
_HOLDER = "process "


def lock_path(database: Path) -> Path:
    """Name the lock's file."""
    return database.with_name(f"{database.name}.lock")


class Lock:
    """A lock that this process holds on a database.

    `ended_cleanly`: whether the database is what a clean end left, and nothing else has written to it since.
    """

    def __init__(self, descriptor: int, database: Path) -> None:
        self._descriptor = descriptor
        self._database = database
        mark = _mark(database)
        self.ended_cleanly = mark is not None and _read(descriptor) == mark
        # From here on only a clean end says so again; on the disk before anything is written to the database.
        self._write(_signature())

    def leave_clean(self) -> None:
        """Note that the database, closed by now, is whole; where that can't be written, it counts as unclean."""
        with suppress(OSError):
            if (mark := _mark(self._database)) is not None:
                self._write(mark)

    def _write(self, text: str) -> None:
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, text.encode(), 0)
        os.fsync(self._descriptor)


@contextmanager
def held(database: Path) -> Iterator[Lock]:
    """Hold the database's lock; it ends with the process, however that ends.

    Raises StoreInUse, naming the holder, when another has it.
    """
    # The file stays as it is when the lock is given back: whoever deletes it may delete the one that another has just
    # locked, and a disk that has become read-only must not make a failure of a clean end.
    descriptor = os.open(lock_path(database), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _take(descriptor)
        yield Lock(descriptor, database)
    finally:
        os.close(descriptor)


def _take(descriptor: int) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno not in (errno.EWOULDBLOCK, errno.EACCES):
            raise
        raise StoreInUse(_read(descriptor).strip() or "another process") from None


def _read(descriptor: int) -> str:
    return os.pread(descriptor, _MAX_BYTES, 0).decode(errors="replace")


def _mark(database: Path) -> str | None:
    """Write down what tells a closed database from every later state of it, and from a copy; None for one in use.

    The last connection to close leaves no log, or an empty one where a reader made it.
    """
    log = database.with_name(f"{database.name}-wal")
    if not database.is_file() or (log.exists() and log.stat().st_size):
        return None
    status = database.stat()
    return f"closed cleanly: file {status.st_ino}, {status.st_size} bytes, changed {status.st_mtime_ns}"


def _signature() -> str:
    since = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    return f"{_HOLDER}{os.getpid()} on {socket.gethostname()}, since {since}"


def is_signature(text: str) -> bool:
    """Tell whether what a lock's file says names its holder."""
    return text.startswith(_HOLDER)
