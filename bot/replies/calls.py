"""One call to Discord: in its own time, judged, and not made at all while Discord takes none of ours."""

import asyncio
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Final, TypeVar

import aiohttp
import discord

from bot.domain.reply import Reply, Rung
from bot.replies.messages import Messages
from bot.replies.outcome import TROUBLE, Missed, judge, retry_after
from bot.replies.turns import Turns
from bot.studio.ports import Clock, NotNow

_T = TypeVar("_T")

# Observed of Discord: a hidden 30 a minute and channel for what goes through tokens.
CHANNEL_BURST, CHANNEL_EVERY = 10, 3.0
# Of the bot's own 50 requests a second, in all channels together.
BOT_BURST, BOT_EVERY = 5, 1 / 20
# Channels whose turns are remembered before those that rest are forgotten.
_CHANNELS_MOST = 1000


@dataclass(slots=True)
class _Slowed:
    """A 429 after which the library waits inside a call, in place of answering: what it asked for, and when."""

    seconds: float | None = None
    at: float = 0.0


_SLOWED: Final[ContextVar[_Slowed | None]] = ContextVar("the rate limit that a call waits for", default=None)


def listen(trace: aiohttp.TraceConfig) -> aiohttp.TraceConfig:
    """Let the client's trace show the 429s that the library waits for by itself, and return it."""
    trace.on_request_start.append(_note_start)
    trace.on_request_end.append(_note_end)
    return trace


async def _note_start(_: object, __: SimpleNamespace, ___: aiohttp.TraceRequestStartParams) -> None:
    if (slowed := _SLOWED.get()) is not None:
        slowed.seconds = None


async def _note_end(_: object, __: SimpleNamespace, ended: aiohttp.TraceRequestEndParams) -> None:
    if (slowed := _SLOWED.get()) is not None and ended.response.status == 429:
        slowed.seconds, slowed.at = retry_after(429, ended.response.headers), asyncio.get_running_loop().time()


class Calls:
    """Makes the background's calls; one for all of them, since some answers are about every call.

    `messages` is what can be called.
    """

    def __init__(self, client: discord.Client, clock: Clock) -> None:
        self.messages = Messages(client)
        self._clock = clock
        self._refused_at = 0.0
        self._refused_for = 0.0
        self._by_bot = Turns(clock, BOT_BURST, BOT_EVERY)
        self._by_channel: dict[int, Turns] = {}

    def turn(self, rung: Rung, channel_id: int) -> float:
        """Take a turn for an edit or a message; returns in how many seconds it comes. A clip does not wait for it."""
        if (turns := self._by_channel.get(channel_id)) is None:
            if len(self._by_channel) >= _CHANNELS_MOST:
                self._by_channel = {key: turns for key, turns in self._by_channel.items() if not turns.idle}
            turns = self._by_channel[channel_id] = Turns(self._clock, CHANNEL_BURST, CHANNEL_EVERY)
        own = rung in {Rung.BOT, Rung.CHANNEL, Rung.DIRECT}
        return max(turns.take(), self._by_bot.take() if own else 0.0)

    async def make(self, seconds: float, call: Callable[[], Awaitable[_T]], reply: Reply | None = None) -> _T | Missed:
        """Make a call within so many seconds; `reply` where it goes through that reply's token.

        A call that was cut off while it waited for a rate limit has not been applied: it is NotNow for the rest.
        """
        if (left := self._left()) > 0:
            return NotNow(left, "Discord takes no call of ours")
        slowed = _Slowed()
        listening = _SLOWED.set(slowed)
        try:
            async with asyncio.timeout(seconds):
                return await call()
        except TROUBLE as error:
            if isinstance(error, TimeoutError) and slowed.seconds is not None:
                passed = asyncio.get_running_loop().time() - slowed.at
                return NotNow(max(slowed.seconds - passed, 0.0), "rate limited")
            return self._heeded(judge(error, self._clock.now(), reply.token_at if reply else None))
        finally:
            _SLOWED.reset(listening)

    def _heeded(self, missed: Missed) -> Missed:
        """Remember what holds for every call."""
        if isinstance(missed, NotNow) and missed.everywhere:
            self._refused_at, self._refused_for = self._clock.now(), missed.after
        return missed

    def _left(self) -> float:
        """Return how long Discord takes no call of ours, in scaled seconds."""
        passed = self._clock.elapsed(self._refused_at)
        # A machine's clock that was set back keeps nobody waiting: one call more is refused, if at all.
        return max(self._refused_for - passed, 0.0) if passed >= 0 else 0.0
