"""Random histories of processes that share a line: never too many turns, none twice, and no job forgotten."""

import tempfile
from pathlib import Path
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.stages import Stage
from tests.studio.sharing import Sharing, sharing
from tests.studio.sharing_history import History


async def lived(scene: Sharing, seed: int, things: int = 80) -> History:
    """Live a history to its end, and look at what became of every job."""
    history = History(scene, Random(seed))
    for _ in range(3):
        await history.come()
    for _ in range(things):
        await history.go_on()
    await history.end()
    for job_id in history.jobs:
        row = await scene.row(job_id)
        assert row.stage in {Stage.DELIVERED, Stage.CANCELLED}
        assert history.told[job_id] == 1
        assert history.sent[job_id] == (row.stage is Stage.DELIVERED)
    return history


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
@given(seed=st.integers(0, 2**32), slots=st.integers(1, 3))
async def test_whatever_becomes_of_the_processes_every_job_ends_once(seed, slots):
    with tempfile.TemporaryDirectory() as folder:
        async with sharing(Path(folder), slots) as scene:
            await lived(scene, seed)


async def test_the_slots_are_all_used(tmp_path):
    async with sharing(tmp_path, 2) as scene:
        assert (await lived(scene, 1, 200)).most == 2
