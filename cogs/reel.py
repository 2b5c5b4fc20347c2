"""`/reel`: a member's own video, joined with those that it goes on from, in one message."""

import asyncio
from collections.abc import Callable
from typing import Any, Final

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.job import Job
from bot.domain.shares import SHAREABLE
from bot.studio.delivery.sharing import Sharing
from bot.studio.history import History
from cogs import options
from cogs.address import place_here
from cogs.autocomplete import OwnVideoChoices
from cogs.options import CommandCog, Option
from cogs.router import Router
from cogs.translations import texts_of

# As for a share: what is refused is said in private.
_LOOK_SECONDS: Final = 2.0


class ReelCog(CommandCog):
    """The command `/reel`."""

    def __init__(
        self,
        bot: commands.Bot | commands.AutoShardedBot,
        sharing: Sharing,
        history: History,
        now: Callable[[], float],
        router: Router,
    ) -> None:
        languages = router.conversations.languages
        say, own = texts_of(languages.english), OwnVideoChoices(history, languages, now, _goes_on)
        about = say("option.reel-video")
        video = Option("video", about, app_commands.Range[str, 1, 100], autocomplete=own.complete)
        super().__init__(bot, options.command("reel", say("command.reel"), [video], self._reel))
        self._sharing = sharing
        self._open = router.conversations.open

    async def _reel(self, interaction: discord.Interaction, values: dict[str, Any]) -> None:
        async with self._open(interaction) as conversation:
            place = place_here(interaction)
            async with asyncio.timeout(_LOOK_SECONDS):
                job, parts = await self._sharing.check_reel(conversation.caller, values.get("video"), place)
            reply = await conversation.open_reply(spends=False)
            await self._sharing.share(job, place, conversation.id, reply, reel=parts)


def _goes_on(job: Job) -> bool:
    return job.parent is not None and job.stage in SHAREABLE and not job.deleted
