"""A file whose age tells a health check that the event loop still turns.

The bot touches it with `beat`; `python -m bot.heartbeat PATH` exits 0 while it is young and 1 when it is not.
"""

import asyncio
import logging
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

_log = logging.getLogger(__name__)

EVERY: Final = 5.0  # seconds from beat to beat
DEAD_AFTER: Final = 60.0  # seconds without a beat; a busy disk may cost a few


async def beat(
    path: Path, every: float = EVERY, *, sleep: Callable[[float], Awaitable[object]] = asyncio.sleep
) -> None:
    """Touch the file every so many seconds until cancelled; a disk that refuses is logged, and tried again."""
    failing = False
    while True:
        try:
            await asyncio.to_thread(_touch, path)
            failing = False
        except OSError as error:
            if not failing:
                _log.warning("the heartbeat file cannot be written: %s", error)
            failing = True
        await sleep(every)


def is_alive(path: Path, now: float, dead_after: float = DEAD_AFTER) -> bool:
    """Tell whether the file was touched less than so many seconds before `now` (unix seconds)."""
    try:
        return now - path.stat().st_mtime < dead_after
    except OSError:
        return False


def main(arguments: list[str]) -> int:
    """Return the exit code of the health check for the file that the only argument names."""
    match arguments:
        case [path]:
            return 0 if is_alive(Path(path), time.time()) else 1
        case _:
            sys.stderr.write("usage: python -m bot.heartbeat PATH\n")
            return 2


def _touch(path: Path) -> None:
    path.touch()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
