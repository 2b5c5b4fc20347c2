"""A machine whose clock a test sets ahead while the bot runs on it.

A token of Discord's lives 15 minutes by the calendar, which no TIME_SCALE hurries: so time goes by as if the machine
had slept. Or its calendar alone jumps, as when somebody sets the clock. What is faked is what the operating system
says the time is; the bot is the whole and real one.
"""

import struct
import time
from collections.abc import Callable
from mmap import ACCESS_READ, mmap
from pathlib import Path

_SECONDS = struct.Struct("dd")


def set_ahead(file: Path, seconds: float, jumped: float = 0.0) -> None:
    """Put the machine so many seconds ahead of the real time, and its calendar by `jumped` more, at once."""
    with file.open("r+b" if file.exists() else "w+b") as written:
        written.write(_SECONDS.pack(seconds, jumped))


def _read(file: Path) -> Callable[[], tuple[float, float]]:
    with file.open("rb") as opened:
        shared = mmap(opened.fileno(), _SECONDS.size, access=ACCESS_READ)
    return lambda: _SECONDS.unpack_from(shared)


def stand_on_machine() -> Callable[[Path], None]:
    """Let this process read its time from such a machine; returns what tells it the file that the machine is set by.

    To be called before anything of the bot is imported, which may keep these functions under names of its own.
    """
    ahead: Callable[[], tuple[float, float]] = lambda: (0.0, 0.0)  # noqa: E731 - replaced once the file is known
    calendar, clock = time.time, time.clock_gettime
    time.time = lambda: calendar() + sum(ahead())
    time.clock_gettime = lambda which: clock(which) + (ahead()[0] if which == time.CLOCK_BOOTTIME else 0.0)

    def set_by(file: Path) -> None:
        nonlocal ahead
        ahead = _read(file)

    return set_by
