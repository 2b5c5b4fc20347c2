"""A worker by itself: it comes, waits for rows, and goes when it is told to."""

import time
from pathlib import Path

from tests.scale.fleet import fleet


async def test_it_waits_for_rows_and_ends_within_two_seconds(tmp_path: Path, seed, postgres, database_url) -> None:
    async with fleet(tmp_path, seed, postgres, database_url) as these:
        workers = [await these.worker("one"), await these.worker("other")]
        for worker in workers:
            began = time.monotonic()
            assert await worker.stop() == 0, worker.tail()
            assert time.monotonic() - began < 2.0
