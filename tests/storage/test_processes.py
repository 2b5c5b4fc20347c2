"""More than one process: the second is refused and told who was first; what a killed one had written is there."""

import asyncio
import threading

import pytest

from bot.domain.errors import StoreInUse
from bot.domain.stages import Stage
from bot.storage.lock import held
from bot.storage.thread import Store
from tests.storage.places import SqlitePlace
from tests.storage.process import HOLD, WRITE, running
from tests.storage.samples import opened

pytestmark = pytest.mark.sqlite


async def test_a_second_bot_is_refused_and_the_first_is_named(path):
    async with running(HOLD, path) as first:
        assert await first.stdout.readline() == b"open\n"
        with pytest.raises(StoreInUse) as refused:
            async with Store(path):
                pass
    assert f"process {first.pid} on " in str(refused.value)
    assert "since 2" in str(refused.value)


async def test_a_killed_bot_leaves_no_lock(path):
    async with running(HOLD, path) as first:
        assert await first.stdout.readline() == b"open\n"
    async with Store(path) as second:
        assert await second.run(lambda db: db["jobs"].count) == 0


async def test_a_second_store_in_the_same_process_is_refused(store, path):
    with pytest.raises(StoreInUse):
        async with Store(path):
            pass
    assert await store.run(lambda db: db["jobs"].count) == 0


async def test_an_opening_that_nobody_waits_for_gives_its_lock_back(path):
    store = Store(path)
    opening = asyncio.create_task(store.__aenter__())
    await asyncio.sleep(0)  # it is sent to the thread
    opening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await opening
    for thread in [thread for thread in threading.enumerate() if thread.name.startswith("store")]:
        await asyncio.to_thread(thread.join)
    with held(path):
        pass


@pytest.mark.parametrize("lines", [1, 2, 37, 160])
async def test_what_a_killed_bot_had_written_is_there(path, lines):
    async with running(WRITE, path) as writer:
        said = [(await writer.stdout.readline()).split() for _ in range(lines)]
        writer.kill()
        said += [line.split() for line in (await writer.stdout.read()).splitlines(keepends=True) if line[-1:] == b"\n"]
    last = {job_id.decode(): Stage(stage.decode()) for job_id, stage in said}
    order = list(Stage)
    async with opened(SqlitePlace(path.parent)) as jobs:
        found = {job.id: job for job in await jobs.unfinished()}
        assert last.keys() <= found.keys()
        for job_id, stage in last.items():
            assert order.index(found[job_id].stage) >= order.index(stage)
        # One job was under way: at most one step further than it could say.
        assert len(found) <= len(last) + 1
