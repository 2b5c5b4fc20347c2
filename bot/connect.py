"""Staying connected to Discord, and how the process ends: by a signal, or when Discord refuses it for good."""

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

import discord

from bot.client import SeedreelClient
from bot.domain.backoff import Backoff, read_retry_after
from bot.domain.errors import StoreFull
from bot.domain.shards import Shards
from bot.exits import Exit
from bot.gateway.connection import FINAL_CLOSE_CODES
from bot.gateway.identifies import ForeignSessions
from bot.gateway.session_starts import NoteStore, OwnStarts, StartRecord
from bot.replies.api_errors import API_ERRORS
from bot.studio.ports import Clock

log = logging.getLogger(__name__)

# How long a start goes on trying where there is no network, no DNS or no Discord, in seconds; then a supervisor's turn.
_TRYING: Final = 300.0
_FIRST_WAIT, _LONGEST_WAIT = 2.0, 60.0
# Seconds for one try; the library repeats a server's error for 25 s.
_TRY_SECONDS: Final = 60.0
# Seconds of a block that does not say how long it lasts, and of the longest one that is believed.
_BLOCK_USUAL, _MAX_BLOCK = 900.0, 86_400.0
_BLOCKED_NOTE: Final = "login blocked until"
_CLOUDFLARE_BLOCKS: Final = 40333
_CLOSED_OTHERWISE: Final = "Discord closed the connection for good (%d). Check DISCORD_TOKEN and the bot."
# Discord, "Gateway Close Event Codes".
_CLOSED: Final = {
    4010: "Discord knows no such shard (%d). Check --shards.",
    4011: "Discord requires more shards (%d): restart all gateways with a larger count in --shards.",
}


class _Unreachable(Exception):
    """Discord was tried for long enough; the message says what happened last."""


@dataclass(frozen=True, slots=True)
class Share:
    """What one of several processes with one token connects: its shards (None: all), and the day's starts of all."""

    shards: Shards | None
    record: StartRecord


async def connect(
    client: SeedreelClient,
    token: str,
    notes: NoteStore,
    clock: Clock,
    foreign_sessions: ForeignSessions,
    share: Share | None = None,
) -> Exit:
    """Log in and stay connected; ends only when the client is closed, refused for good, or Discord is out of reach.

    `share`: for one of several processes; without, it is the only one.
    """
    logins, mine = _Logins(notes, clock), share or Share(None, OwnStarts(notes, clock))

    async def join() -> None:
        await logins.wait_out_block()
        await logins.until_done(lambda: _log_in(client, token))
        learning = logins.until_done(lambda: client.learn_gateway(mine.record, clock, foreign_sessions, mine.shards))
        await _prepare(client, learning)
        await client.connect()

    return await _stay_connected(join)


async def call_only(client: SeedreelClient, token: str, notes: NoteStore, clock: Clock) -> Exit:
    """Log in, and leave the gateway to other processes; ends as `connect` does, but for what the gateway says."""
    logins = _Logins(notes, clock)

    async def log_in() -> None:
        await logins.wait_out_block()
        await logins.until_done(lambda: _log_in(client, token))
        await client.prepare()
        await asyncio.Event().wait()

    return await _stay_connected(log_in)


async def _stay_connected(join: Callable[[], Awaitable[None]]) -> Exit:
    """Stay connected to Discord until it refuses the bot for good, or is out of reach."""
    try:
        await join()
    except discord.LoginFailure:
        log.critical("Discord rejected DISCORD_TOKEN. Copy it again: Developer Portal > your application > Bot.")
        return Exit.REFUSED
    except discord.PrivilegedIntentsRequired:
        log.critical("Discord rejected the bot's intents. Check the Bot page of the Developer Portal.")
        return Exit.REFUSED
    except discord.ConnectionClosed as error:
        if error.code not in FINAL_CLOSE_CODES:
            raise
        log.critical("%s", _CLOSED.get(error.code, _CLOSED_OTHERWISE) % error.code)
        return Exit.REFUSED
    except _Unreachable as error:
        log.critical("Discord can't be reached (%s). Check the network and DNS; try again later.", error)
        return Exit.UNREACHABLE
    return Exit.WELL


async def _prepare(client: SeedreelClient, learning: Coroutine[Any, Any, None]) -> None:
    """Do what needs a login while Discord says where its gateway is; both are done before it's joined."""
    learned = asyncio.create_task(learning)
    try:
        await client.prepare()
        await learned
    finally:
        learned.cancel()
        await asyncio.gather(learned, return_exceptions=True)


async def _log_in(client: SeedreelClient, token: str) -> None:
    try:
        await client.login(token)
    except BaseException:
        await client.forget_login()
        raise


class _Logins:
    """The tries of a start: patient where nothing answers, and as long as it says where something blocks."""

    def __init__(self, notes: NoteStore, clock: Clock) -> None:
        self._notes = notes
        self._clock = clock

    async def wait_out_block(self) -> None:
        """Wait until the end of a block that an earlier start met: a restart must not be another login."""
        try:
            wait = float(await self._notes.get(_BLOCKED_NOTE) or 0) - self._clock.now()
        except ValueError:
            return
        if 0 < wait <= _MAX_BLOCK:
            log.warning("Discord blocked an earlier login. Waiting another %.0f s, as Discord asked.", wait)
            await self._clock.until(self._clock.now() + wait)

    async def until_done(self, attempt: Callable[[], Awaitable[None]]) -> None:
        """Try until it is done; raises LoginFailure, or _Unreachable after minutes without a word of Discord."""
        backoff = Backoff(_FIRST_WAIT, _LONGEST_WAIT)
        silent_since: float | None = None
        while True:
            try:
                async with asyncio.timeout(_TRY_SECONDS):
                    return await attempt()
            except discord.LoginFailure:
                raise
            except API_ERRORS as error:
                what, block = _error_name(error), _block(error, self._clock.now())
            if block is not None:
                silent_since = None
                await self._note_block(block, what)
            elif silent_since is None:
                silent_since = self._clock.now()
                log.warning("Discord can't be reached (%s). Trying again for %.0f minutes.", what, _TRYING / 60)
            elif self._clock.elapsed(silent_since) >= _TRYING:
                raise _Unreachable(what)
            await self._clock.sleep(backoff.next(block or 0.0))

    async def _note_block(self, seconds: float, what: str) -> None:
        log.warning("Discord is blocking this IP address (%s). Waiting %.0f s; a restart won't help.", what, seconds)
        with suppress(StoreFull):
            await self._notes.put(_BLOCKED_NOTE, str(self._clock.later(seconds)))


def _error_name(error: BaseException) -> str:
    """Name an error in a few words, without its text: that may be a page of HTML."""
    return f"HTTP {error.status}" if isinstance(error, discord.HTTPException) else type(error).__name__


def _block(error: BaseException, now: float) -> float | None:
    """Return for how many seconds Discord, or Cloudflare before it, blocks every request; None where neither does.

    Cloudflare's page 1015 is a 429 of HTML, 403 as a page one of its other blocks, and 40333 Discord's word for them.
    """
    if isinstance(error, discord.RateLimited):
        return error.retry_after
    if not isinstance(error, discord.HTTPException):
        return None
    page = error.response.content_type != "application/json"
    if error.status != 429 and error.code != _CLOUDFLARE_BLOCKS and not (error.status == 403 and page):
        return None
    seconds = read_retry_after(error.response.headers.get("Retry-After"), now, _MAX_BLOCK)
    return _BLOCK_USUAL if seconds is None else max(seconds, 1.0)


def stop_on_signals() -> asyncio.Event:
    """Return an event that a signal to end sets."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    return stop
