"""Both stand-ins in this process, and the real bot beside it."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sandbox.clock import Clock
from sandbox.discord import DiscordStandIn
from sandbox.faults import Faults
from sandbox.ledger import Ledger
from sandbox.toapis import ProviderSettings, ProviderStandIn
from tests.journeys.bot_process import BotProcess
from tests.journeys.scene import Scene

_SHARED = Path(__file__).parents[3] / "shared" / "discord-openapi.json"
# As long as the contract says, at the pace of the bot's TIME_SCALE; small pictures, so that a clip costs little.
_QUICK = ProviderSettings(run_seconds=(60.0, 90.0), time_scale=60.0, size_scale=0.25, renders=2)


def openapi() -> Path | None:
    """Find Discord's own description, where it is."""
    path = Path(os.environ.get("DISCORD_OPENAPI", _SHARED))
    return path if path.exists() else None


@pytest.fixture
async def scene(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Scene]:
    """Set the scene; no journey may leave a violation of Discord's protocol behind."""
    clock = Clock()
    ledger = Ledger(clock)
    faults = Faults(ledger)
    settings = getattr(request, "param", _QUICK)
    async with ProviderStandIn(
        clock=clock, ledger=ledger, faults=faults, settings=settings, folder=tmp_path
    ) as provider:
        async with DiscordStandIn(
            clock=clock, ledger=ledger, openapi=openapi(), middlewares=(faults.middleware,)
        ) as discord:
            bot = BotProcess(discord, provider, tmp_path)
            scene = Scene(clock, ledger, faults, provider, discord, bot)
            await bot.start()
            yield scene
            if bot.process is not None and bot.process.returncode is None:
                code = await bot.stop()
                assert code == 0, bot.tail()
            assert discord.violations == []
