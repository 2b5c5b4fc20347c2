"""SIGKILL at any moment, again and again: nothing is lost, paid twice, posted twice, or left untold."""

from pathlib import Path

import pytest

from sandbox.faults import Reset, status
from tests.faults.crowd import Crowd
from tests.faults.four_zeros import count
from tests.faults.ground import Ground, behave_oddly, ground
from tests.faults.kills import kill_until_all_ended

SUBMIT = "POST /v1/video/generations"
SUBMIT_OF_VIDEOS = "POST /v1/videos/generations"
JOBS_PER_KILL = 2.5


@pytest.mark.timeout(3600)
async def test_killed_at_random_moments(tmp_path: Path, seed: int, long: bool) -> None:
    kills = 200 if long else 20
    async with ground(tmp_path, seed) as here:
        behave_oddly(here)
        # Now and then the provider takes a job and its answer is lost, or a proxy says 502 over it.
        here.faults.add(SUBMIT, Reset.AFTER, times=None, chance=0.04)
        here.faults.add(SUBMIT, status(502, applied=True), times=None, chance=0.04)
        crowd = Crowd(here.discord, here.ledger, here.rng, wanted=round(kills * JOBS_PER_KILL))
        hit = await kill_until_all_ended(here, crowd, kills)
        zeros = await count(here.discord, here.ledger, crowd.orders, here.scale)
        print(f"\n{kills} kills, {len(crowd.taken)} jobs; rows at the moments of death: {dict(hit)}")
        zeros.hold(seed, here.bot.log)
        assert len(crowd.taken) >= crowd.wanted
        assert await here.bot.stop() == 0, here.bot.tail()


@pytest.mark.timeout(3600)
async def test_where_submits_are_looked_up_not_one_is_left_unclear(tmp_path: Path, seed: int, long: bool) -> None:
    kills = 100 if long else 6
    async with ground(tmp_path, seed, bot={"TOAPIS_DIALECT": "auto"}) as here:
        await find_one_by_our_id(here)
        here.faults.add(SUBMIT_OF_VIDEOS, Reset.AFTER, times=None, chance=0.1)
        here.faults.add(SUBMIT_OF_VIDEOS, status(502, applied=True), times=None, chance=0.1)
        here.faults.add(SUBMIT_OF_VIDEOS, status(502), times=None, chance=0.1)
        crowd = Crowd(here.discord, here.ledger, here.rng, wanted=round(kills * JOBS_PER_KILL))
        hit = await kill_until_all_ended(here, crowd, kills)
        zeros = await count(here.discord, here.ledger, crowd.orders, here.scale)
        print(f"\n{kills} kills, {len(crowd.taken)} jobs; rows at the moments of death: {dict(hit)}")
        zeros.hold(seed, here.bot.log)
        assert zeros.unclear == 0
        assert await here.bot.stop() == 0, here.bot.tail()


async def find_one_by_our_id(here: Ground) -> None:
    """Let the bot see that this provider finds a task by our own id."""
    await here.bot.start()
    use = await here.discord.member("Mara").use("/video", prompt="the first of all", duration=4)
    await use.replied(lambda message: "Done" in message.texts(), within=60.0, what="a video")
    assert await here.bot.stop() == 0, here.bot.tail()
