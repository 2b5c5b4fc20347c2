"""What ends this process when it hangs: it would keep the database's lock, and no other could go on in its place.

Three ends, each for when the one before it hangs too. While all works, they are pushed ahead every second:

1. after HUNG_AFTER a thread of Python writes into the log where every thread stands, and ends the process;
2. a little later faulthandler's thread does so on standard error ("faulthandler", `dump_traceback_later`): it needs no
   lock of the interpreter, which C code that never returns may hold;
3. a little later SIGALRM ends it (setitimer(2), and signal(7) for what that signal does by itself), where even that is
   stuck, as in a pipe without a reader.

Only the kernel can hold it longer: a thread in a call to a broken disk isn't ended by anything. A process that was
stopped by SIGSTOP does nothing at all, this neither; when it goes on after a longer time, it is ended at once.
"""

import asyncio
import faulthandler
import logging
import os
import signal
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final

from bot.exits import Exit

log = logging.getLogger(__name__)

HUNG_AFTER: Final = 120.0
"""Real seconds without a turn of the event loop, or without an end of anything that the store's thread was sent.

The longest that either legitimately takes is a statement that waits 10 s for another program's lock, and a disk's
hiccup: cloud disks were seen to stand still for half a minute.
"""
# Seconds from one end to the next, and from one look to the next.
_LATER: Final = 5.0
_EVERY: Final = 1.0
_STDERR: Final = 2


class Watchdog:
    """Watches whatever is followed, until `end`.

    Only time in which this process runs counts: a second between two looks, whatever the clock says.
    """

    def __init__(self, hung_after: float) -> None:
        self._hung_after = hung_after
        self._every, self._later = min(_EVERY, hung_after / 4), min(_LATER, hung_after)
        self._quiet: dict[str, float] = {}  # seconds for which a part has given no sign, by its name
        self._writing = threading.Lock()
        self._over = threading.Event()
        # At once: a start that hangs in C code leaves that thread no first turn.
        self._push()
        threading.Thread(target=self._watch, name="watchdog", daemon=True).start()

    async def follow(self, part: str, works: Callable[[], Awaitable[bool]]) -> None:
        """Watch a part until cancelled; the process is ended where it has not worked for so long."""
        try:
            while True:
                if await works():
                    self._note(part, 0.0)
                await asyncio.sleep(self._every)
        finally:
            with self._writing:
                self._quiet.pop(part, None)

    def end(self) -> None:
        """Watch no more."""
        with self._writing:
            self._over.set()
            faulthandler.cancel_dump_traceback_later()
            signal.setitimer(signal.ITIMER_REAL, 0.0)

    def _note(self, part: str, quiet: float) -> None:
        with self._writing:
            self._quiet[part] = quiet

    def _watch(self) -> None:
        while not self._over.wait(self._every):
            with self._writing:
                self._quiet = {part: quiet + self._every for part, quiet in self._quiet.items()}
                hung = [part for part, quiet in self._quiet.items() if quiet >= self._hung_after]
                if not hung and not self._over.is_set():
                    self._push()
            if hung:
                self._give_up(hung[0])

    def _push(self) -> None:
        faulthandler.dump_traceback_later(self._hung_after + self._later, exit=True, file=_STDERR)
        signal.setitimer(signal.ITIMER_REAL, self._hung_after + 2 * self._later)

    def _give_up(self, part: str) -> None:
        """Say where every thread stands, and end the process with nothing tidied up: that might hang too."""
        said = f"{part} has hung for {self._hung_after:.0f} s: ending the process."
        record = log.makeRecord(log.name, logging.CRITICAL, __file__, 0, said, (), None)
        record.stack_info = _stacks()
        log.handle(record)
        os._exit(Exit.HUNG)


@asynccontextmanager
async def watched(hung_after: float) -> AsyncIterator[Watchdog]:
    """Watch this event loop; yields what else can be watched with."""
    watchdog = Watchdog(hung_after)
    turning = asyncio.create_task(watchdog.follow("The event loop", _turns))
    try:
        yield watchdog
    finally:
        watchdog.end()
        turning.cancel()
        await asyncio.gather(turning, return_exceptions=True)


async def _turns() -> bool:
    return True


def _stacks() -> str:
    """List where each thread stands, without a file: a disk may be what hangs."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    faulthandler.dump_traceback(writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as read:
        return read.read().decode(errors="replace").rstrip()
