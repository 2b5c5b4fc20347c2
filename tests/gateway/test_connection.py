"""A gateway that ends every connection early is tried less and less often, and hardly spoken of."""

import asyncio
import json

import pytest

from bot.connect import Exit
from sandbox.discord import Settings
from sandbox.discord.gateway_faults import GatewayFault

HOUR = 3600.0


def lines(caplog) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelname in {"INFO", "WARNING", "ERROR"}]


@pytest.mark.parametrize("fault", list(GatewayFault))
async def test_an_hour_of_early_ends_is_a_few_dozen_tries_and_lines(bot, fault, caplog) -> None:
    gateway = bot.stand_in.gateway
    async with bot.online():
        gateway.faults.now = fault
        await gateway.drop(4000)
        await bot.clock.over.wait()
    # Waits of 1, 2, 4 … 120 s with half of them left to chance: some 50 an hour, once 20 000 a minute.
    connections = len(gateway.closes)
    assert 20 <= connections <= 80
    assert gateway.identifies <= 80
    # One line a minute, and those of the start and the end.
    assert len([line for line in lines(caplog) if "end early" in line]) <= 61
    assert len(lines(caplog)) <= 70


async def test_the_first_connection_after_a_good_one_is_made_at_once(bot) -> None:
    gateway = bot.stand_in.gateway
    # Time stands still but for what is moved here: whoever waits waits for ever.
    bot.clock.end = bot.clock.at
    async with bot.online():
        for count in range(1, 4):
            bot.clock.at += 100
            await gateway.drop(4000)
            await bot.stand_in.ledger.until(lambda count=count: gateway.resumes == count and gateway.connected)
    assert gateway.identifies == 1


async def test_waits_have_jitter_and_begin_anew_after_a_good_connection(bot) -> None:
    gateway = bot.stand_in.gateway
    async with bot.online():
        gateway.faults.now = GatewayFault.CLOSE
        await gateway.drop(4000)
        waits = await bot.stand_in.ledger.until(lambda: _growing(bot.clock.slept), what="four waits that grow")
        gateway.faults.now = None
    assert len({wait / longest for wait, longest in zip(waits, _LONGEST, strict=True)}) == len(_LONGEST)


_LONGEST = (1, 2, 4, 8)


def _growing(slept) -> list[float]:
    """Find the first waits of one bad time, from the shortest; on a busy machine it may have begun more than once."""
    waits = [wait for wait in slept if wait < 100]
    for at in range(len(waits) - len(_LONGEST) + 1):
        chain = waits[at : at + len(_LONGEST)]
        if all(longest / 2 <= wait <= longest for wait, longest in zip(chain, _LONGEST, strict=True)):
            return chain
    return []


async def test_identifies_are_counted_over_restarts(bot) -> None:
    gateway = bot.stand_in.gateway
    bot.notes.kept["identifies"] = json.dumps([bot.clock.at - 2.0])
    bot.clock.end = bot.clock.at + 2.5
    async with bot.running():
        # 5 s must lie between two IDENTIFYs, whatever process made them.
        await bot.clock.over.wait()
        assert gateway.identifies == 0
        bot.clock.over.clear()
        bot.clock.end = bot.clock.begun + 3.5
        await bot.stand_in.wait_online()
    assert len(json.loads(bot.notes.kept["identifies"])) == 2


class TestDiscordsOwnLimit:
    """`session_start_limit`."""

    @pytest.fixture
    def settings(self) -> Settings:
        return Settings(global_rate=None, other_rate=(100_000, 1.0), invalid_requests=None, identifies_a_day=1)

    async def test_no_session_is_begun_while_none_is_left(self, bot, caplog) -> None:
        gateway = bot.stand_in.gateway
        async with bot.online():
            pass
        await gateway.wait_offline()
        bot.notes.kept.clear()
        async with bot.running():
            # It asks every ten minutes, for as long as Discord says no.
            await bot.clock.over.wait()
        assert gateway.identifies == 1
        assert len([line for line in lines(caplog) if "allows no new session" in line]) == 1

    async def test_when_the_day_is_over_it_goes_on(self, bot) -> None:
        gateway = bot.stand_in.gateway
        async with bot.online():
            pass
        await gateway.wait_offline()
        bot.clock.end = bot.clock.begun + 10 * HOUR
        async with bot.running():
            asked = len(bot.stand_in.ledger.of("rest", "GET /gateway/bot"))
            await bot.stand_in.ledger.until(lambda: len(bot.stand_in.ledger.of("rest", "GET /gateway/bot")) > asked + 2)
            assert gateway.identifies == 1
            bot.stand_in.clock.advance(86_400)
            await bot.stand_in.wait_online()
        assert gateway.identifies == 2
        assert gateway.token_valid


async def test_a_refusal_for_good_ends_with_its_code(bot) -> None:
    for code in (4004, 4013, 4014):
        bot.stand_in.refuse_identify(code)
        async with bot.running() as task:
            assert await asyncio.wait_for(task, 10) is Exit.REFUSED


async def test_another_process_is_noticed_by_the_sessions_it_begins(bot) -> None:
    gateway = bot.stand_in.gateway
    bot.clock.end = bot.clock.begun + 600
    async with bot.online():
        await bot.clock.over.wait()
    assert bot.foreign_sessions.meanwhile == []
    bot.clock.end = bot.clock.at + 600
    bot.clock.over.clear()
    async with bot.online():
        bot.clock.at += 61
        gateway.identified_elsewhere(2)
        await bot.clock.over.wait()
    assert bot.foreign_sessions.meanwhile == [2]
