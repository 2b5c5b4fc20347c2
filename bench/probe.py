"""How late a process's event loop is: `python -m bench.probe FILE MODULE [WORD ...]` runs a module beside a probe.

Every two milliseconds by the clock, whatever came of the last time, something is due in the loop; how late it was done
is what a frame or an answer that arrived at that moment would have waited. SIGUSR1 writes the latenesses since the last
one to FILE, in seconds, as doubles, and says so on standard error.
"""

import asyncio
import os
import runpy
import signal
import sys
import time
from array import array
from pathlib import Path

EVERY = 0.002
WRITTEN = "probe: written for the {}. time"


class _Probe:
    """Notes how late the loop is, from its first turn on."""

    def __init__(self, loop: asyncio.AbstractEventLoop, file: Path) -> None:
        self._loop = loop
        self._file = file
        self._late = array("d")
        self._times = 0
        self._due = time.monotonic()
        loop.call_soon(self._begin)

    def _begin(self) -> None:
        self._loop.add_signal_handler(signal.SIGUSR1, self._write)
        self._look()

    def _look(self) -> None:
        now = time.monotonic()
        while self._due <= now:
            self._late.append(now - self._due)
            self._due += EVERY
        self._loop.call_at(self._loop.time() + self._due - now, self._look)

    def _write(self) -> None:
        late, self._late = self._late, array("d")
        self._file.write_bytes(late.tobytes())
        self._times += 1
        os.write(2, f"{WRITTEN.format(self._times)}\n".encode())


class _Policy(asyncio.DefaultEventLoopPolicy):
    """Makes loops that are probed."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self._file = file

    def new_event_loop(self) -> asyncio.AbstractEventLoop:
        """Make one."""
        loop = super().new_event_loop()
        _Probe(loop, self._file)
        return loop


if __name__ == "__main__":
    asyncio.set_event_loop_policy(_Policy(Path(sys.argv[1])))
    module, sys.argv[:] = sys.argv[2], sys.argv[2:]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
