"""The doormen: one command or button each. Parse, one call to the studio, answer; no work is done here."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from discord.ext import commands

from bot.domain.models import Catalogue
from bot.studio.assets.service import AssetService
from bot.studio.assets.verification import VerificationService
from bot.studio.history import History
from bot.studio.intake.accept import Intake
from bot.studio.intake.asset_lookup import AssetLookup
from bot.studio.intake.other_processes import OtherProcesses
from bot.studio.running.runner import JobRunner
from cogs.address import keep_time
from cogs.asset_buttons import AssetButtonsCog
from cogs.assets import AssetsCog
from cogs.buttons import ButtonsCog
from cogs.compose import ComposeCog
from cogs.edit import EditCog
from cogs.errors import Answering
from cogs.history import HistoryCog
from cogs.shelf import AssetChoices
from cogs.status import StatusCog
from cogs.video import VideoCog


@dataclass(frozen=True, slots=True)
class UseCases:
    """What the doormen open: the studio's use cases, what is offered, and the time in UTC seconds."""

    accept: Intake
    archive: History
    runner: JobRunner
    now: Callable[[], float]
    catalogue: Catalogue
    asset_lookup: AssetLookup
    collection: AssetService
    verify: VerificationService
    others: OtherProcesses


async def install(bot: commands.Bot | commands.AutoShardedBot, use_cases: UseCases) -> None:
    """Give the bot its commands, its buttons, and an answer to whatever goes wrong in them."""
    keep_time(bot, use_cases.now)
    answering = Answering(use_cases.runner.health, use_cases.others)
    bot.tree.error(answering.stray)
    assets = AssetChoices(use_cases.asset_lookup, answering)
    await _install_offered(bot, use_cases, assets, answering)
    await bot.add_cog(StatusCog(use_cases.archive, use_cases.now, answering))
    await bot.add_cog(HistoryCog(use_cases.archive, answering))
    await bot.add_cog(AssetButtonsCog(use_cases.collection, use_cases.verify, answering))
    await bot.add_cog(ButtonsCog(use_cases.accept, use_cases.archive, use_cases.runner, use_cases.now, answering))


async def change_catalogue(bot: commands.Bot | commands.AutoShardedBot, use_cases: UseCases) -> None:
    """Make the commands anew that depend on what is offered; whoever uses one just now is answered all the same."""
    for name in _OFFERED:
        await bot.remove_cog(name)
    answering = Answering(use_cases.runner.health, use_cases.others)
    await _install_offered(bot, use_cases, AssetChoices(use_cases.asset_lookup, answering), answering)


_OFFERED: Final = (VideoCog.__name__, ComposeCog.__name__, EditCog.__name__, AssetsCog.__name__)


async def _install_offered(
    bot: commands.Bot | commands.AutoShardedBot, use_cases: UseCases, assets: AssetChoices, answering: Answering
) -> None:
    await bot.add_cog(VideoCog(bot, use_cases.accept, use_cases.catalogue, assets, answering))
    await bot.add_cog(ComposeCog(bot, use_cases.accept, use_cases.catalogue, assets, answering))
    await bot.add_cog(EditCog(use_cases.accept, use_cases.catalogue, answering))
    if not use_cases.catalogue.review:
        # Where media are reviewed first no asset can be used, so none is to be made.
        await bot.add_cog(AssetsCog(use_cases.accept, use_cases.collection, use_cases.verify, answering))
