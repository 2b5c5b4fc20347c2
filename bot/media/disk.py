"""How full the disk is. Everything here blocks: for a thread."""

import contextlib
import errno
import os
import shutil
from pathlib import Path


class NoRoom(OSError):
    """The disk would not hold it; `missing` bytes are too few."""

    def __init__(self, missing: int) -> None:
        super().__init__(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self.missing = missing


def free_bytes(folder: Path) -> int:
    """Return how much of a folder's disk is free."""
    return shutil.disk_usage(folder).free


def size_of(folder: Path) -> int:
    """Return how many bytes the files in a folder take."""
    total = 0
    with os.scandir(folder) as entries:
        for entry in entries:
            with contextlib.suppress(FileNotFoundError):
                total += entry.stat(follow_symlinks=False).st_size
    return total
