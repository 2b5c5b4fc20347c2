"""Kills on a bad road: a share of all connections is reset, stalls, is cut short or crawls. The four zeros hold."""

from pathlib import Path

import pytest

from tests.faults.crowd import Crowd
from tests.faults.four_zeros import count
from tests.faults.ground import behave_oddly, ground, roads
from tests.faults.kills import kill_until_all_ended

JOBS_PER_KILL = 2
# The bot's exit code when Discord's REST does not answer at its start.
UNREACHABLE = 69


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("share", [0.05, 0.2])
async def test_killed_on_a_bad_road(tmp_path: Path, seed: int, long: bool, share: float) -> None:
    kills = 100 if long else 10
    async with ground(tmp_path, seed) as here, roads(here, share) as both:
        behave_oddly(here)
        crowd = Crowd(here.discord, here.ledger, here.rng, wanted=kills * JOBS_PER_KILL)
        hit = await kill_until_all_ended(here, crowd, kills, {UNREACHABLE})
        zeros = await count(here.discord, here.ledger, crowd.orders, here.scale)
        print(f"\n{kills} kills, {len(crowd.taken)} jobs; rows at the moments of death: {dict(hit)}")
        for road, name in zip(both, ("provider", "Discord"), strict=True):
            print(f"connections to {name}: {dict(road.drawn)}")
        # Few connections lead to Discord, and they may all have luck; over both roads some have not.
        assert sum(times for road in both for luck, times in road.drawn.items() if luck != "fine") > 0
        zeros.hold(seed, here.bot.log)
        assert len(crowd.taken) >= crowd.wanted
        await here.bot.stop()
