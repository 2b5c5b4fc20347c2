"""Whatever dies, stops or is stopped: nothing is lost, paid twice, posted twice, or left untold, over all processes."""

import asyncio
from pathlib import Path
from statistics import median

import pytest

from tests.faults.crowd import Crowd
from tests.faults.four_zeros import Witness, count
from tests.faults.kills import all_settled
from tests.scale.fleet import Fleet, fleet
from tests.scale.strikes import FEW, MOMENTS, STRIKES

# Videos and workers of a small run, and of a whole one.
SMALL, WHOLE = (8, 2), (200, 3)


async def started(these: Fleet, workers: int, *, whole: bool) -> None:
    begun = [these.worker(f"worker {number}") for number in range(workers)]
    shards = (("--shards", "0/2"), ("--shards", "1/2")) if whole else ((),)
    await asyncio.gather(*(these.gateway(f"gateway {number}", *words) for number, words in enumerate(shards)), *begun)


# Of the run in which nothing was struck, which comes first: median and worst, in seconds.
UNDISTURBED: dict[bool, tuple[float, float]] = {}


def delays(these: Fleet, crowd: Crowd) -> list[float]:
    """Return the real seconds from each answer to the end that was shown."""
    told = Witness(these.here.discord, these.here.ledger).told()
    shown = [(told.ended.get(order.use.reply.id), told.answered.get(order.use.id)) for order in crowd.taken]
    return [end - answered for end, answered in shown if end is not None and answered is not None]


@pytest.fixture
def own_url(own_postgres):
    with own_postgres.database() as url:
        yield url


@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", STRIKES)
async def test_struck(tmp_path: Path, seed, long, own_postgres, own_url, name) -> None:
    videos, workers = WHOLE if long else SMALL
    async with fleet(tmp_path, seed, own_postgres, own_url) as these:
        here = these.here
        await started(these, workers, whole=long)
        crowd = Crowd(here.discord, here.ledger, here.rng, wanted=videos, allowed=videos)
        ordering = asyncio.create_task(crowd.keep_ordering())
        try:
            await STRIKES[name](these, MOMENTS if long else FEW)
            await ordering
            await all_settled(here, crowd, within=240.0 if long else 90.0)
            zeros = await count(here.discord, here.ledger, crowd.orders, here.scale)
            waited = delays(these, crowd)
            usual, slowest = UNDISTURBED.setdefault(long, (median(waited), max(waited)))
            print(f"\n{name}: {len(waited)} ends, median {median(waited):.1f} s, worst {max(waited):.1f} s")
            more = median(waited) - usual, max(waited) - slowest
            print(f"more than in the first run here: median {more[0]:.1f} s, worst {more[1]:.1f} s")
            zeros.hold(seed, these.log())
        finally:
            ordering.cancel()
        for process in these.processes.values():
            assert await process.stop() == 0, process.tail()
