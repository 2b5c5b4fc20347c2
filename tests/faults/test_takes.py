"""SIGKILL while takes are made, wait for each other and are posted: none is paid, posted or told twice, or lost."""

import signal
from collections import Counter
from pathlib import Path

import pytest

from tests.faults.ground import BRIEF, SCALE, ground
from tests.faults.kills import random_moment, supervised
from tests.journeys.scene import is_video

TAKES = {"a fox twice": 2, "a hare three times": 3, "an owl four times": 4}


@pytest.mark.timeout(900)
async def test_killed_while_takes_are_made(tmp_path: Path, seed: int, long: bool) -> None:
    kills = 40 if long else 6
    async with ground(tmp_path, seed, bot={"TOAPIS_DIALECT": "videos"}, provider=BRIEF) as here:
        mara = here.discord.member("Mara")
        await here.bot.start()
        uses = {prompt: await mara.use("/video", prompt=prompt, duration=4, takes=n) for prompt, n in TAKES.items()}
        for use in uses.values():
            # A command that is killed before it is saved is told so: tests/faults/test_acknowledged.py.
            await use.replied(lambda message: "#" in message.texts(), what="the card of the takes")
        for _ in range(kills):
            assert await here.bot.stop(signal.SIGKILL) == -signal.SIGKILL, here.bot.tail()
            await here.bot.start(online=False)
            await random_moment(here)
        assert await here.bot.stop(signal.SIGKILL) == -signal.SIGKILL, here.bot.tail()
        async with supervised(here):
            for use in uses.values():
                await use.replied(lambda message: any(map(is_video, message.media())), within=120.0, what="the takes")
            await here.until(lambda: len(mara.pings()) >= len(TAKES), "the pings", within=120.0)
    paid = Counter(str(entry.detail["body"]["prompt"]) for entry in here.ledger.of("paid"))
    assert paid == TAKES
    messages = [[name for name in each.media() if is_video(name)] for each in mara.sees("videos")]
    held = [names for names in messages if names]
    assert sorted(map(len, held)) == sorted(TAKES.values())
    assert max(Counter(name for names in held for name in names).values()) == 1
    assert len(mara.pings()) == len(TAKES)
    assert here.scale == SCALE
