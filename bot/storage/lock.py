"""One bot to a database: a lock beside the file, which names who holds it."""

import errno
import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from bot.domain.errors import StoreInUse

_MAX_HOLDER = 200


def lock_path(database: Path) -> Path:
    """Name the lock's file."""
    return database.with_name(f"{database.name}.lock")


@contextmanager
def held(database: Path) -> Iterator[None]:
    """Hold the database's lock; it ends with the process, however that ends.

    Raises StoreInUse, naming the holder, when another has it.
    """
    # The file stays as it is when the lock is given back: whoever deletes it may delete the one that another has just
    # locked, and a disk that has become read-only must not make a failure of a clean end.
    descriptor = os.open(lock_path(database), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _take(descriptor)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, _signature().encode(), 0)
        yield
    finally:
        os.close(descriptor)


def _take(descriptor: int) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno not in (errno.EWOULDBLOCK, errno.EACCES):
            raise
        holder = os.pread(descriptor, _MAX_HOLDER, 0).decode(errors="replace").strip()
        raise StoreInUse(holder or "another process") from None


def _signature() -> str:
    since = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    return f"process {os.getpid()} on {socket.gethostname()}, since {since}"
