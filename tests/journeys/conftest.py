"""Both stand-ins in this process, and the real bot beside it."""

import os
import signal
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from sandbox.clock import Clock
from sandbox.discord import DiscordStandIn
from sandbox.faults import Faults
from sandbox.ledger import Ledger
from sandbox.toapis import ProviderStandIn
from tests.journeys.bot_process import BotProcess
from tests.journeys.gates import Gates
from tests.journeys.scene import Scene
from tests.journeys.script import USUAL, Script

_SHARED = Path(__file__).parents[3] / "shared" / "discord-openapi.json"


def openapi() -> Path | None:
    """Find Discord's own description, where it is."""
    path = Path(os.environ.get("DISCORD_OPENAPI", _SHARED))
    return path if path.exists() else None


@pytest.fixture
async def scene(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> AsyncIterator[Scene]:
    """Set the scene. No journey may end badly, break Discord's protocol, or leave a secret in the bot's log."""
    script: Script = getattr(request, "param", Script())
    clock = Clock()
    ledger = Ledger(clock)
    faults, gates = Faults(ledger), Gates(ledger)
    # Pictures of one size are made once for all journeys of a run; every clip still has its own prompt in it.
    base = tmp_path_factory.getbasetemp()
    films = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / f"films-{script.provider.size_scale}"
    async with ProviderStandIn(
        clock=clock, ledger=ledger, faults=faults, settings=script.provider, folder=films
    ) as provider:
        async with DiscordStandIn(
            clock=clock,
            ledger=ledger,
            openapi=openapi(),
            settings=script.discord,
            middlewares=(gates.middleware, faults.middleware),
        ) as discord:
            where = {"DATABASE_URL": request.getfixturevalue("database_url")} if script.on_postgres else {}
            bot = BotProcess(discord, provider, tmp_path, **{**USUAL, **where, **script.bot})
            scene = Scene(clock, ledger, faults, gates, provider, discord, bot)
            if script.sets_clock:
                scene.begin_clock()
            if script.starts:
                await _started(bot)
            yield scene
            gates.open_all()
            if bot.alive:
                code = await bot.stop()
                assert code == 0, bot.tail()
                assert discord.closes[-1] == 1000
            assert discord.violations == []
            assert [secret for secret in secrets(scene) if secret in bot.log] == []
            bad = [line for line in bot.log.splitlines() if " ERROR " in line or "Traceback" in line]
            expected = script.expects_error
            assert [line for line in bad if not expected or expected not in line] == []


async def _started(bot: BotProcess) -> None:
    """Start it; one that does not come online is ended, or it would go on beside the next ones."""
    try:
        await bot.start()
    except AssertionError:
        await bot.stop(signal.SIGKILL)
        raise


def secrets(scene: Scene) -> Iterator[str]:
    """Yield every secret that the bot was ever given."""
    yield scene.discord.token
    yield scene.provider.key
    for entry in scene.ledger.of("gateway", "sent INTERACTION_CREATE"):
        yield entry.detail["data"]["token"]
