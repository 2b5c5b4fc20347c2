"""The line as rows: turns are granted once, only to what is in line, and never more than there are slots."""

import pytest

from bot.domain.processes import LEASE_SECONDS, LINE, Office
from bot.domain.stages import Reason, Stage
from bot.storage.lease_store import SqliteLeases
from bot.storage.line_store import SqliteLine
from bot.storage.note_store import SqliteNotes
from tests.storage.samples import NOW, job, put


@pytest.fixture
def deferred():
    return []


@pytest.fixture
def line(store, deferred):
    return SqliteLine(store, lambda _, job_ids: deferred.extend(job_ids))


@pytest.fixture
async def leases(store):
    leases = SqliteLeases(store, lambda *_: None)
    for name in ("keeper", "worker"):
        await leases.register(name, "worker", "host:1")
    return leases


@pytest.fixture
async def office(leases):
    return await leases.take_office(LINE, "keeper")


async def test_turns_are_granted_in_order_while_there_are_slots(store, line, office, deferred):
    made = [await put(store, job(created=NOW + at)) for at in range(4)]
    assert [each.id for each in await line.in_line()] == [each.id for each in made]
    order = [made[2].id, made[0].id, made[1].id]
    assert await line.grant(order, 2, office) == order[:2] == deferred
    assert {turn.id for turn in await line.turns()} == set(order[:2])
    assert [each.id for each in await line.in_line()] == [made[1].id, made[3].id]
    assert await line.grant(order, 2, office) == []
    assert await line.grant(order, 3, office) == [made[1].id]


async def test_what_is_not_in_line_any_more_is_passed_over(store, jobs, line, leases, office):
    gone, held, waits = [await put(store, job()) for _ in range(3)]
    assert await jobs.save(gone.cancelled(Reason.OWNER, NOW), Stage.WAITING)
    assert await leases.hold(held.id, "worker")
    assert [each.id for each in await line.in_line()] == [waits.id]
    order = [gone.id, held.id, "nobody", waits.id]
    assert await line.grant(order, 1, office) == [waits.id]
    # Whoever held it has died.
    await store.run(lambda db: db.execute("UPDATE processes SET seen = seen - ?", [LEASE_SECONDS + 1]))
    assert await line.grant(order, 2, office) == [held.id]


async def test_who_has_lost_the_office_grants_nothing(store, line, leases, office):
    waits = await put(store, job())
    await leases.leave_office(office)
    assert await line.grant([waits.id], 1, office) == []
    assert await line.grant([waits.id], 1, Office(LINE, "worker", 1)) == []
    mine = await leases.take_office(LINE, "worker")
    assert await line.grant([waits.id], 1, mine) == [waits.id]


async def test_a_grant_is_deferred_and_noted_with_it_or_nothing_is(store, office):
    first, second = [await put(store, job(created=NOW + at)) for at in range(2)]

    def broken(_db, job_ids):
        if second.id in job_ids:
            raise RuntimeError("no engine")

    line, notes = SqliteLine(store, broken), SqliteNotes(store)
    note = ("key", lambda before: f"after {before}")
    with pytest.raises(RuntimeError):
        await line.grant([first.id, second.id], 2, office, note)
    assert await line.turns() == []
    assert await notes.get("key") is None
    assert await line.grant([], 2, office, note) == []
    assert await notes.get("key") is None
    assert await line.grant([first.id], 2, office, note) == [first.id]
    assert await notes.get("key") == "after None"


async def test_a_slot_is_freed_by_who_has_it_and_counts_no_longer(store, jobs, line, leases, office):
    waits = await put(store, job())
    await line.grant([waits.id], 1, office)
    taken = await leases.take(waits.id, "worker")
    sent = taken.sending(NOW)
    assert await jobs.save(sent, Stage.WAITING)
    assert not await line.free_slot(taken), "it stands elsewhere by now"
    (turn,) = await line.turns()
    assert (turn.user_id, turn.submitted, turn.answered) == (waits.user_id, NOW, False)
    queued = sent.accepted("task", NOW)
    assert await jobs.save(queued, Stage.SUBMITTING)
    (turn,) = await line.turns()
    assert turn.answered
    assert await line.free_slot(queued)
    assert not await line.free_slot(queued)
    assert await line.turns() == []


async def test_a_slot_outlives_the_process_that_died_with_it(store, line, leases, office):
    waits = await put(store, job())
    await line.grant([waits.id], 1, office)
    await leases.take(waits.id, "worker")
    await leases.leave("worker")
    assert len(await line.turns()) == 1
    assert await line.grant([(await put(store, job())).id], 1, office) == []


async def test_what_one_process_alone_has_sent_counts_too(store, line, leases):
    made = [await put(store, job(), stage) for stage in Stage]
    at_provider = {each.id for each in made if each.at_provider}
    assert await line.adopt() == 3
    assert {turn.id for turn in await line.turns()} == at_provider
    # Once it is driven by one of many, its slot is what its row says.
    taken = await leases.take(min(at_provider), "worker")
    assert await line.free_slot(taken)
    assert await line.adopt() == 0
