"""`/help`: what the bot can do, for the member alone, and examples that become videos with one press."""

from typing import Any

import discord
from discord.ext import commands

from bot.domain.models import DEFAULT_MODEL, DEFAULT_RATIO, Catalogue
from bot.domain.request import RequestDraft
from bot.studio.intake.accept import MAX_WAITING, Intake
from bot.ui import custom_ids
from bot.ui.help_card import help_card
from bot.ui.language import Language
from cogs.conversation import Conversation
from cogs.options import CommandCog, command
from cogs.router import Router
from cogs.video import submit


class HelpCog(CommandCog):
    """The command `/help` and the buttons with its examples."""

    def __init__(
        self,
        bot: commands.Bot | commands.AutoShardedBot,
        intake: Intake,
        catalogue: Catalogue,
        router: Router,
        language: Language,
    ) -> None:
        super().__init__(bot, command("help", language.text("command.help"), [], self._help))
        self._intake = intake
        self._catalogue = catalogue
        self._open = router.conversations.open
        router.press(custom_ids.EXAMPLE, self._make)

    async def _help(self, interaction: discord.Interaction, _values: dict[str, Any]) -> None:
        async with self._open(interaction) as conversation:
            await conversation.defer(private=True)
            await conversation.show(
                help_card(conversation.language, MAX_WAITING, with_assets=not self._catalogue.review)
            )

    async def _make(self, conversation: Conversation, prompt: str) -> None:
        """Make a video of an example, as if the presser had typed it after `/video`."""
        seconds = self._catalogue.widest.default_seconds
        request = RequestDraft(prompt, DEFAULT_MODEL, seconds, DEFAULT_RATIO)
        await submit(self._intake, conversation, self._intake.new_draft(conversation.caller, request))
