"""A row is driven by one process at a time, from its taking to its letting go, whatever brings the word of it."""

import asyncio
from collections import Counter
from contextlib import suppress

import pytest

from bot.domain.errors import StoreClosed
from bot.engine.rows import ProcessEnding, RowDriver, Sweep

SECONDS = 10


class World:
    """Rows, and what was done with them, in order."""

    def __init__(self):
        self.done, self.holders, self.needs = asyncio.Queue(), {}, Counter()
        self.down = 0
        self.taking = None
        self.deferred = []

    # The rows.
    async def take(self, job_id, process_id):
        if self.down:
            self.down -= 1
            raise StoreClosed("not there")
        if self.holders.get(job_id) or not self.needs[job_id]:
            return None
        self.holders[job_id] = process_id
        if self.taking is not None:
            await self.taking()
        return job_id

    async def let_go(self, job_ids, process_id):
        for job_id in job_ids:
            if self.holders.get(job_id) == process_id:
                self.holders[job_id] = None
                self.done.put_nowait(("free", job_id))

    async def left_alone(self):
        return [job_id for job_id, times in self.needs.items() if times and not self.holders.get(job_id)]


class Runner:
    def __init__(self, world):
        self.world, self.ends = world, {}

    async def driven(self, job):
        self.world.done.put_nowait(("driven", job))
        self.ends[job] = asyncio.Event()
        await self.ends[job].wait()

    async def let_go(self, job_id):
        self.ends[job_id].set()

    async def let_go_all(self):
        for end in self.ends.values():
            end.set()


class Cards:
    def __init__(self, world):
        self.world = world

    async def let_go(self, job_id):
        self.world.done.put_nowait(("card free", job_id))


class Process:
    def __init__(self, world, clock, process_id="one"):
        self.id, self.world, self.runner = process_id, world, Runner(world)
        self.rows = RowDriver(world, self.runner, Cards(world), lambda: self.id, clock)

    async def next(self):
        return await asyncio.wait_for(self.world.done.get(), SECONDS)

    def end(self, job_id):
        self.world.needs[job_id] = 0
        self.runner.ends[job_id].set()


@pytest.fixture
def process(clock):
    world = World()
    world.needs["a"] = 1
    return Process(world, clock)


async def test_it_is_taken_driven_and_let_go_of_its_card_before_the_row(process):
    driving = asyncio.create_task(process.rows.drive("a"))
    assert await process.next() == ("driven", "a")
    assert process.rows.drives("a")
    process.end("a")
    assert [await process.next(), await process.next()] == [("card free", "a"), ("free", "a")]
    await asyncio.wait_for(driving, SECONDS)
    assert not process.rows.drives("a")


async def test_what_another_process_drives_is_left_to_it(process):
    process.world.holders["a"] = "other"
    await process.rows.drive("a")
    assert process.world.done.empty()


async def test_a_second_word_waits_and_looks_again(process):
    first, second = (asyncio.create_task(process.rows.drive("a")) for _ in range(2))
    assert await process.next() == ("driven", "a")
    process.runner.ends["a"].set()
    assert [await process.next(), await process.next()] == [("card free", "a"), ("free", "a")]
    assert await process.next() == ("driven", "a")
    process.end("a")
    await asyncio.wait_for(asyncio.gather(first, second), SECONDS)


async def test_the_work_goes_on_where_the_engine_lets_go_of_its_job(process):
    driving = asyncio.create_task(process.rows.drive("a"))
    assert await process.next() == ("driven", "a")
    driving.cancel()
    with suppress(asyncio.CancelledError):
        await driving
    assert process.rows.drives("a")
    process.end("a")
    assert [await process.next(), await process.next()] == [("card free", "a"), ("free", "a")]


async def test_it_waits_for_a_store_that_does_not_answer(process):
    process.world.down = 2
    driving = asyncio.create_task(process.rows.drive("a"))
    assert await process.next() == ("driven", "a")
    process.end("a")
    await asyncio.wait_for(driving, SECONDS)


async def test_a_job_that_another_process_moved_is_let_go(process):
    driving = asyncio.create_task(process.rows.drive("a"))
    assert await process.next() == ("driven", "a")
    process.rows.moved("unknown")
    process.world.needs["a"] = 0
    process.rows.moved("a")
    await asyncio.wait_for(driving, SECONDS)


async def test_one_that_leaves_takes_no_more_and_waits_until_its_rows_are_free(process):
    driving = asyncio.create_task(process.rows.drive("a"))
    assert await process.next() == ("driven", "a")
    process.rows.leave()
    with pytest.raises(ProcessEnding):
        await process.rows.drive("b")
    closing = asyncio.create_task(process.rows.close(SECONDS))
    process.runner.ends["a"].set()
    await asyncio.wait_for(asyncio.gather(closing, driving), SECONDS)
    assert process.world.holders["a"] is None


async def test_after_a_lapse_all_has_ended_before_there_is_a_new_id(process):
    driving = asyncio.create_task(process.rows.drive("a"))
    assert await process.next() == ("driven", "a")
    await process.rows.let_go_all()
    process.id = "two"
    assert ("card free", "a") in [await process.next(), await process.next()]
    await asyncio.wait_for(driving, SECONDS)


async def test_what_is_taken_while_the_lease_lapses_is_let_go_undriven(process):
    async def lapse():
        process.id = "two"
        await process.rows.let_go_all()

    process.world.taking = lapse
    await asyncio.wait_for(process.rows.drive("a"), SECONDS)
    assert await process.next() == ("free", "a")
    assert process.world.done.empty()


async def test_the_sweep_defers_what_is_left_alone_and_nothing_else(process):
    process.world.needs["b"] = 1
    process.world.holders["b"] = "other"
    found = []

    async def defer(job_ids):
        found.extend(job_ids)

    await Sweep(process.world, defer).look()
    assert found == ["a"]
