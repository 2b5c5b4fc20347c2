"""The doormen: one command or button each. Parse, one call to the studio, answer; no work is done here."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from discord.ext import commands

from bot.domain.models import Offer
from bot.studio.accept import Accept
from bot.studio.archive import Archive
from bot.studio.assets import Collection
from bot.studio.desk import Desk
from bot.studio.others import Others
from bot.studio.shelf import Shelf
from bot.studio.verify import Verify
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
class Doors:
    """What the doormen open: the studio's use cases, what is offered, and the time in UTC seconds."""

    accept: Accept
    archive: Archive
    desk: Desk
    now: Callable[[], float]
    offer: Offer
    shelf: Shelf
    collection: Collection
    verify: Verify
    others: Others


async def install(bot: commands.Bot | commands.AutoShardedBot, doors: Doors) -> None:
    """Give the bot its commands, its buttons, and an answer to whatever goes wrong in them."""
    keep_time(bot, doors.now)
    answering = Answering(doors.desk.health, doors.others)
    bot.tree.error(answering.stray)
    assets = AssetChoices(doors.shelf, answering)
    await _install_offered(bot, doors, assets, answering)
    await bot.add_cog(StatusCog(doors.archive, doors.now, answering))
    await bot.add_cog(HistoryCog(doors.archive, answering))
    await bot.add_cog(AssetButtonsCog(doors.collection, doors.verify, answering))
    await bot.add_cog(ButtonsCog(doors.accept, doors.archive, doors.desk, doors.now, answering))


async def offer_anew(bot: commands.Bot | commands.AutoShardedBot, doors: Doors) -> None:
    """Make the commands anew that depend on what is offered; whoever uses one just now is answered all the same."""
    for name in _OFFERED:
        await bot.remove_cog(name)
    answering = Answering(doors.desk.health, doors.others)
    await _install_offered(bot, doors, AssetChoices(doors.shelf, answering), answering)


_OFFERED: Final = (VideoCog.__name__, ComposeCog.__name__, EditCog.__name__, AssetsCog.__name__)


async def _install_offered(
    bot: commands.Bot | commands.AutoShardedBot, doors: Doors, assets: AssetChoices, answering: Answering
) -> None:
    await bot.add_cog(VideoCog(bot, doors.accept, doors.offer, assets, answering))
    await bot.add_cog(ComposeCog(bot, doors.accept, doors.offer, assets, answering))
    await bot.add_cog(EditCog(doors.accept, doors.offer, answering))
    if not doors.offer.review:
        # Where media are reviewed first no asset can be used, so none is to be made.
        await bot.add_cog(AssetsCog(doors.accept, doors.collection, doors.verify, answering))
