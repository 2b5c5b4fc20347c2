"""A webhook's hint reaches the followers of every process, each once."""

import asyncio

from bot.domain.errors import StoreClosed
from bot.engine.hint_notices import KIND, HintNotices
from bot.engine.hub import Hub
from bot.storage.postgres import PostgresStore
from bot.toapis.hints import Hints
from tests.studio.fakes import JumpingClock


async def test_a_hint_wakes_the_followers_of_all_processes(url, clock, tmp_path):
    async with PostgresStore(url, tmp_path / "unused") as store:

        async def tell(value):
            await store.run(lambda db: db.notify(KIND, value))

        with_port, follows = Hints(clock), Hints(clock)
        port, other = HintNotices(with_port, tell, clock), HintNotices(follows, tell, clock)
        listening = [asyncio.Event(), asyncio.Event()]
        async with Hub(url, clock) as one, Hub(url, clock) as two:
            for hub, notices, there in ((one, port, listening[0]), (two, other, listening[1])):
                hub.listen(KIND, notices.heard)
                hub.on_missed(there.set)
            await asyncio.gather(*(there.wait() for there in listening))
            followed = [
                asyncio.create_task(hints.wait(("task-1", "own-1"), 0.0, 60.0)) for hints in (with_port, follows)
            ]
            await asyncio.sleep(0)
            port.note(["task-1", "own-1"])
            assert await asyncio.gather(*followed) == [True, True]
            assert follows.are_coming
            assert port.are_coming
        await port.close()


async def test_where_no_one_can_be_told_the_hint_counts_here():
    clock = JumpingClock()
    hints = Hints(clock)

    async def tell(_value):
        raise StoreClosed("PostgreSQL is away")

    notices = HintNotices(hints, tell, clock)
    notices.note(["task-1"])
    assert await asyncio.wait_for(hints.wait(("task-1",), 0.0, 1e9), 10)
    await notices.close()
