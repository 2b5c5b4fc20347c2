"""Staying connected to Discord, and how the process ends: by a signal, or when Discord refuses it for good."""

import asyncio
import logging
import signal
from enum import IntEnum

import aiohttp
import discord

from bot.client import FINAL_CLOSE_CODES, SeedreelClient

log = logging.getLogger(__name__)


class Exit(IntEnum):
    """How the process ended, after BSD's sysexits where one fits."""

    WELL = 0
    UNUSABLE = 65  # the database is damaged, or from a newer version
    UNREACHABLE = 69  # Discord does not answer; a supervisor starts the bot again
    NO_SPACE = 74  # nothing can be written down
    IN_USE = 75  # another bot holds the database
    REFUSED = 77  # Discord refuses the token or the intents for good
    MISCONFIGURED = 78


async def connect(client: SeedreelClient, token: str) -> Exit:
    """Log in and stay connected; ends only when the client is closed, or refused for good."""
    try:
        await client.start(token)
    except discord.LoginFailure:
        log.critical("Discord does not accept DISCORD_TOKEN. Copy it anew: developer portal, your application, Bot.")
        return Exit.REFUSED
    except discord.PrivilegedIntentsRequired:
        log.critical("Discord refuses the intents of this application. Check the Bot page of the developer portal.")
        return Exit.REFUSED
    except discord.ConnectionClosed as error:
        if error.code not in FINAL_CLOSE_CODES:
            log.critical("Discord closed the gateway (%d); start again later.", error.code)
            return Exit.UNREACHABLE
        log.critical("Discord closed the gateway for good (%d). Check DISCORD_TOKEN and the application.", error.code)
        return Exit.REFUSED
    except (discord.DiscordException, aiohttp.ClientError, OSError):
        log.exception("Discord cannot be reached; start again later.")
        return Exit.UNREACHABLE
    return Exit.WELL


def stop_on_signals() -> asyncio.Event:
    """Return an event that a signal to end sets."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    return stop
