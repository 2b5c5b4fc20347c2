"""A file whose age tells a health check that the bot works: its event loop turns, and what it is asked gets done.

The bot touches it with `beat`; `python -m bot.heartbeat [PATH]` exits 0 while it is young and 1 when it is not. Without
a PATH it is the file `heartbeat` in DATA_DIR, as it stands in the environment: of the bot that works. With `--own` it's
the one that a bot begun with `--standby` touches besides, under its machine's name, while it works and while it waits.
"""

import asyncio
import logging
import os
import socket
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Final

NAME: Final = "heartbeat"
_log = logging.getLogger(__name__)

EVERY: Final = 5.0  # seconds from beat to beat
DEAD_AFTER: Final = 60.0  # seconds without a beat; a busy disk may cost a few


async def beat(
    path: Path,
    every: float = EVERY,
    *,
    works: Callable[[], Awaitable[bool]],
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
) -> None:
    """Touch the file every so many seconds while the bot `works`, until cancelled.

    A disk that refuses is logged once, and tried again.
    """
    failing = False
    while True:
        try:
            if await works():
                await asyncio.to_thread(path.touch)
            failing = False
        except OSError as error:
            if not failing:
                _log.warning("The heartbeat file can't be written: %s", error)
            failing = True
        await sleep(every)


def own_name() -> str:
    """Name the file of the bot on this machine, or in this container, whether it works or stands by."""
    return f"{NAME}-{socket.gethostname()}"


def is_alive(path: Path, now: float, dead_after: float = DEAD_AFTER) -> bool:
    """Tell whether the file was touched less than so many seconds before `now` (unix seconds)."""
    try:
        return now - path.stat().st_mtime < dead_after
    except OSError:
        return False


def main(arguments: list[str], environ: Mapping[str, str]) -> int:
    """Return the exit code of the health check for the file that the only argument names, or the one in DATA_DIR."""
    match arguments:
        case []:
            path = Path(environ.get("DATA_DIR") or "data").expanduser() / NAME
        case ["--own"]:
            path = Path(environ.get("DATA_DIR") or "data").expanduser() / own_name()
        case [name]:
            path = Path(name)
        case _:
            sys.stderr.write("usage: python -m bot.heartbeat [PATH | --own]\n")
            return 2
    return 0 if is_alive(path, time.time()) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
