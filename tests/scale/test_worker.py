"""A worker by itself: it comes, waits for rows, and goes when it is told to."""

from pathlib import Path

import psycopg

from tests.scale.fleet import fleet


async def test_it_waits_for_rows_and_is_off_the_list_once_it_has_ended(
    tmp_path: Path, seed, postgres, database_url
) -> None:
    async with fleet(tmp_path, seed, postgres, database_url) as these:
        workers = [await these.worker("one"), await these.worker("other")]
        for left, worker in zip((1, 0), workers, strict=True):
            assert await worker.stop() == 0, worker.tail()
            async with await psycopg.AsyncConnection.connect(database_url) as connection:
                assert len(await (await connection.execute("SELECT id FROM processes")).fetchall()) == left
