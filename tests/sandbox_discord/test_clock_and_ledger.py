"""The clock that is moved and the ledger that is waited on."""

import asyncio

import pytest

from sandbox.clock import Clock
from sandbox.ledger import Ledger


async def test_advancing_wakes_those_whose_time_has_come() -> None:
    clock, moved = Clock(1000.0), []
    clock.on_advance(lambda: moved.append(clock.now()))
    soon = asyncio.create_task(clock.until(1900))
    late = asyncio.create_task(clock.until(5000))
    await asyncio.sleep(0)
    clock.advance(900)
    await soon
    assert moved[0] >= 1900
    assert not late.done()
    late.cancel()
    await asyncio.gather(late, return_exceptions=True)
    with pytest.raises(ValueError, match="ahead"):
        clock.advance(-1)


async def test_a_fast_clock_reaches_its_time_by_itself() -> None:
    clock = Clock(0.0, speed=1000.0)
    await clock.until(10.0)
    assert clock.now() >= 10.0


async def test_waiting_for_what_is_written() -> None:
    ledger = Ledger(Clock(5.0))
    waiting = asyncio.create_task(ledger.until(lambda: ledger.of("rest", "messages")))
    await asyncio.sleep(0)
    ledger.write("gateway", "POST /messages")
    ledger.write("rest", "POST /messages", status=200)
    (found,) = await waiting
    assert (found.kind, found.detail["status"], int(found.at)) == ("rest", 200, 5)


async def test_what_does_not_come_is_named_with_what_came() -> None:
    ledger = Ledger(Clock())
    ledger.write("rest", "GET /users/@me")
    with pytest.raises(AssertionError, match=r"the film did not come[\s\S]*GET /users/@me"):
        await ledger.until(lambda: None, within=0.01, what="the film")
