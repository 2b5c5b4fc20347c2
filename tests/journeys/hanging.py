"""The bot, which hangs for real where a test sends it a signal: `python -m tests.journeys.hanging SECONDS run`.

It ends itself when it has hung for so many seconds; an operator's does so after `bot.watchdog.HUNG_AFTER`.
"""

import asyncio
import gc
import os
import re
import signal
import sys
import threading
from collections.abc import Callable
from typing import Any

from bot.config import read_settings
from bot.logs import configure_logging
from bot.run import run
from bot.storage import Store

_FOREVER = 3600.0
# What a test sends, by what it makes hang.
LOOP, STORE, INTERPRETER, ALL = signal.SIGUSR1, signal.SIGUSR2, signal.SIGHUP, signal.SIGQUIT


def _block_loop() -> None:
    """Block the event loop in a call that lets other threads run."""
    threading.Event().wait(_FOREVER)


def _block_store() -> None:
    """Block the thread that writes to the database."""
    gc.unfreeze()  # or they would be left out
    [store] = [one for one in gc.get_objects() if isinstance(one, Store)]
    _keep.append(asyncio.get_running_loop().create_task(store.run(lambda _: threading.Event().wait(_FOREVER))))


def _block_interpreter() -> None:
    """Stay in C code that never gives the interpreter's lock to another thread."""
    re.match("(a|aa)+$", "a" * 200 + "b")


def _block_all() -> None:
    """Do that where standard error is a pipe that nobody reads, and full."""
    _, writing = os.pipe()
    os.set_blocking(writing, False)
    while True:
        try:
            os.write(writing, bytes(4096))
        except BlockingIOError:
            break
    os.set_blocking(writing, True)
    os.dup2(writing, 2)
    _block_interpreter()


_keep: list[asyncio.Task[Any]] = []
_WAYS: dict[signal.Signals, Callable[[], None]] = {
    INTERPRETER: _block_interpreter,
    ALL: _block_all,
}


async def _run(hung_after: float) -> int:
    settings = read_settings(os.environ, None)
    configure_logging(settings.log_level, settings.log_format, settings.secrets)
    # From the loop itself, which holds nothing just then, as a log's lock.
    for number, way in ((LOOP, _block_loop), (STORE, _block_store)):
        asyncio.get_running_loop().add_signal_handler(number, way)
    return await run(settings, hung_after=hung_after)


if __name__ == "__main__":
    for number, way in _WAYS.items():
        signal.signal(number, lambda *_, way=way: way())
    sys.exit(asyncio.run(_run(float(sys.argv[1]))))
