"""Who drives a job where there are many processes: the living alone, and each row only one of them."""

import asyncio
from dataclasses import replace

import pytest

from bot.domain.processes import LEASE_SECONDS, LINE, Office
from bot.domain.stages import Reason, Stage
from bot.storage.job_store import SqliteJobs
from bot.storage.lease_store import SqliteLeases
from tests.storage.samples import NOW, job, put


@pytest.fixture
def deferred():
    return []


@pytest.fixture
async def leases(store, deferred):
    leases = SqliteLeases(store, lambda _, job_ids: deferred.extend(job_ids))
    for name in ("a", "b"):
        await leases.register(name, "worker", "host:1")
    return leases


async def die(store, process_id):
    """Let the lease of a process run out."""
    sql = "UPDATE processes SET seen = seen - ? WHERE id = ?"
    await store.run(lambda db: db.execute(sql, [LEASE_SECONDS + 1, process_id]))


async def test_a_process_lives_for_as_long_as_it_is_renewed(store, leases):
    assert [each.id for each in await leases.living()] == ["a", "b"]
    assert await leases.renew("a")
    await die(store, "a")
    assert [each.id for each in await leases.living()] == ["b"]
    assert not await leases.renew("a"), "the dead stay dead: others may have its work"
    assert not await leases.renew("nobody")
    await leases.leave("b")
    assert await leases.living() == []


async def test_what_one_drives_no_other_takes_until_it_is_let_go(store, jobs, leases, deferred):
    queued = await put(store, job(), Stage.QUEUED)
    taken = await leases.take(queued.id, "a")
    assert taken == replace(queued, fence=1)
    assert await leases.take(queued.id, "b") is None
    await leases.let_go([queued.id], "b")
    assert deferred == []
    await leases.let_go([queued.id], "a")
    assert deferred == [queued.id]
    assert (await leases.take(queued.id, "b")).fence == 2
    assert await jobs.save(taken.failed(Reason.LOST, NOW), Stage.QUEUED) is None


async def test_what_the_dead_drive_is_taken_over(store, jobs, leases):
    queued = await put(store, job(), Stage.QUEUED)
    before = await leases.take(queued.id, "a")
    assert await leases.left_alone() == []
    await die(store, "a")
    assert await leases.left_alone() == [queued.id]
    assert await leases.take(queued.id, "a") is None, "a dead process takes nothing"
    after = await leases.take(queued.id, "b")
    assert await jobs.save(before.failed(Reason.LOST, NOW), Stage.QUEUED) is None
    assert await jobs.save(after.failed(Reason.LOST, NOW), Stage.QUEUED) is not None


async def test_of_many_who_take_a_job_at_once_one_has_it(store, leases):
    queued = await put(store, job(), Stage.QUEUED)
    taken = await asyncio.gather(*(leases.take(queued.id, name) for name in "ab" * 10))
    assert len({each.fence for each in taken if each}) == len([each for each in taken if each])
    holders = await store.run(lambda db: db.execute("SELECT holder FROM jobs").fetchall())
    assert holders == [("a",)], "the first who asked; the other was refused each time"


@pytest.mark.parametrize("stage", Stage)
async def test_what_has_to_be_driven(store, leases, deferred, stage):
    made = await put(store, job(), stage)
    needed = stage is not Stage.WAITING
    assert bool(await leases.take(made.id, "a")) == needed
    # A member's press may need the row at whatever stage.
    held = await leases.hold(made.id, "a")
    assert held.fence == 1 + needed
    await leases.let_go([made.id], "a")
    assert deferred == [made.id] * needed
    told = SqliteJobs(store)
    await told.mark_notified(made.id, NOW)
    ended = made.ended or stage is Stage.HELD
    assert bool(await leases.take(made.id, "a")) == (needed and not ended)


async def test_a_turn_has_to_be_driven(store, leases, deferred):
    waiting = await put(store, job())
    assert await leases.left_alone() == []
    await store.run(lambda db: db.execute("UPDATE jobs SET slot = 1"))
    assert await leases.left_alone() == [waiting.id]
    assert (await leases.take(waiting.id, "b")).slot
    await leases.let_go([waiting.id], "b")
    assert deferred == [waiting.id]


async def test_a_cancelled_job_is_deferred_with_its_end_or_neither_is_written(store):
    deferred = []
    waiting = await put(store, job())
    assert await SqliteJobs(store, lambda _, job_ids: deferred.extend(job_ids)).save(
        waiting.cancelled(Reason.OWNER, NOW), Stage.WAITING
    )
    assert deferred == [waiting.id]

    def broken(_db, _job_id):
        raise RuntimeError("no engine")

    other = await put(store, job())
    with pytest.raises(RuntimeError):
        await SqliteJobs(store, broken).save(other.cancelled(Reason.OWNER, NOW), Stage.WAITING)
    assert (await SqliteJobs(store).find(other.id)).stage is Stage.WAITING


async def test_an_office_is_held_by_one_and_taken_over_from_the_dead(store, leases):
    office = await leases.take_office(LINE, "a")
    assert office == Office(LINE, "a", 1)
    assert await leases.take_office(LINE, "a") == office
    assert await leases.take_office(LINE, "b") is None
    await die(store, "a")
    assert await leases.take_office(LINE, "a") is None
    after = await leases.take_office(LINE, "b")
    assert after == Office(LINE, "b", 2)
    await leases.leave_office(office)
    assert await leases.take_office(LINE, "b") == after, "it was no longer its own to give up"
    await leases.leave_office(after)
    await leases.register("c", "worker", "host:2")
    assert await leases.take_office(LINE, "c") == Office(LINE, "c", 3)
