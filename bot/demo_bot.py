"""The demo's bot, `python -m bot.demo_bot FILE`: its clock is as far ahead as FILE says, and it ends with the demo.

The page's "15 minutes later" moves the stand-ins' clock; a bot that stayed behind would show a time of its own. What is
set ahead is only what the machine says the time is. Standard input is a pipe from the demo: its end, also by a SIGKILL,
ends the bot.
"""

import os
import signal
import struct
import sys
import threading
import time
from collections.abc import Callable
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Final

_SECONDS: Final = struct.Struct("d")
# What the bot gets to end by itself once the demo is gone, in seconds.
_END_SECONDS: Final = 10.0


def set_ahead(file: Path, seconds: float) -> None:
    """Set the clock of the bot that reads this file so many seconds ahead of the real one, at once."""
    with file.open("r+b" if file.exists() else "w+b") as written:
        written.write(_SECONDS.pack(seconds))


def ahead_clock(file: Path) -> Callable[[], float]:
    """Make a clock that is as far ahead as the file says at each look."""
    real = time.time
    with file.open("rb") as opened:
        shared = mmap(opened.fileno(), _SECONDS.size, access=ACCESS_READ)
    return lambda: real() + float(_SECONDS.unpack_from(shared)[0])


def _end_with_the_demo() -> None:
    while os.read(0, 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_END_SECONDS)
    os._exit(1)


def main(arguments: list[str]) -> int:
    """Run the bot on that clock, until the demo has ended."""
    clock = ahead_clock(Path(arguments[0]))
    time.time = clock
    # Python 3.13's log asks for the time in nanoseconds.
    time.time_ns = lambda: int(clock() * 1e9)
    threading.Thread(target=_end_with_the_demo, daemon=True).start()
    from bot.__main__ import main as bot  # noqa: PLC0415 - on that clock from the start

    return bot(["run", "--no-dotenv"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
