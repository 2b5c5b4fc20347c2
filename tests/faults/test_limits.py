"""Limits hold at every instant: judged by what the provider was paid for, at whatever moment the bot is killed."""

import asyncio
import re
import signal
from collections import Counter
from pathlib import Path

import pytest

from sandbox.faults import Reset, status
from tests.faults.four_zeros import Ending
from tests.faults.ground import SCALE, Ground, ground
from tests.faults.kills import random_moment
from tests.faults.servers import Servers
from tests.faults.spending_model import DAY, Limits, Video, exceeded, let_through
from tests.faults.test_kills import find_one_by_our_id
from tests.journeys.machine import set_ahead

SUBMIT = "POST /v1/video/generations"
QUICK = 120.0
HOUR = 3600.0
SLEEPS = [hours * HOUR for hours in (0, 5, 13, 13, 25, 400)]
THREE = 12  # seconds: three videos of four seconds each
HUNDRED = 100
INSTANT = {"run_seconds": (1.0, 2.0)}
ANSWER, PAYMENT = ("interaction", "answered"), ("paid", "")


class Machine:
    """The bot's machine, which may sleep for hours between two of its lives, while time goes by for everybody."""

    def __init__(self, here: Ground) -> None:
        self._here = here
        self._clock = here.bot.folder / "ahead"
        self.slept = 0.0
        set_ahead(self._clock, 0.0)
        here.bot.on_machine_with_clock(self._clock)

    def sleeps(self, seconds: float) -> None:
        """Let so much time go by at once."""
        self.slept += seconds
        set_ahead(self._clock, self.slept)
        self._here.clock.advance(seconds)


def of_servers(videos: list[Video]) -> Counter[str]:
    return Counter(str(video.server) for video in videos)


async def all_told(servers: Servers, here: Ground) -> None:
    """Wait until everybody has their video, or was told that there is none."""
    try:
        await here.until(servers.all_over, "an end of every order", within=300.0)
    except AssertionError as error:
        raise AssertionError(f"{servers.open_orders()}\n{error}") from None


@pytest.mark.timeout(900)
async def test_every_member_of_many_servers_gets_a_video_or_a_sentence(tmp_path: Path, seed: int, long: bool) -> None:
    members, places = (2000, 50) if long else (500, 20)
    limits = Limits(member_day=8, server_day=16, at_once=10, scale=QUICK)
    async with ground(tmp_path, seed, scale=QUICK, provider=INSTANT, bot=limits.settings()) as here:
        servers = Servers(here)
        # Most servers have more members than the limit lets through, and three have a single one, who asks often.
        servers.open(members - 3, places - 3)
        servers.open(3, 3)
        await here.bot.start()
        arrivals = [place for place in servers.places for _ in range(here.rng.choice((1, 1, 2)))]
        arrivals += [place for place in servers.places[-3:] for _ in range(4)]
        here.rng.shuffle(arrivals)
        await asyncio.gather(*(servers.ask(place) for place in arrivals))
        assert all(order.taken for order in servers.orders)
        await all_told(servers, here)
        paid, may = servers.paid(), let_through(servers.asked.values(), limits)
        ends = Counter(order.ending for order in servers.orders)
        print(f"\n{members} members in {places} servers, {len(arrivals)} orders: {dict(ends)}, {may.total()} allowed")
        assert of_servers(paid) == may
        assert ends == {Ending.VIDEO: may.total(), Ending.REFUSED: len(arrivals) - may.total()}
        assert exceeded(paid, limits) == []
        assert [
            text for text in servers.refusals() if not re.search(r"left of .* in 24 hours.*<t:\d+", text, re.DOTALL)
        ] == []
        assert await here.bot.stop() == 0, here.bot.tail()


@pytest.mark.parametrize(
    ("limits", "killed_at"),
    [
        pytest.param(Limits(at_once=3), None, id="a member's videos at once"),
        pytest.param(Limits(at_once=3), PAYMENT, id="a member's videos at once, killed at a payment"),
        pytest.param(Limits(member_day=THREE, at_once=HUNDRED), ANSWER, id="a member's day, killed at an answer"),
        pytest.param(Limits(server_month=THREE, at_once=HUNDRED), PAYMENT, id="a server's month, killed at a payment"),
        pytest.param(Limits(bot_day=THREE + 4, at_once=HUNDRED), ANSWER, id="the bot's day, killed at an answer"),
    ],
)
async def test_of_a_hundred_commands_at_once_three_are_let_through(
    tmp_path: Path, seed: int, limits: Limits, killed_at: tuple[str, str] | None
) -> None:
    bot = {**limits.settings(), "TOAPIS_DIALECT": "auto"}
    async with ground(tmp_path, seed, provider=INSTANT, bot=bot) as here:
        servers = Servers(here)
        servers.open(1 if limits.server_month is None and limits.bot_day is None else 10, 1)
        # One more video, somebody else's in another server, by which the bot learns that submits can be looked up.
        await find_one_by_our_id(here)
        here.provider.hold()
        await here.bot.start()
        asking = asyncio.gather(*(servers.ask(here.rng.choice(servers.places)) for _ in range(HUNDRED)))
        if killed_at is not None:
            before = len(here.ledger.of(*killed_at))
            await here.until(lambda: len(here.ledger.of(*killed_at)) > before + 1, f"a moment {killed_at}")
            await here.bot.stop(signal.SIGKILL)
            await here.bot.start()
        await asking
        # Whom the kill has left without an answer asks again, and so do others.
        await asyncio.gather(*(servers.ask(here.rng.choice(servers.places)) for _ in range(10)))
        await here.until(lambda: len(servers.open_orders()) <= 3, "a refusal of all but three", within=90.0)
        here.provider.release()
        await all_told(servers, here)
        assert len(here.provider.tasks) - 1 == len({video.prompt for video in servers.paid()}) == 3


@pytest.mark.timeout(900)
async def test_no_limit_is_exceeded_at_any_instant(tmp_path: Path, seed: int, long: bool) -> None:
    limits = Limits(24, 60, 40, 150, 90, 330, at_once=3, scale=SCALE)
    lives = 60 if long else 8
    async with ground(tmp_path, seed, bot=limits.settings()) as here:
        machine = Machine(here)
        here.faults.add(SUBMIT, Reset.AFTER, times=None, chance=0.2)
        here.faults.add(SUBMIT, status(502, applied=True), times=None, chance=0.1)
        here.faults.add(SUBMIT, status(503), times=None, chance=0.05)
        servers = Servers(here)
        servers.open(members=8, servers=3, joins=2)
        servers.and_directly()
        for _ in range(lives):
            await here.bot.start()
            orders = (servers.ask(here.rng.choice(servers.places), here.rng.randint(4, 15)) for _ in range(12))
            asking = asyncio.gather(*orders)
            await random_moment(here)
            servers.fail_some(0.3)
            if here.rng.random() < 0.3:
                await asking
                assert await here.bot.stop() == 0, here.bot.tail()
            await here.bot.stop(signal.SIGKILL)
            await asking
            machine.sleeps(here.rng.choice(SLEEPS) / SCALE)
        await here.bot.start()
        await all_told(servers, here)
        paid = servers.paid()
        ends = Counter(order.ending for order in servers.orders)
        days = machine.slept * SCALE / DAY
        print(f"\n{lives} lives in {days:g} days, {len(servers.orders)} orders: {dict(ends)}, {len(paid)} paid for")
        assert exceeded(paid, limits) == []
        assert ends[Ending.REFUSED] > 0
        assert len({video.prompt for video in paid}) == len(paid) > lives
