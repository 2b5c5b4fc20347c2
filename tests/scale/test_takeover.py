"""What one process has begun another one ends: after a death, a stop, or a whole other set-up."""

import signal
from pathlib import Path

import pytest

from bot.domain.processes import LEASE_SECONDS
from tests.faults.crowd import Crowd
from tests.faults.four_zeros import count
from tests.faults.kills import all_settled
from tests.scale.fleet import Fleet, fleet

VIDEOS = 6


async def ordered(these: Fleet) -> Crowd:
    """Let one bot alone take orders, and kill it once the provider has them all: the rows are there for the others."""
    here = these.here
    alone = these.add("alone")
    await alone.start()
    crowd = Crowd(here.discord, here.ledger, here.rng, wanted=VIDEOS, allowed=VIDEOS)
    await crowd.keep_ordering()
    await here.until(lambda: alone.log.count("Accepted by the provider as task") == VIDEOS, "all accepted")
    await alone.stop(signal.SIGKILL)
    return crowd


async def all_well(these: Fleet, crowd: Crowd) -> None:
    """Wait for the end of all orders, and count."""
    await all_settled(these.here, crowd, within=90.0)
    zeros = await count(these.here.discord, these.here.ledger, crowd.orders, these.here.scale)
    zeros.hold(these.here.seed, these.log())
    # One may have been killed before the provider's answer was written down: its member is asked.
    assert zeros.endings["video"] >= VIDEOS - 1


@pytest.fixture
async def these(tmp_path: Path, seed, postgres, database_url):
    # Long enough for a stop in the middle.
    async with fleet(tmp_path, seed, postgres, database_url, provider={"run_seconds": (600.0, 900.0)}) as some:
        yield some


async def test_workers_end_what_one_bot_alone_had_begun(these):
    crowd = await ordered(these)
    await these.worker("one")
    await these.worker("other")
    await all_well(these, crowd)


async def test_a_worker_that_is_told_to_stop_hands_over_and_no_one_waits_for_its_lease(these):
    crowd = await ordered(these)
    one = await these.worker("one")
    await these.drives(VIDEOS)
    await these.worker("other")
    one.send(signal.SIGTERM)
    seconds = await these.handed_over(one)
    print(f"\nhanded over {seconds:.1f} s after SIGTERM")
    # It would be all of that where it only let go.
    assert seconds < LEASE_SECONDS / 2
    assert await one.ended() == 0, one.tail()
    await all_well(these, crowd)


async def test_what_a_killed_worker_drove_another_ends_after_its_lease(these):
    crowd = await ordered(these)
    one = await these.worker("one")
    await these.drives(VIDEOS)
    await one.stop(signal.SIGKILL)
    await these.worker("other")
    await all_well(these, crowd)
