"""A machine whose clock a test sets ahead while the bot runs on it: `python -m tests.journeys.machine FILE run …`.

A token of Discord's lives 15 minutes by the calendar, which no TIME_SCALE hurries. What is faked is what the operating
system says the time is; the bot is the whole and real one.
"""

import struct
import sys
import time
from collections.abc import Callable
from mmap import ACCESS_READ, mmap
from pathlib import Path

_SECONDS = struct.Struct("d")


def set_ahead(file: Path, seconds: float) -> None:
    """Set the machine's clock so many seconds ahead of the real one, at once for whoever runs on it."""
    with file.open("r+b" if file.exists() else "w+b") as written:
        written.write(_SECONDS.pack(seconds))


def _ahead_clock(file: Path) -> Callable[[], float]:
    real = time.time
    with file.open("rb") as opened:
        shared = mmap(opened.fileno(), _SECONDS.size, access=ACCESS_READ)
    return lambda: real() + float(_SECONDS.unpack_from(shared)[0])


if __name__ == "__main__":
    time.time = _ahead_clock(Path(sys.argv[1]))
    from bot.__main__ import main

    sys.exit(main(sys.argv[2:]))
