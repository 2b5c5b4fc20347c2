"""One bot of several processes: what members ask for at a gateway is made by workers, whatever dies meanwhile."""

import asyncio
from pathlib import Path

import pytest

from tests.faults.crowd import Crowd
from tests.faults.four_zeros import count
from tests.faults.kills import all_settled
from tests.scale.fleet import Fleet, fleet

VIDEOS = 12


@pytest.fixture
async def these(tmp_path: Path, seed, postgres, database_url):
    async with fleet(tmp_path, seed, postgres, database_url) as some:
        await asyncio.gather(some.gateway("gateway"), some.worker("one"), some.worker("other"))
        yield some


def a_crowd(these: Fleet, videos: int = VIDEOS) -> Crowd:
    here = these.here
    return Crowd(here.discord, here.ledger, here.rng, wanted=videos, allowed=videos)


async def all_well(these: Fleet, crowd: Crowd) -> None:
    """Wait for the end of all orders, and count."""
    await all_settled(these.here, crowd, within=90.0)
    zeros = await count(these.here.discord, these.here.ledger, crowd.orders, these.here.scale)
    zeros.hold(these.here.seed, these.log())
    assert sum(zeros.endings.values()) == crowd.wanted


async def test_videos_from_command_to_clip(these):
    crowd = a_crowd(these)
    await crowd.keep_ordering()
    await all_well(these, crowd)
    for worker in ("one", "other"):
        assert "Accepted by the provider" in these.processes[worker].log
    for process in these.processes.values():
        assert await process.stop() == 0, process.tail()
