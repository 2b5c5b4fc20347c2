"""Kill the bot with SIGKILL at random moments and start it again, until every order has ended."""

import asyncio
import contextlib
import math
import signal
from collections import Counter
from collections.abc import AsyncIterator, Callable, Collection

from sandbox.ledger import Entry
from tests.faults.crowd import Crowd
from tests.faults.four_zeros import Witness
from tests.faults.ground import Ground

_LIFE = 4.5
"""Real seconds that a bot lives at most, its start among them."""
# What a kill may wait for, so that the narrow moments are met too: just then a stand-in has applied something.
_EVENTS: tuple[Callable[[Entry], bool], ...] = (
    lambda entry: entry.kind == "provider" and entry.route.startswith("GET /v1/"),
    lambda entry: entry.kind == "paid",
    lambda entry: entry.kind == "clip",
    lambda entry: entry.kind == "fault",
    lambda entry: entry.kind == "interaction" and entry.route.startswith("answered"),
    lambda entry: entry.kind == "message" and any(name.endswith(".mp4") for name in entry.detail["files"]),
    lambda entry: entry.kind == "rest" and entry.route == "POST /channels/{channel_id}/messages",
    lambda entry: entry.kind == "rest" and entry.route == "POST /webhooks/{webhook_id}/{webhook_token}",
)


async def kill_until_all_ended(
    ground: Ground, crowd: Crowd, kills: int, may_end_with: Collection[int] = ()
) -> Counter[str]:
    """Kill that often, then let everything end; returns the stages of all rows at the moments of death.

    `may_end_with`: exit codes with which the bot may end by itself; its supervisor starts it again.
    """
    hit = Counter[str]()
    ordering = asyncio.create_task(crowd.keep_ordering())
    try:
        for number in range(kills):
            # Everything is ordered after two thirds of the kills: the last third strikes what is left to be done.
            crowd.allowed = math.ceil(crowd.wanted * min(1.0, (number + 1) / (kills * 0.66)))
            await ground.bot.start(online=False)
            await random_moment(ground)
            code = await ground.bot.stop(signal.SIGKILL)
            assert code in {-signal.SIGKILL, *may_end_with}, ground.bot.tail()
            hit += ground.stages()
        crowd.allowed = crowd.wanted
        async with supervised(ground, may_end_with):
            await ordering
            await all_settled(ground, crowd)
    finally:
        ordering.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await ordering
    return hit


@contextlib.asynccontextmanager
async def supervised(ground: Ground, may_end_with: Collection[int] = ()) -> AsyncIterator[None]:
    """Keep the bot running, as its supervisor does: started anew whenever it ends with one of these codes."""

    async def keep() -> None:
        while True:
            await ground.bot.start(online=False)
            assert ground.bot.process is not None
            code = await ground.bot.process.wait()
            assert await ground.bot.ended() in may_end_with, f"it ended with {code}\n{ground.bot.tail()}"

    keeping = asyncio.create_task(keep())
    keeping.add_done_callback(lambda _: ground.ledger.touch())
    try:
        await ground.until(lambda: keeping.done() or ground.discord.gateway.connected, "the bot at the gateway")
        yield
    finally:
        keeping.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await keeping


async def all_settled(ground: Ground, crowd: Crowd, within: float = 60.0) -> None:
    """Wait until every order has ended and was told; what has not by then is for the count to find."""
    witness = Witness(ground.discord, ground.ledger)
    with contextlib.suppress(AssertionError):
        await ground.ledger.until(crowd.settled, within=within)
        await ground.ledger.until(lambda: not witness.untold(crowd.orders, ground.scale), within=within / 4)


async def random_moment(ground: Ground) -> None:
    """Wait for a time, or for one of the events after a time, or for a number of entries."""
    rng, ledger = ground.rng, ground.ledger
    began, end = len(ledger.entries), ground.clock.now() + rng.uniform(0.3, _LIFE)
    match rng.randrange(4):
        case 0:
            await ground.clock.until(end)
        case 1 | 2:
            await ground.clock.until(ground.clock.now() + rng.uniform(0.3, _LIFE / 2))
            fits, since = rng.choice(_EVENTS), len(ledger.entries)
            await _or_at(ground, end, lambda: any(map(fits, ledger.entries[since:])))
        case _:
            wanted = began + rng.randrange(10, 150)
            await _or_at(ground, end, lambda: len(ledger.entries) >= wanted)


async def _or_at(ground: Ground, end: float, happened: Callable[[], bool]) -> None:
    with contextlib.suppress(AssertionError):
        await ground.ledger.until(happened, within=max(0.05, end - ground.clock.now()))
