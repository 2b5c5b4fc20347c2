"""How full the disk is. Everything here blocks: for a thread."""

import contextlib
import errno
import os
import shutil
import tempfile
from pathlib import Path
from typing import Final

PART: Final = ".part"
"""What a file's name ends with while it is not complete; a new start deletes such files."""
FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""The errors of a disk that has no room."""


class NoRoom(OSError):
    """The disk would not hold it; `missing` bytes are too few."""

    def __init__(self, missing: int) -> None:
        super().__init__(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self.missing = missing


def free_bytes(folder: Path) -> int:
    """Return how much of a folder's disk is free."""
    return shutil.disk_usage(folder).free


def closed(folder: Path) -> str | None:
    """Say why no file can be made in a folder, which is made where it is gone.

    None when one can, or when the disk is only full.
    """
    try:
        folder.mkdir(exist_ok=True)
        descriptor, name = tempfile.mkstemp(suffix=PART, dir=folder)
        os.close(descriptor)
        Path(name).unlink(missing_ok=True)
    except FileExistsError:
        return f"{folder} is no folder"
    except OSError as error:
        return None if error.errno in FULL else f"{folder} can't be written to ({error.strerror})"
    return None


def size_of(folder: Path) -> int:
    """Return how many bytes the files in a folder take."""
    total = 0
    with os.scandir(folder) as entries:
        for entry in entries:
            with contextlib.suppress(FileNotFoundError):
                total += entry.stat(follow_symlinks=False).st_size
    return total
