"""The discord.py client: no intents, no caches, its gateway asked from the API."""

import asyncio
import errno
import logging
import os
import select
import socket
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from functools import cache
from typing import Final

import aiohttp
import discord
from aiohttp.abc import AbstractStreamWriter
from aiohttp.http import StreamWriter
from aiohttp.payload import IOBasePayload
from discord.asset import Asset
from discord.ext import commands
from discord.http import Route
from discord.utils import MISSING

from bot.domain.shards import Shards
from bot.gateway.connection import Gateway
from bot.gateway.identifies import ForeignSessions, Identifies, Start, read_start
from bot.gateway.session_starts import StartRecord
from bot.gateway.socket import Socket, recorded
from bot.recording.record import Recorder
from bot.replies.api_errors import API_ERRORS
from bot.replies.upload import OpenedFile
from bot.studio.ports import Clock

log = logging.getLogger(__name__)

_DISCORD: Final = "https://discord.com/"
_WIRE: Final = (discord.HTTPException, aiohttp.ClientError, OSError, TimeoutError)
# A rate limit that lasts longer, in seconds, is not waited out inside a call, which would be cut off and made again.
_LIMIT_WAITED_OUT: Final = 30.0
# What giving the profile a description may take, in seconds.
_PROFILE_SECONDS: Final = 15.0
# Bytes of a file that are read at a time.
_PART: Final = 256 * 1024


class SeedreelClient(commands.AutoShardedBot):
    """Carries slash commands, buttons and REST; what it should do when logged in is handed in."""

    def __init__(
        self,
        api_url: str,
        prepare: Callable[[], Awaitable[None]],
        trace: aiohttp.TraceConfig | None = None,
        record: Callable[[str, str], None] | None = None,
    ) -> None:
        """Make a client for the API at that URL; `prepare` is for after the login and before the gateway.

        `trace` sees every request, `record` every frame of the gateway with its way, "in" or "out".
        """
        # The library takes the address from its class.
        Route.BASE = api_url
        if not api_url.startswith(_DISCORD):
            # Avatars come from the same place then; the library takes their address from its class too.
            Asset.BASE = f"{api_url.partition('/api/')[0]}/cdn"
        send_in_parts()
        _silence_library_warnings()
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            intents=discord.Intents.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
            allowed_mentions=discord.AllowedMentions.none(),
            guild_ready_timeout=0.0,
            enable_debug_events=False,
            http_trace=trace or aiohttp.TraceConfig(),
            max_ratelimit_timeout=_LIMIT_WAITED_OUT,
        )
        self._prepare = prepare
        self._socket = Socket if record is None else recorded(record)
        self._identifies: Identifies | None = None
        self._gateway: Gateway | None = None
        self._ready_said = False
        self.unreadable: Counter[str] = Counter()

    async def prepare(self) -> None:
        """Do what needs a login and no gateway."""
        await self._prepare()

    async def set_profile(self, activity: str, description: str) -> None:
        """Set what stands below the bot's name, from the gateway on, and in its profile where that is empty."""
        self.activity = discord.CustomActivity(activity)
        if self.application is None or self.application.description:
            return
        try:
            async with asyncio.timeout(_PROFILE_SECONDS):
                await self.application.edit(description=description)
            log.info("The bot's profile was empty and now has a description.")
        except API_ERRORS as error:
            log.warning("The bot's profile couldn't be given a description (%s).", type(error).__name__)

    async def forget_login(self) -> None:
        """Give up what a failed login left open, so that there can be another."""
        await self.http.close()
        self.http.connector = MISSING

    async def learn_gateway(
        self, record: StartRecord, clock: Clock, foreign_sessions: ForeignSessions, shards: Shards | None = None
    ) -> None:
        """Ask where the gateway is and how many sessions may be begun; raises any of API_ERRORS.

        `record` has the day's sessions. `foreign_sessions` hears of sessions with this token that are not in it.
        `shards`: the shards to keep connected; without, all that Discord recommends.
        """
        identifies = Identifies(record, clock, self._start, API_ERRORS, foreign_sessions)
        start = await identifies.open()
        if shards is None:
            shards = Shards(tuple(range(start.shards)), start.shards)
        elif shards.count < start.shards:
            log.warning(
                "Discord recommends %d shards; --shards counts %d. It will refuse shards with more than 2,500 servers: "
                "restart all gateways with a count of %d or more soon.",
                *(start.shards, shards.count, start.shards),
            )
        # AutoShardedClient.launch_shards sets the same; its loop is the one that is not used here.
        self.shard_count = self._connection.shard_count = shards.count
        self._connection.shard_ids = list(shards.numbers)
        self._identifies, self._gateway = identifies, Gateway(self, identifies, clock, shards.numbers, self._socket)

    @property
    def connected(self) -> bool:
        """Tell whether each of its shards is connected to the gateway."""
        return self._gateway is not None and self._gateway.connected

    async def connect(self, *, reconnect: bool = True) -> None:
        """Stay connected, after `learn_gateway`; raises ConnectionClosed or PrivilegedIntentsRequired, for good."""
        if self._gateway is None or not reconnect:
            raise RuntimeError("learn the gateway first; it is always reconnected")
        await self._gateway.run(API_ERRORS)

    async def close(self) -> None:
        """Leave the gateway with 1000, and close what is open."""
        if self._gateway is not None:
            await self._gateway.close()
        await super().close()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:  # noqa: ARG002
        """Count the IDENTIFY that follows."""
        if self._identifies is not None:
            await self._identifies.spend(shard_id or 0)

    async def on_ready(self) -> None:
        """Say once that the bot is there."""
        if not self._ready_said:
            log.info("Ready as %s.", self.user)
        self._ready_said = True

    async def on_unreadable(self, event: str) -> None:
        """Count what Discord sent and the library could not read."""
        self.unreadable[event] += 1
        log.warning("Discord events of type %s that couldn't be read so far: %d.", event, self.unreadable[event])

    async def _start(self) -> Start:
        # Not `http.get_bot_gateway`, which takes the answer apart without looking at it.
        return read_start(await self.http.request(Route("GET", "/gateway/bot")))


def made_client(
    api_url: str, prepare: Callable[[], Awaitable[None]], trace: aiohttp.TraceConfig, recorder: Recorder | None
) -> SeedreelClient:
    """Make a client whose requests and frames are recorded, if there is a recorder."""
    if recorder is None:
        return SeedreelClient(api_url, prepare, trace)

    async def prepare_and_keep_words() -> None:
        await prepare()
        recorder.keep(_words([command.to_dict(client.tree) for command in client.tree.get_commands()]))

    client = SeedreelClient(api_url, prepare_and_keep_words, recorder.listen(trace, "discord"), recorder.frame)
    return client


def _words(value: object) -> Iterator[str]:
    """Find the names of commands and options, and the values of choices."""
    if isinstance(value, dict):
        yield from (part for name, part in value.items() if name in {"name", "value"} and isinstance(part, str))
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from _words(part)


def _silence_library_warnings() -> None:
    """Keep the library from warning about missing voice support and intents, which slash commands do not need."""
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
    logging.getLogger("discord.state").addFilter(_is_news)
    # A line for each session begun or resumed, however many there are; `bot.gateway` says what there is to know.
    logging.getLogger("discord.gateway").setLevel(logging.WARNING)
    logging.getLogger("discord.app_commands.tree").addFilter(_in_a_line)


def _is_news(record: logging.LogRecord) -> bool:
    return "intent seems to be disabled" not in record.msg


def _in_a_line(record: logging.LogRecord) -> bool:
    """Say in a line, without a traceback, that choices were not shown: most come too late, as the member types on."""
    error = record.exc_info[1] if record.exc_info else None
    if "exception in autocomplete" in record.msg and isinstance(error, _WIRE):
        record.levelno, record.levelname = logging.WARNING, "WARNING"
        record.msg, record.args, record.exc_info = "Suggestions couldn't be shown (%s).", (_brief(error),), None
    return True


def _brief(error: BaseException) -> str:
    """Name an error without its text, which may be a page of HTML."""
    code = f" {error.status}/{error.code}" if isinstance(error, discord.HTTPException) else ""
    return f"{type(error).__name__}{code}"


class _Parts(IOBasePayload):
    """Sends a file as aiohttp does, but for the turn of a thread that each part costs there, and a part at a time.

    A clip has just been written, so the system still holds it in memory and gives a part at once (preadv(2),
    RWF_NOWAIT). Where it would have to wait for the disk, or cannot tell, a thread reads it.

    The next part is written once the system has the one before, and the end of the request once it has the whole file:
    what a process that may not send any more has still in its own memory is then no end of a request.
    """

    async def write_with_length(self, writer: AbstractStreamWriter, content_length: int | None) -> None:
        """Write the file, at most so many bytes of it."""
        descriptor, at = self._value.fileno(), self._value.tell()
        end = at + min(size for size in (self.size, content_length) if size is not None)
        if isinstance(writer, StreamWriter) and writer.transport is not None:
            writer.transport.set_write_buffer_limits(high=0)
        while at < end:
            part = _read_at_once(descriptor, min(_PART, end - at), at)
            if part is None:
                part = await asyncio.to_thread(os.pread, descriptor, min(_PART, end - at), at)
            if not part:
                # The other side would wait for the rest.
                raise OSError(errno.EIO, "the file is shorter than it was")
            await writer.write(part)
            await writer.drain()
            at += len(part)
            # Nothing here need wait: let others have their turn.
            await asyncio.sleep(0)
        if isinstance(writer, StreamWriter) and writer.transport is not None:
            await _has_room(writer.transport.get_extra_info("socket"))


async def _has_room(connection: socket.socket | None) -> None:
    """Wait until the system would take the few bytes that end a request at once."""
    loop = asyncio.get_running_loop()
    if connection is None or connection.fileno() < 0:
        return
    # Under a number of its own the loop watches it beside the transport.
    descriptor = os.dup(connection.fileno())
    try:
        while not select.select((), (descriptor,), (), 0)[1]:
            room: asyncio.Future[None] = loop.create_future()
            loop.add_writer(descriptor, _end, room)
            try:
                await room
            finally:
                loop.remove_writer(descriptor)
    finally:
        os.close(descriptor)


def _end(waiting: "asyncio.Future[None]") -> None:
    if not waiting.done():
        waiting.set_result(None)


def _read_at_once(descriptor: int, size: int, at: int) -> memoryview | bytes | None:
    """Read what is in memory; None where nothing is, or where the system does not say so."""
    if (at_once := getattr(os, "RWF_NOWAIT", None)) is None:
        return None
    part = bytearray(size)
    try:
        count = os.preadv(descriptor, [part], at, at_once)
    except OSError:
        return None
    return memoryview(part)[:count] if count else None


@cache
def send_in_parts() -> None:
    """Have aiohttp, by which discord.py sends, read such files so, from now on in this process."""
    aiohttp.PAYLOAD_REGISTRY.register(_Parts, OpenedFile)
