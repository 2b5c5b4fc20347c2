"""Another process on the same database, as a test needs it; it is killed at the end."""

import asyncio
import os
import sys
from contextlib import asynccontextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]

HOLD = """
import asyncio, sys
from pathlib import Path
from bot.storage import Store

async def main():
    async with Store(Path(sys.argv[1])):
        print("open", flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""

WRITE = """
import asyncio, sys
from dataclasses import replace
from pathlib import Path
from bot.domain.stages import Stage
from bot.storage import SqliteJobs
from bot.storage import Store
from tests.storage.samples import NOW, job, steps_to, up_to

async def main():
    async with Store(Path(sys.argv[1])) as store:
        jobs = SqliteJobs(store)
        while True:
            path = steps_to(job(), Stage.READY)
            await jobs.accept(path[0], up_to(10**9))
            print(path[0].id, path[0].stage, flush=True)
            for before, after in zip(path, path[1:]):
                assert await jobs.save(after, before.stage)
                print(after.id, after.stage, flush=True)

asyncio.run(main())
"""


@asynccontextmanager
async def running(code: str, database: Path):
    """Run a script with the database's path as its argument; SIGKILL at the end, if it has not come before."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        code,
        str(database),
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
