"""Two processes on the same data hand over again and again, by kills and by clean ends: the zeros, and how soon."""

import asyncio
import math
import signal
from pathlib import Path

import pytest

from sandbox.ledger import Entry
from tests.faults.crowd import Crowd
from tests.faults.four_zeros import count
from tests.faults.ground import Ground, behave_oddly, ground
from tests.faults.kills import all_settled, random_moment
from tests.journeys.bot_process import BotProcess

JOBS_PER_TAKEOVER = 2.5
# What may pass from the end of one to the IDENTIFY of the other, in real seconds.
PROMPT = 5.0
STANDS_BY = "Standing by for process"


class Pair:
    """Two bots with a standby's command, one of which works. `waits` holds what each takeover took, in seconds."""

    def __init__(self, here: Ground) -> None:
        self._here = here
        other = BotProcess(here.discord, here.provider, here.bot.folder, **here.bot.settings)
        self.bots = [here.bot, other]
        self.working, self.waiting = here.bot, other
        self.waits: dict[signal.Signals, list[float]] = {signal.SIGKILL: [], signal.SIGTERM: []}
        # From the last moment with a bot at the gateway to the next one with one: what members notice.
        self.gaps: list[float] = []
        for bot in self.bots:
            bot.words, bot.beside = ("run", "--standby"), True

    async def begin(self) -> None:
        """Start both, one after the other."""
        await self.working.start()
        await self._stand_by(self.waiting)

    async def hand_over(self, number: signal.Signals) -> None:
        """End the one that works, wait until the other does, and let the first stand by for it."""
        made = len(self._identified())
        code = await self.working.stop(number)
        ended = self._here.clock.now()
        assert code == (0 if number is signal.SIGTERM else -number), self.working.tail()
        await self._here.until(lambda: len(self._identified()) > made, "the standby at the gateway")
        new = self._identified()[made]
        self.waits[number].append(new.at - ended)
        left = [entry.at for entry in self._here.ledger.of("gateway", "closed") if entry.at < new.at]
        self.gaps.append(new.at - left[-1])
        self.working, self.waiting = self.waiting, self.working
        await self._here.until(lambda: self._here.discord.gateway.connected, "the standby at work")
        await self._stand_by(self.waiting)

    async def end(self) -> None:
        """Stop the one that waits, then the one that works."""
        for bot in (self.waiting, self.working):
            assert await bot.stop() == 0, bot.tail()

    async def _stand_by(self, bot: BotProcess) -> None:
        before = bot.log.count(STANDS_BY)
        await bot.start(online=False)
        await self._here.until(lambda: bot.log.count(STANDS_BY) > before, "a standby")

    def _identified(self) -> list[Entry]:
        return self._here.ledger.of("gateway", "received op 2")

    def __str__(self) -> str:
        said = "; ".join(
            f"after {number.name} {min(waits):.2f} to {max(waits):.2f} s" for number, waits in self.waits.items()
        )
        return f"from the end of one to the IDENTIFY of the other: {said}; without a bot {max(self.gaps):.2f} s at most"


@pytest.mark.timeout(3600)
async def test_two_hand_over_again_and_again_under_load(tmp_path: Path, seed: int, long: bool) -> None:
    takeovers = 20 if long else 4
    async with ground(tmp_path, seed) as here:
        behave_oddly(here)
        crowd, pair = (
            Crowd(here.discord, here.ledger, here.rng, wanted=round(takeovers * JOBS_PER_TAKEOVER)),
            Pair(here),
        )
        # Nobody is allowed to order before the first takeover.
        ordering = asyncio.create_task(crowd.keep_ordering())
        try:
            await pair.begin()
            for number in range(takeovers):
                crowd.allowed = math.ceil(crowd.wanted * min(1.0, (number + 1) / (takeovers * 0.66)))
                await random_moment(here)
                await pair.hand_over(signal.SIGKILL if number % 2 == 0 else signal.SIGTERM)
            crowd.allowed = crowd.wanted
            await ordering
            await all_settled(here, crowd)
            zeros = await count(here.discord, here.ledger, crowd.orders, here.scale)
            print(f"\n{takeovers} takeovers, {len(crowd.taken)} jobs; {pair}")
            zeros.hold(seed, "".join(bot.log for bot in pair.bots))
            assert len(crowd.taken) >= crowd.wanted
            assert max(*pair.waits[signal.SIGKILL], *pair.waits[signal.SIGTERM]) < PROMPT
            assert " ERROR " not in "".join(bot.log for bot in pair.bots)
            await pair.end()
        finally:
            ordering.cancel()
            await asyncio.gather(ordering, return_exceptions=True)
            for bot in pair.bots:
                if bot.alive:
                    await bot.stop(signal.SIGKILL)
