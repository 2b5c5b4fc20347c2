"""The doormen: one command or button each. Parse, one call to the studio, answer; no work is done here."""

from collections.abc import Callable
from dataclasses import dataclass

from discord.ext import commands

from bot.studio.accept import Accept
from bot.studio.archive import Archive
from bot.studio.desk import Desk
from cogs.buttons import ButtonsCog
from cogs.errors import Answering
from cogs.history import HistoryCog
from cogs.status import StatusCog
from cogs.video import VideoCog


@dataclass(frozen=True, slots=True)
class Doors:
    """What the doormen open: the studio's use cases, and the time in UTC seconds."""

    accept: Accept
    archive: Archive
    desk: Desk
    now: Callable[[], float]


async def install(bot: commands.Bot | commands.AutoShardedBot, doors: Doors) -> None:
    """Give the bot its commands, its buttons, and an answer to whatever goes wrong in them."""
    answering = Answering()
    bot.tree.error(answering.stray)
    await bot.add_cog(VideoCog(doors.accept, answering))
    await bot.add_cog(StatusCog(doors.archive, doors.now, answering))
    await bot.add_cog(HistoryCog(doors.archive, doors.now, answering))
    await bot.add_cog(ButtonsCog(doors.accept, doors.archive, doors.desk, doors.now, answering))
