"""How long a chain of videos is: what was made one from another, as far as it is a member's own and there."""

import pytest

from bot.domain.stages import Reason, Stage
from bot.storage import chain_tables
from bot.storage.deletion_store import SqliteDeletions
from bot.storage.job_store import SqliteJobs
from tests.storage.samples import ADA, BO, NOW, job, put


@pytest.fixture
async def chain(store):
    """Make three videos, each from the one before, and one more from the first."""
    made = [await put(store, job(), Stage.DELIVERED)]
    for parent, part in ((0, 2), (1, 3), (0, 2)):
        made.append(await put(store, job(parent=made[parent].id, part=part), Stage.DELIVERED))
    return made


async def later(own, jobs, user_id=ADA):
    counted = await own.later_parts(user_id, [each.id for each in jobs])
    return [counted.get(each.id) for each in jobs]


async def test_a_chain_is_as_long_as_the_longest_way_through_it(own, chain):
    assert await later(own, chain) == [2, 1, 0, 0]
    assert await later(own, []) == []


async def test_what_failed_and_what_is_another_member_s_is_no_part_of_it(store, own, chain):
    last = chain[2]
    await put(store, job(parent=last.id, part=4), Stage.FAILED)
    await put(store, job(parent=last.id, part=4, user_id=BO), Stage.DELIVERED)
    assert await later(own, [last]) == [0]
    await put(store, job(parent=last.id, part=4), Stage.RENDERING)
    assert await later(own, [last]) == [1]


async def test_what_was_deleted_counts_only_before_what_is_there(store, own, chain):
    deletions = SqliteDeletions(store)
    for at, left in ((1, [2, 1, 0, 0]), (2, [1, 0, 0, 0])):
        assert await deletions.erase(chain[at].erased(NOW), Stage.DELIVERED, [], None)
        assert await later(own, chain) == left


async def test_chains_of_before_are_found_too(store, own, chain, place):
    # What the provider says may hold anything, also what looks like a parent.
    odd = await put(store, job(parent=chain[2].id, part=4), Stage.RENDERING)
    said = 'a \0 in it, "parent": "x" and \ud800'
    assert await SqliteJobs(store).save(odd.failed(Reason.GENERATION, NOW, said), Stage.RENDERING)
    alone = await put(store, job(), Stage.RENDERING)
    assert await SqliteJobs(store).save(alone.failed(Reason.GENERATION, NOW, said), Stage.RENDERING)
    await store.run(lambda db: db.execute("UPDATE jobs SET parent = NULL"))
    assert await later(own, chain) == [0, 0, 0, 0]
    fill = (chain_tables.SQLITE if place.is_sqlite else chain_tables.POSTGRES)[1]
    await store.run(lambda db: db.execute(fill))
    assert await later(own, chain) == [2, 1, 0, 0]
    found = await store.run(lambda db: dict(db.execute("SELECT id, parent FROM jobs").fetchall()))
    assert (found[odd.id], found[alone.id]) == (chain[2].id, None)
