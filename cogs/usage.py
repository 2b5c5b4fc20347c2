"""`/usage`: what was used and how much is left; a server's for its managers, the whole bot's for its owner."""

from io import BytesIO
from typing import Any

import discord
from discord.ext import commands

from bot.domain.limits import Scope
from bot.studio.usage import UsageReports
from bot.ui import custom_ids
from bot.ui.language import Language
from bot.ui.usage_card import picture_name, usage_card
from cogs.conversation import Conversation
from cogs.options import CommandCog, command
from cogs.router import Router
from cogs.translations import texts_of


class UsageCog(CommandCog):
    """The command `/usage`, and the buttons on its answer."""

    def __init__(
        self, bot: commands.Bot | commands.AutoShardedBot, usage: UsageReports, router: Router, language: Language
    ) -> None:
        super().__init__(bot, command("usage", texts_of(language)("command.usage"), [], self._usage))
        self._reports = usage
        self._open = router.conversations.open
        router.press(custom_ids.USAGE, self._press)

    async def _usage(self, interaction: discord.Interaction, _values: dict[str, Any]) -> None:
        async with self._open(interaction) as conversation:
            await conversation.defer(private=True)
            await self._show(conversation, Scope.MEMBER)

    async def _press(self, conversation: Conversation, scope: Scope) -> None:
        await conversation.acknowledge()
        await self._show(conversation, scope)

    async def _show(self, conversation: Conversation, scope: Scope) -> None:
        report = await self._reports.of(conversation.caller, scope)
        files = [discord.File(BytesIO(picture), picture_name(about)) for about, picture in report.pictures.items()]
        await conversation.show(usage_card(conversation.language, report), files)
