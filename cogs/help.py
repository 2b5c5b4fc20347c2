"""`/help`: what the bot can do, for the member alone, and examples that become videos with one press."""

from dataclasses import replace
from typing import Any

import discord
from discord.ext import commands

from bot.domain.drafts import EXAMPLE
from bot.domain.limits import OwnerLimits
from bot.domain.models import DEFAULT_MODEL, DEFAULT_RATIO, Catalogue
from bot.domain.money import Price
from bot.domain.prices import PriceList
from bot.domain.request import RequestDraft, check_draft
from bot.studio.intake.accept import Intake
from bot.ui import custom_ids
from bot.ui.help_card import help_card
from bot.ui.language import Language
from cogs.conversation import Conversation
from cogs.options import CommandCog, command
from cogs.router import Router
from cogs.translations import texts_of
from cogs.video import submit


class HelpCog(CommandCog):
    """The command `/help` and the buttons with its examples."""

    def __init__(
        self,
        bot: commands.Bot | commands.AutoShardedBot,
        intake: Intake,
        catalogue: Catalogue,
        prices: PriceList,
        router: Router,
        language: Language,
        limits: OwnerLimits,
    ) -> None:
        super().__init__(bot, command("help", texts_of(language)("command.help"), [], self._help))
        self._intake = intake
        self._catalogue = catalogue
        self._prices = prices
        self._at_once = limits.member.at_once
        self._open = router.conversations.open
        router.press(custom_ids.EXAMPLE, self._make)

    async def _help(self, interaction: discord.Interaction, _values: dict[str, Any]) -> None:
        async with self._open(interaction) as conversation:
            await conversation.defer(private=True)
            price = self._price()
            with_assets = not self._catalogue.review
            await conversation.show(help_card(conversation.language, self._at_once, price, with_assets=with_assets))

    async def _make(self, conversation: Conversation, prompt: str) -> None:
        """Make a video of an example, as if the presser had typed it after `/video`."""
        private, request = conversation.private_by_setting, self._request(prompt)
        draft = self._intake.new_draft(conversation.caller, request, private=private)
        await submit(self._intake, conversation, replace(draft, source=EXAMPLE))

    def _request(self, prompt: str) -> RequestDraft:
        return RequestDraft(prompt, DEFAULT_MODEL, self._catalogue.widest.default_seconds, DEFAULT_RATIO)

    def _price(self) -> Price | None:
        """Return the price of an example; its prompt does not matter."""
        request = check_draft(self._request("?"), self._catalogue)
        return self._prices.price(request, request.duration)
