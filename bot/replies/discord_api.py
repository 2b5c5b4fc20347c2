"""Calls to Discord: within the rate limits, each in a time of its own, its failure classified."""

import asyncio
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Final, TypeVar

import aiohttp
import discord

from bot.discord_limits import TOKEN_USE_SECONDS
from bot.domain.reply import Reply, Route
from bot.replies.api_errors import API_ERRORS, SendFailure, classify, retry_after
from bot.replies.messages import Messages
from bot.studio.ports import Clock, NotNow, Outcome, Posted

_T = TypeVar("_T")

# Seconds of a call that carries no file, with what the library repeats by itself.
CALL_SECONDS = 20.0
# Observed of Discord: a hidden 30 a minute and channel for what goes through tokens.
CHANNEL_BURST, CHANNEL_EVERY = 10, 3.0
# Of the bot's own 50 requests a second, in all channels together.
BOT_BURST, BOT_EVERY = 5, 1 / 20
# Channels whose rate limits are remembered before the idle ones are forgotten.
_MAX_CHANNELS = 1000


# Seconds after which what this process may not send is tried again, should it be allowed to by then.
_MAY_NOT_SECONDS: Final = 5.0


@dataclass(slots=True)
class _Call:
    """A call and its requests, which the library may repeat.

    Of a 429 that it waits for, how many `seconds` Discord asked for, and when (`at`, loop time). `withheld`: a request
    was not sent, or not sent whole, since `may_send` did not allow it; `ended` counts those that were answered.
    """

    may_send: Callable[[], bool]
    seconds: float | None = None
    at: float = 0.0
    withheld: bool = False
    ended: int = 0


class _Withheld(OSError):
    """A piece of a request that was not handed to the socket, since this process may not send any more."""


_CALL: Final[ContextVar[_Call | None]] = ContextVar("the call that is being made", default=None)


def trace_calls(trace: aiohttp.TraceConfig) -> aiohttp.TraceConfig:
    """Make the client's trace show the 429s that the library waits for, and keep back what may not be sent any more.

    aiohttp calls it just before it hands the head of a request, or a piece of its body, to the socket: what raises then
    keeps that from it, and the connection is closed.
    """
    trace.on_request_start.append(_note_start)
    trace.on_request_headers_sent.append(_withhold)
    trace.on_request_chunk_sent.append(_withhold)
    trace.on_request_end.append(_note_end)
    return trace


async def _withhold(_: object, __: SimpleNamespace, ___: object) -> None:
    if (call := _CALL.get()) is not None and not call.may_send():
        call.withheld = True
        raise _Withheld("the process may not send any more")


async def _note_start(_: object, __: SimpleNamespace, ___: aiohttp.TraceRequestStartParams) -> None:
    if (call := _CALL.get()) is not None:
        call.seconds = None


async def _note_end(_: object, __: SimpleNamespace, ended: aiohttp.TraceRequestEndParams) -> None:
    if (call := _CALL.get()) is None:
        return
    call.ended += 1
    if ended.response.status == 429:
        call.seconds, call.at = retry_after(429, ended.response.headers), asyncio.get_running_loop().time()


def _always() -> bool:
    return True


class DiscordApi:
    """Make the background's calls; there is one for all of them, since some answers concern every call.

    `messages` is what can be called. `permit` is called at the begin of each call, and what it returns tells whether
    that call may still send what only one process may.
    """

    def __init__(
        self, client: discord.Client, clock: Clock, permit: Callable[[], Callable[[], bool]] = lambda: _always
    ) -> None:
        self.messages = Messages(client)
        self._permit = permit
        self._clock = clock
        self._refused_at = 0.0
        self._refused_for = 0.0
        self._of_bot = RateLimit(clock, BOT_BURST, BOT_EVERY)
        self._of_channels: dict[int, RateLimit] = {}

    def token_lives(self, reply: Reply) -> bool:
        """Tell whether the token of the reply's interaction is safely young."""
        return reply.token_lives(self._clock.now(), TOKEN_USE_SECONDS)

    def reserve(self, route: Route, channel_id: int) -> float:
        """Reserve an edit or a message, and return in how many seconds it may go out; a clip goes out at once."""
        if (of_channel := self._of_channels.get(channel_id)) is None:
            if len(self._of_channels) >= _MAX_CHANNELS:
                self._of_channels = {key: limit for key, limit in self._of_channels.items() if not limit.idle}
            of_channel = self._of_channels[channel_id] = RateLimit(self._clock, CHANNEL_BURST, CHANNEL_EVERY)
        as_bot = route in {Route.BOT, Route.CHANNEL, Route.DIRECT}
        return max(of_channel.reserve(), self._of_bot.reserve() if as_bot else 0.0)

    async def send(
        self, seconds: float, call: Callable[[], Awaitable[discord.Message]], reply: Reply | None = None
    ) -> Outcome:
        """Make a call that edits or posts a message, as `call` does; return where the message is."""
        answer = await self.call(seconds, call, reply)
        return Posted(answer.channel.id, answer.id) if isinstance(answer, discord.Message) else answer

    async def call(
        self, seconds: float, call: Callable[[], Awaitable[_T]], reply: Reply | None = None
    ) -> _T | SendFailure:
        """Make a call within so many seconds; `reply` where it goes through that reply's token.

        A call that was cut off while it waited for a rate limit has not been applied: it is NotNow for the rest. Nor
        has one that this process may not make, or whose body it may not write to its end.
        """
        making = _Call(self._permit())
        if not making.may_send():
            return _may_not()
        if (left := self._refused_still()) > 0:
            return NotNow(left, "Discord takes no call of ours")
        tracing = _CALL.set(making)
        try:
            async with asyncio.timeout(seconds):
                return await call()
        except API_ERRORS as error:
            if making.withheld and not making.ended:
                return _may_not()
            if isinstance(error, TimeoutError) and making.seconds is not None:
                passed = asyncio.get_running_loop().time() - making.at
                return NotNow(max(making.seconds - passed, 0.0), "rate limited")
            failure = classify(error, self._clock.now(), reply.token_at if reply else None)
            if isinstance(failure, NotNow) and failure.everywhere:
                self._refused_at, self._refused_for = self._clock.now(), failure.after
            return failure
        finally:
            _CALL.reset(tracing)

    def _refused_still(self) -> float:
        """Return for how long Discord takes no call of ours, in scaled seconds."""
        passed = self._clock.elapsed(self._refused_at)
        # Where the machine's clock was set back, do not wait: at worst one more call is refused.
        return max(self._refused_for - passed, 0.0) if passed >= 0 else 0.0


def _may_not() -> NotNow:
    return NotNow(_MAY_NOT_SECONDS, "this process may not send now")


class RateLimit:
    """A rate limit of our own, in scaled seconds: `burst` calls at once, then one `every` so many seconds."""

    def __init__(self, clock: Clock, burst: int, every: float) -> None:
        self._clock = clock
        self._every = every
        self._ahead = burst * every
        self._since = clock.now()
        self._last = 0.0
        self._reserved_until = 0.0

    def reserve(self) -> float:
        """Reserve the next call, and return in how many seconds it may be made.

        A call that cannot wait may be made at once: those reserved after it come later.
        """
        now = self._clock.elapsed(self._since)
        if now < self._last:
            # The machine's clock was set back: forget what was reserved before.
            self._reserved_until = now
        self._last = now
        self._reserved_until = max(self._reserved_until, now) + self._every
        return max(0.0, self._reserved_until - self._ahead - now)

    @property
    def idle(self) -> bool:
        """Tell whether the time of every reserved call has come."""
        return self._reserved_until <= self._clock.elapsed(self._since)
