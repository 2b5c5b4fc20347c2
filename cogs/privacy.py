"""`/privacy`: the data stored about a member, and the button to delete it; every answer is private."""

from functools import partial
from typing import Any

import discord
from discord.ext import commands

from bot.studio.privacy import Privacy
from bot.ui import custom_ids
from bot.ui.privacy_card import export_text, forget_card, forgotten_text, privacy_card
from cogs.conversation import Conversation
from cogs.options import CommandCog, command
from cogs.router import Router
from cogs.translations import texts_of


class PrivacyCog(CommandCog):
    """The command `/privacy`, and the buttons on its answer, which act for the member who presses."""

    def __init__(self, bot: commands.Bot | commands.AutoShardedBot, privacy: Privacy, router: Router) -> None:
        say = texts_of(router.conversations.languages.english)
        super().__init__(bot, command("privacy", say("command.privacy"), [], self._privacy))
        self._forgetting, self._exports = privacy.forgetting, privacy.exports
        self._open = router.conversations.open
        router.press(custom_ids.EXPORT, self._export)
        router.press(custom_ids.OPT_OUT, partial(self._opt_out, out=True))
        router.press(custom_ids.OPT_IN, partial(self._opt_out, out=False))
        router.press(custom_ids.FORGET, self._ask)
        router.press(custom_ids.FORGET_NOW, self._forget)

    async def _privacy(self, interaction: discord.Interaction, _values: dict[str, Any]) -> None:
        async with self._open(interaction) as conversation:
            await conversation.defer(private=True)
            stored, user_id = await self._forgetting.stored(conversation.caller), conversation.caller.user_id
            await conversation.show(privacy_card(conversation.language, user_id, stored, self._forgetting.days))

    async def _export(self, conversation: Conversation, _user_id: int) -> None:
        reply = await conversation.acknowledge()
        before = await self._exports.ask(conversation.caller, reply)
        await conversation.say(export_text(conversation.language, before))

    async def _opt_out(self, conversation: Conversation, _user_id: int, *, out: bool) -> None:
        await conversation.acknowledge()
        stored, user_id = await self._forgetting.opt_out(conversation.caller, out=out), conversation.caller.user_id
        await conversation.show(privacy_card(conversation.language, user_id, stored, self._forgetting.days))

    async def _ask(self, conversation: Conversation, _user_id: int) -> None:
        await conversation.acknowledge()
        stored, user_id = await self._forgetting.stored(conversation.caller), conversation.caller.user_id
        await conversation.add(forget_card(conversation.language, user_id, stored, self._forgetting.days))

    async def _forget(self, conversation: Conversation, _user_id: int) -> None:
        await conversation.acknowledge()
        stored = await self._forgetting.forget(conversation.caller)
        await conversation.say(forgotten_text(conversation.language, stored, self._forgetting.days))
