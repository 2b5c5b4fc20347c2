"""A worker whose jobs are instant: the store, the leases, the line and the engine are real, only nothing is sent.

Run by `python -m bench.scale_process URL SLOTS`. It says "ready" once it takes jobs; with a line on its standard input
it keeps the line from then on. SIGTERM ends it; it then prints its greatest memory in KiB.
"""

import asyncio
import logging
import os
import signal
import sys
import tempfile
import time
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

from bot.clock import ScaledClock
from bot.domain.processes import LINE
from bot.domain.stages import Stage
from bot.engine.drives import Drives
from bot.engine.lease import Lease
from bot.engine.schema import defer
from bot.storage import Tables
from bot.storage.postgres import PostgresStore
from tests.real_time import passes
from tests.storage.samples import steps_to

# Every process of the many renews its lease; how often the line is looked at where nothing is heard of it.
_LOOK_SECONDS = 0.1


async def _drive(tables: Tables, process_id: str, job_id: str) -> None:
    """Take a row and write every step down, as a video's whole way does."""
    job = await tables.leases.take(job_id, process_id)
    if job is None:
        return
    path = steps_to(job, Stage.DELIVERED, time.time())
    for before, after in pairwise(path):
        await tables.jobs.save(after, before.stage)
    await tables.jobs.mark_notified(job_id, time.time())


async def _keep_line(tables: Tables, process_id: str, slots: int) -> None:
    """Grant turns to the oldest as long as there are slots."""
    office = await tables.leases.take_office(LINE, process_id)
    assert office is not None
    while waiting := await tables.line.in_line():
        await tables.line.grant([one.id for one in waiting[:slots]], slots, office)
        await passes(_LOOK_SECONDS)


async def _lapsed() -> None:
    """Let the sweep of another find what was begun: a machine that is as busy as that measures nothing."""
    sys.exit("a lease ran out")


async def _run(url: str, slots: int) -> None:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    go = asyncio.Event()
    loop.add_reader(sys.stdin, lambda: (loop.remove_reader(sys.stdin), go.set()))
    with tempfile.TemporaryDirectory() as folder:
        async with PostgresStore(url, Path(folder) / "seedreel.db") as store:
            tables = Tables(store, defer=defer)
            async with Lease(tables.leases, "worker", ScaledClock(), _lapsed) as lease:
                drives = Drives(url, ScaledClock(), lambda job_id: _drive(tables, lease.id, job_id))
                async with drives:
                    print("ready", flush=True)
                    keeping = asyncio.create_task(_kept(go, tables, lease.id, slots))
                    await stop.wait()
                    keeping.cancel()
                    with suppress(asyncio.CancelledError):
                        await keeping
                    drives.stop()


async def _kept(go: asyncio.Event, tables: Tables, process_id: str, slots: int) -> None:
    await go.wait()
    await _keep_line(tables, process_id, slots)


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING)
    asyncio.run(_run(sys.argv[1], int(sys.argv[2])))
    status = Path(f"/proc/{os.getpid()}/status").read_text(encoding="utf-8")
    print(status.partition("VmHWM:")[2].split()[0], flush=True)
