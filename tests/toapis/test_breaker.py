"""A provider that does not answer is asked by one at a time."""

import asyncio
from random import Random

from bot.toapis.polling import OPENS_AFTER, Breaker
from tests.toapis.fakes import FakeClock


def failing(breaker: Breaker, times: int = OPENS_AFTER) -> None:
    for _ in range(times):
        breaker.failed()


async def test_a_closed_breaker_costs_nothing() -> None:
    clock = FakeClock()
    breaker = Breaker(clock, Random(1))
    failing(breaker, OPENS_AFTER - 1)
    async with breaker.permit():
        assert clock.slept == []
    assert not breaker.is_down


async def test_one_at_a_time_looks_whether_the_provider_is_back() -> None:
    clock, inside, maximum = FakeClock(), 0, 0
    breaker = Breaker(clock, Random(1))
    failing(breaker)

    async def ask() -> None:
        nonlocal inside, maximum
        async with breaker.permit():
            inside += 1
            maximum = max(maximum, inside)
            for _ in range(5):
                await asyncio.sleep(0)
            inside -= 1
            breaker.failed()

    await asyncio.gather(*(ask() for _ in range(6)))
    assert maximum == 1
    assert len(clock.slept) == 6
    assert clock.slept[0] == 5.0
    assert clock.slept[-1] > 25


async def test_an_answer_lets_everyone_through() -> None:
    clock = FakeClock()
    breaker = Breaker(clock, Random(1))
    failing(breaker)
    assert breaker.failing_since == clock.time
    together = asyncio.Barrier(5)

    async def ask(*, first: bool) -> None:
        async with breaker.permit():
            if first:
                breaker.succeeded()
            else:
                await together.wait()  # all inside at once, or none goes on

    await asyncio.gather(ask(first=True), *(ask(first=False) for _ in range(5)))
    assert len(clock.slept) == 1
    assert not breaker.is_open()
    assert breaker.failing_since is None


async def test_a_probe_that_is_cancelled_leaves_the_breaker_to_the_next() -> None:
    clock = FakeClock()
    breaker = Breaker(clock, Random(1))
    failing(breaker)
    entered, done = asyncio.Event(), asyncio.Event()

    async def hang() -> None:
        async with breaker.permit():
            entered.set()
            await asyncio.Event().wait()

    async def ask() -> None:
        async with breaker.permit():
            done.set()

    probe = asyncio.create_task(hang())
    await entered.wait()
    follower = asyncio.create_task(ask())
    probe.cancel()
    await asyncio.wait([probe, follower])
    assert done.is_set()


async def test_a_pause_that_the_provider_asks_for_holds_for_all() -> None:
    clock = FakeClock()
    breaker = Breaker(clock, Random(1))
    breaker.pause(40.0)
    assert breaker.is_open()
    assert not breaker.is_down
    async with breaker.permit():
        assert 40.0 <= clock.slept[0] <= 44.0
    async with breaker.permit():
        assert len(clock.slept) == 1
