"""The database of the benches is as large as it says, and holds what the store would have written."""

from bench.big_database import ABSENT, CHINESE, COMMON, build
from bot.storage.job_store import SqliteJobs
from bot.storage.own_job_store import SqliteOwnJobs
from bot.storage.thread import Store


async def test_it_is_shared_out_and_read_by_the_store(tmp_path):
    big = await build(tmp_path / "seedreel.db", videos=2000, members=50, heavy=200)
    async with Store(big.path) as store:
        jobs, own = SqliteJobs(store), SqliteOwnJobs(store)
        totals = [(await own.mine(member, "", 1, 8)).total for member in (big.heavy_id, *big.member_ids)]
        assert (totals[0], sum(totals), min(totals) > 0) == (200, 2000, True)
        page = await own.mine(big.heavy_id, "", 1, 8)
        assert not any(job.other_version for job in page.jobs)
        assert big.now - 86_400 * 5 < page.jobs[0].created < big.now
        assert await own.mine(big.heavy_id, COMMON, 1, 8) != page
        assert (await own.mine(big.heavy_id, CHINESE, 1, 8)).total > 0
        assert (await own.mine(big.heavy_id, ABSENT, 1, 8)).total == 0
        assert await jobs.unfinished() == []
        assert await jobs.stale_clips(big.now) == []
