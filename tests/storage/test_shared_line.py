"""A line that many processes share, over each of the stores: a history of takeovers in which every job ends once."""

import pytest

from bot.domain.stages import Stage
from tests.storage.samples import job, put
from tests.studio.sharing import Sharing
from tests.studio.test_sharing_machine import lived


@pytest.mark.parametrize("seed", [1, 2])
async def test_whatever_becomes_of_the_processes_every_job_ends_once(store, seed):
    await lived(Sharing(store, 2), seed)


async def test_what_is_put_back_from_a_backup_and_fails_takes_no_slot(store, jobs):
    scene = Sharing(store, 1)
    process = await scene.process("a")
    granted = await put(store, job())
    await process.lead()
    assert len(await scene.tables.line.turns()) == 1
    await store.run(lambda db: db.execute("INSERT INTO notes VALUES ('restored_at', ?)", [repr(granted.created + 5)]))
    assert await jobs.stamp_restored() == 1
    assert (await jobs.find(granted.id)).stage is Stage.FAILED
    assert await scene.tables.line.turns() == []
