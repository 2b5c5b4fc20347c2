"""A start that is blocked waits as long as it is told; one that reaches nothing tries for minutes, then says so."""

import asyncio

import pytest

from bot.connect import Exit
from bot.domain.errors import StoreUnusable
from sandbox import faults
from sandbox.faults import Answer, Reset

LOGIN = "GET /api/v10/users/@me"
PAGE = "<!doctype html><title>Access denied</title>error code: 1015, you are being rate limited"


def blocked(status: int = 429, retry_after: str | None = "3600") -> Answer:
    """Answer as Cloudflare does where it blocks an address."""
    return Answer(status, PAGE, "text/html", {"Retry-After": retry_after} if retry_after else {})


def logins(bot) -> int:
    return len(bot.stand_in.ledger.of("fault", LOGIN)) + len(bot.stand_in.ledger.of("rest", "GET /users/@me"))


def warnings(caplog) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelname in {"WARNING", "ERROR", "CRITICAL"}]


@pytest.mark.parametrize(
    ("answer", "minimum", "maximum"),
    [
        (blocked(), 3600, 3601),
        (blocked(retry_after=None), 900, 901),
        (blocked(retry_after="soon"), 900, 901),
        (blocked(retry_after="0"), 1, 2),
        (blocked(403, "60"), 60, 61),
        (faults.status(429, {"message": "slow", "retry_after": 77}, {"Retry-After": "77"}), 77, 78),
        (faults.status(403, {"code": 40333, "message": "internal network error"}), 900, 901),
    ],
    ids=["1015", "no time", "no number", "at once", "another page", "without Via", "40333"],
)
async def test_a_block_is_waited_for_as_long_as_it_says_in_one_line(bot, answer, minimum, maximum, caplog) -> None:
    bot.faults.add(LOGIN, answer)
    bot.clock.end = bot.clock.begun + 7200
    async with bot.online():
        pass
    [wait] = [wait for wait in bot.clock.slept if wait != 120]
    assert minimum <= wait <= maximum
    assert logins(bot) == 2
    [line] = warnings(caplog)
    assert "blocking this IP address" in line
    assert "<" not in caplog.text
    assert "1015" not in caplog.text


async def test_discord_s_own_rate_limit_is_waited_for_outside_of_the_call(bot) -> None:
    slow = {"message": "slow", "retry_after": 77.0, "global": False}
    bot.faults.add(LOGIN, faults.status(429, slow, {"Retry-After": "77", "Via": "1.1 google"}))
    bot.clock.end = bot.clock.begun + 7200
    async with bot.online():
        pass
    assert [wait for wait in bot.clock.slept if wait != 120] == [77.0]
    assert logins(bot) == 2


async def test_a_restart_meanwhile_is_not_another_login(bot) -> None:
    bot.faults.add(LOGIN, blocked(), times=None)
    bot.clock.end = bot.clock.at + 1800
    for restarts in range(10):
        async with bot.running():
            await bot.clock.over.wait()
            bot.clock.over.clear()
        assert logins(bot) == 1, restarts


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9/api/v10", "http://discord.invalid/api/v10"], ids=["down", "no DNS"]
)
async def test_without_a_network_it_tries_for_five_minutes(bot, url, caplog) -> None:
    bot.url = url
    async with bot.running() as task:
        assert await task is Exit.UNREACHABLE
    assert 300 <= bot.clock.at - bot.clock.begun <= 420
    first, last = warnings(caplog)
    assert "Trying again for 5 minutes" in first
    assert "can't be reached" in last
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize(
    "fault", [faults.html(), faults.status(200, []), faults.empty(), Reset.EARLY, faults.html(404)], ids=str
)
async def test_a_discord_that_is_none_for_a_while_is_tried_again(bot, fault, caplog) -> None:
    bot.faults.add(LOGIN, fault, times=3)
    async with bot.online():
        pass
    assert logins(bot) == 4
    assert len(warnings(caplog)) == 1
    assert bot.stand_in.gateway.identifies == 1


async def test_a_token_that_is_refused_is_not_tried_again(bot) -> None:
    bot.token = "MTAwMDAwMDAwMDAwMDAwMDAwMQ.wrong.token-that-opens-nothing-at-all"
    async with bot.running() as task:
        assert await task is Exit.REFUSED
    assert logins(bot) == 1


async def test_the_gateway_is_asked_for_while_the_bot_prepares_and_joined_after(bot) -> None:
    may_join = asyncio.Event()
    bot.prepare = may_join.wait
    async with bot.running():
        await bot.stand_in.ledger.until(lambda: bot.stand_in.ledger.of("rest", "GET /gateway/bot"))
        assert bot.stand_in.gateway.identifies == 0
        may_join.set()
        await bot.stand_in.ledger.until(lambda: bot.stand_in.gateway.identifies == 1)


async def test_where_preparing_fails_the_start_does_and_the_gateway_is_left_alone(bot) -> None:
    async def prepare() -> None:
        raise StoreUnusable("The database is damaged.", "Restore a backup.")

    bot.prepare = prepare
    async with bot.running() as task:
        with pytest.raises(StoreUnusable):
            await task
    assert bot.stand_in.gateway.identifies == 0
