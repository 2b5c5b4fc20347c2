"""What is done once for all processes: by one of them at a time, and by the next once that is dead or has left."""

import pytest

from bot.domain.errors import StoreFull
from bot.domain.stages import Reason, Stage
from bot.studio.lifecycle.leader import Leader
from tests.studio.fakes import START, job, until
from tests.studio.sharing import sharing


class Watching:
    """A duty; `full`: what it needs could not be written so often."""

    def __init__(self, full: int = 0) -> None:
        self.begun: list[int] = []
        self.on = False
        self.full = full

    async def begin(self, office) -> None:
        if self.full:
            self.full -= 1
            raise StoreFull("full")
        self.begun.append(office.fence)
        self.on = True

    async def end(self) -> None:
        self.on = False


class Candidate:
    """A process that may lead."""

    def __init__(self, scene, process, *duties) -> None:
        self.process, self.holds = process, True
        self.duties = duties
        leases = scene.tables.leases
        self.leader = Leader(leases, lambda: process.id, lambda: self.holds, duties, scene.clock)


@pytest.fixture
async def scene(tmp_path):
    async with sharing(tmp_path, 1) as scene:
        yield scene


async def candidates(scene):
    return [Candidate(scene, await scene.process(name), Watching(), Watching()) for name in "ab"]


def on(candidate):
    states = {duty.on for duty in candidate.duties}
    assert len(states) == 1
    return states.pop()


async def test_one_of_them_leads_until_it_leaves(scene):
    first, second = await candidates(scene)
    for each in (first, second, first, second):
        await each.leader.look()
    assert (on(first), on(second)) == (True, False)
    assert (first.leader.leads, second.leader.leads) == (True, False)
    await first.leader.close()
    assert not on(first)
    await second.leader.look()
    assert on(second)
    assert second.duties[0].begun == [2]


async def test_one_that_may_have_been_taken_for_dead_ends_its_duties(scene):
    first, second = await candidates(scene)
    await first.leader.look()
    first.holds = False
    assert not first.leader.leads
    await first.leader.look()
    assert not on(first)
    await second.leader.look()
    assert not on(second), "the other's lease is not over yet"
    await scene.dies(first.process)
    await second.leader.look()
    assert on(second)
    # It is alive again, under another name.
    first.holds = True
    first.process.id = "c"
    await scene.tables.leases.register("c", "worker", "host")
    await first.leader.look()
    assert (on(first), on(second)) == (False, True)


async def test_what_can_not_begin_begins_with_the_next_look(scene):
    candidate = Candidate(scene, await scene.process("a"), Watching(), Watching(full=1))
    await candidate.leader.look()
    assert (on(candidate), candidate.leader.leads) == (False, False)
    await candidate.leader.look()
    assert on(candidate)


async def test_the_line_is_looked_at_for_as_long_as_it_leads(scene):
    process = await scene.process("a")
    leader = Leader(scene.tables.leases, lambda: "a", lambda: True, [process.supervisor], scene.clock)
    await scene.accept(job(1))
    leader.start()
    await until(lambda: len(scene.deferred) == 1)
    await scene.tables.jobs.save((await scene.row(job(1))).cancelled(Reason.OWNER, START), Stage.WAITING)
    await scene.accept(job(2))
    process.supervisor.wake()
    await until(lambda: job(2).id in scene.deferred)
    # Its own cards tell places as it grants turns.
    await scene.accept(job(4))
    process.supervisor.wake()
    await until(lambda: process.line.place(job(4).id) == 1)
    assert (process.line.waiting, process.line.running) == (1, 1)
    await leader.close()
    await scene.accept(job(3))
    process.supervisor.wake()
    assert not process.supervisor.grants
    await process.line.look_at_places()
    assert process.line.waiting == 2
    assert job(3).id not in scene.deferred
