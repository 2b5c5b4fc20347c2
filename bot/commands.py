"""The command `sync`: pushing the slash commands to Discord now."""

import tempfile
from dataclasses import replace
from pathlib import Path

from bot.app import House, open_house
from bot.config import Settings
from cogs import install


async def sync(settings: Settings) -> int:
    """Push the command tree now, whatever was pushed before; returns how many commands there are.

    It works beside a running bot: the database is not touched, a temporary one stands in for it.
    """
    with tempfile.TemporaryDirectory(prefix="seedreel-sync-") as folder:
        async with open_house(replace(settings, data_dir=Path(folder)), _install_only) as house:
            await house.client.login(settings.discord_token.reveal())
            await house.client.prepare()
            return len(await house.client.tree.sync())


async def _install_only(house: House) -> None:
    await install(house.client, house.doors)
