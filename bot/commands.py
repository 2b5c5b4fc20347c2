"""The command `sync`: pushing the slash commands to Discord now."""

import tempfile
from dataclasses import replace
from pathlib import Path

import discord

from bot.app import App, open_app
from bot.command_updates import sync_tree
from bot.config import Settings
from bot.console import complain, say
from bot.domain.errors import StoreFull, StoreUnusable
from bot.exits import Exit, end_of
from bot.log_lines import counted
from bot.replies.api_errors import API_ERRORS
from bot.secret import redact


async def sync(settings: Settings) -> Exit:
    """Push the command tree now, whatever was pushed before; says in a line how that ended.

    It works beside a running bot: the database is not touched, a temporary one stands in for it.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="seedreel-sync-") as folder:
            pushed = await _push(replace(settings, data_dir=Path(folder)))
    except discord.LoginFailure:
        complain("Discord rejected DISCORD_TOKEN. Copy it again: Developer Portal > your application > Bot.")
        return Exit.REFUSED
    except (StoreFull, StoreUnusable) as error:
        code, line = end_of(error)
        complain(line)
        return code
    except API_ERRORS as error:
        problem = redact(f"{type(error).__name__}: {error}".splitlines()[0], settings.secrets)
        complain(f"Discord can't be reached or rejected the commands ({problem}). Check the network and try again.")
        return Exit.UNREACHABLE
    say(f"Sent {counted(pushed, 'command')} to Discord.")
    return Exit.WELL


async def _push(settings: Settings) -> int:
    async with open_app(settings, _install_only) as app:
        await app.client.login(settings.discord_token.reveal())
        await app.client.prepare()
        return len(await sync_tree(app.client.tree))


async def _install_only(app: App) -> None:
    await app.command_updates.start(app.use_cases)
