"""What a run with faults stands on: both stand-ins in this process, the real bot beside it, one seed for all chance."""

import random
import shutil
import sqlite3
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.clock import Clock
from sandbox.discord import DiscordStandIn, Settings
from sandbox.faults import Faults
from sandbox.ledger import Ledger
from sandbox.toapis import ProviderSettings, ProviderStandIn
from sandbox.toapis.tasks import Task
from tests.faults.aimed import Aimed
from tests.faults.proxy import Proxy
from tests.journeys.bot_process import BotProcess
from tests.journeys.gates import Gates

SCALE = 60.0
# The provider's and Discord's own pace would make a run of many jobs in little time impossible: they are lifted.
# What they do to the bot is tested in the journeys. Tokens, links and the 3 s of an interaction are as ever.
UNPACED: Mapping[str, Any] = {
    "webhook_rate": None,
    "webhook_channel_rate": None,
    "post_rate": None,
    "old_edit_rate": None,
    "global_rate": None,
    "other_rate": (100_000, 1.0),
    "invalid_requests": None,
    "identifies_a_day": 100_000,
}


# For tests whose videos come one after the other; long enough for a ping.
BRIEF: Mapping[str, Any] = {"run_seconds": (35.0, 45.0)}


@dataclass
class Ground:
    """The stand-ins, their ledger, the bot. `faults` strike routes, `aimed` single jobs, `gates` keep requests."""

    seed: int
    scale: float
    rng: random.Random
    clock: Clock
    ledger: Ledger
    faults: Faults
    aimed: Aimed
    gates: Gates
    provider: "Provider"
    discord: DiscordStandIn
    bot: BotProcess

    async def until(self, condition: Any, what: str, within: float = 60.0) -> Any:
        """Wait for something, and show the bot's log where it does not come."""
        try:
            return await self.ledger.until(condition, within=within, what=what)
        except AssertionError as error:
            raise AssertionError(f"{error}\nseed {self.seed}\n{self.bot.tail()}") from None

    def stages(self) -> Counter[str]:
        """Count the rows of a dead bot by stage: for saying what a kill has hit, never for judging it."""
        with tempfile.TemporaryDirectory() as name:
            for file in self.bot.data.glob("seedreel.db*"):
                shutil.copy(file, name)
            with closing(sqlite3.connect(Path(name) / "seedreel.db")) as copy:
                try:
                    return Counter(dict(copy.execute("SELECT stage, count(*) FROM jobs GROUP BY stage").fetchall()))
                except sqlite3.OperationalError:
                    return Counter()  # killed before it had made its tables


class Provider(ProviderStandIn):
    """The provider, which may be found at the beginning of a road in place of its own door."""

    outside = ""
    files_at = ""

    def clip_url(self, task: Task) -> str:
        """Return the URL of the task's clip, on a road of its own where there is one."""
        return super().clip_url(task).replace(self.url, self.files_at or self.url)

    @property
    def url(self) -> str:
        """The base that clients are told."""
        return self.outside or super().url


@asynccontextmanager
async def roads(here: "Ground", share: float = 0.0) -> AsyncIterator[tuple[Proxy, Proxy]]:
    """Lead the bot to the provider and to Discord's REST over a road each, with bad luck for a `share` of connections.

    To be entered before the bot starts. The gateway's WebSocket is not led over them: Discord names it at an address
    of its own, and how it is lost and found again is tested in the journeys.
    """
    ports = [int(url.rsplit(":", 1)[1]) for url in (here.provider.url, here.discord.url)]
    async with (
        Proxy(ports[0], here.ledger, here.rng, share) as to_provider,
        Proxy(ports[1], here.ledger, here.rng, share) as to_discord,
    ):
        here.provider.outside = to_provider.url
        here.bot.settings["DISCORD_API_URL"] = f"{to_discord.url}/api/v10"
        yield to_provider, to_discord


def behave_oddly(here: Ground) -> None:
    """Let the provider do what real ones were seen to do: percents that jump, signed addresses, files that are late."""
    here.provider.behavior.percents = "jumping"
    here.provider.sign_as("all")
    here.provider.files_late(20.0)


def _provider_settings(scale: float, seed: int, given: Mapping[str, Any]) -> ProviderSettings:
    usual = {"time_scale": scale, "size_scale": 0.1, "one_film": True, "seed": seed, "limited": False}
    return ProviderSettings(**{**usual, **given})


@asynccontextmanager
async def ground(
    folder: Path,
    seed: int,
    *,
    scale: float = SCALE,
    ago: float = 0.0,
    provider: Mapping[str, Any] | None = None,
    discord: Mapping[str, Any] | None = None,
    bot: Mapping[str, str] | None = None,
) -> AsyncIterator[Ground]:
    """Set both stand-ins up; the bot is started by whoever uses it, and is gone at the end.

    `scale`: of the bot's and the provider's time. `ago`: so many seconds behind ours does Discord's clock begin.
    """
    clock = Clock() if not ago else Clock(Clock().now() - ago)
    ledger = Ledger(clock)
    faults, aimed, gates = Faults(ledger, seed=seed), Aimed(ledger), Gates(ledger)
    paid = _provider_settings(scale, seed, provider or {})
    async with Provider(
        clock=clock, ledger=ledger, folder=folder, faults=aimed.over(faults), settings=paid
    ) as provider_stand_in:
        async with DiscordStandIn(
            clock=clock,
            ledger=ledger,
            settings=Settings(**{**UNPACED, **(discord or {})}),
            middlewares=(gates.middleware, aimed.middleware, faults.middleware),
        ) as discord_stand_in:
            usual = {"TIME_SCALE": f"{scale:g}", "PROVIDER_SLOTS": "50", "TOAPIS_DIALECT": "video"}
            given = {**usual, **(bot or {})}
            process = BotProcess(discord_stand_in, provider_stand_in, folder, **given)
            rng = random.Random(seed)
            try:
                yield Ground(
                    seed, scale, rng, clock, ledger, faults, aimed, gates, provider_stand_in, discord_stand_in, process
                )
            finally:
                gates.open_all()
                aimed.clear()
                faults.clear()
                await _ended(process)


async def _ended(bot: BotProcess) -> None:
    if bot.process is None:
        return
    if bot.alive:
        bot.process.kill()
    await bot.ended()
