"""SIGKILL at any moment, again and again: nothing is lost, paid twice, posted twice, or left untold."""

from pathlib import Path

import pytest

from sandbox.faults import Reset, status
from tests.faults.crowd import Crowd
from tests.faults.four_zeros import count
from tests.faults.ground import ground
from tests.faults.kills import kill_until_all_ended

SUBMIT = "POST /v1/video/generations"
JOBS_PER_KILL = 2.5


@pytest.mark.timeout(3600)
async def test_killed_at_random_moments(tmp_path: Path, seed: int, long: bool) -> None:
    kills = 200 if long else 20
    async with ground(tmp_path, seed) as here:
        # Now and then the provider takes a job and its answer is lost, or a proxy says 502 over it.
        here.faults.add(SUBMIT, Reset.AFTER, times=None, chance=0.04)
        here.faults.add(SUBMIT, status(502, applied=True), times=None, chance=0.04)
        crowd = Crowd(here.discord, here.ledger, here.dice, wanted=round(kills * JOBS_PER_KILL))
        hit = await kill_until_all_ended(here, crowd, kills)
        zeros = await count(here.discord, here.ledger, crowd.orders, here.scale)
        print(f"\n{kills} kills, {len(crowd.taken)} jobs; rows at the moments of death: {dict(hit)}")
        zeros.hold(seed, here.bot.log)
        assert len(crowd.taken) >= crowd.wanted
        assert await here.bot.stop() == 0, here.bot.tail()
