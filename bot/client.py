"""The discord.py client: no intents, no caches, its gateway asked from the API, commands pushed when they changed."""

import asyncio
import hashlib
import json
import logging
from collections.abc import Awaitable, Callable
from typing import Final, Protocol

import aiohttp
import discord
import yarl
from discord.ext import commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

log = logging.getLogger(__name__)

_COMMANDS_NOTE: Final = "commands"
# Discord's "Gateway close event codes": no reconnect mends these.
FINAL_CLOSE_CODES: Final = frozenset({4004, 4010, 4011, 4012, 4013, 4014})


class Notes(Protocol):
    """Small things that are remembered over a restart."""

    async def get(self, key: str) -> str | None:
        """Return what was noted."""
        ...

    async def put(self, key: str, value: str) -> None:
        """Note it."""
        ...


class SeedreelClient(commands.AutoShardedBot):
    """Carries slash commands, buttons and REST; what it should do when logged in is handed in."""

    def __init__(
        self, api_url: str, prepare: Callable[[], Awaitable[None]], trace: aiohttp.TraceConfig | None = None
    ) -> None:
        """Make a client for the API at that URL; `prepare` runs once, after the login and before the gateway.

        `trace` sees every request.
        """
        # The library takes both addresses from its classes, and goes back to the real gateway after an invalid session.
        Route.BASE = api_url
        _hush()
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
        )
        self._prepare = prepare

    async def setup_hook(self) -> None:
        """Prepare; what needs no gateway need not wait for one."""
        await self._prepare()

    async def connect(self, *, reconnect: bool = True) -> None:
        """Learn the gateway, wait where no session may be started yet, and connect."""
        shards, url, limit = await self.http.get_bot_gateway()
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(url)
        if limit["remaining"] < shards:
            # Every IDENTIFY beyond the day's number makes Discord reset the bot's token.
            wait = limit["reset_after"] / 1000
            log.warning("Discord allows no new session for another %.0f s; waiting for it.", wait)
            await asyncio.sleep(wait)
        await super().connect(reconnect=reconnect)

    async def on_ready(self) -> None:
        """Say that the bot is there."""
        log.info("Ready as %s.", self.user)


async def push_commands(client: commands.AutoShardedBot, notes: Notes, *, always: bool = False) -> bool:
    """Push the command tree where it differs from what was pushed last; returns whether it was pushed.

    Discord allows 200 command creations a day and server.
    """
    payload = [command.to_dict(client.tree) for command in client.tree.get_commands()]
    text = json.dumps([client.application_id, payload], sort_keys=True)
    fingerprint = hashlib.sha256(text.encode()).hexdigest()
    if not always and await notes.get(_COMMANDS_NOTE) == fingerprint:
        return False
    pushed = await client.tree.sync()
    await notes.put(_COMMANDS_NOTE, fingerprint)
    log.info("Pushed %d commands to Discord.", len(pushed))
    return True


def _hush() -> None:
    """Keep the library from warning of what is meant: no voice, and no intent at all, as slash commands need none."""
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
    logging.getLogger("discord.state").addFilter(_is_news)


def _is_news(record: logging.LogRecord) -> bool:
    return "intent seems to be disabled" not in record.msg
