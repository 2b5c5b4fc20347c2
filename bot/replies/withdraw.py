"""Saying, in a reply that was opened, that its wish was not taken on."""

import asyncio

import discord
from discord.ui import LayoutView, TextDisplay

from bot.domain.reply import Reply
from bot.replies.attempts import CALL_SECONDS
from bot.replies.messages import Body, Messages
from bot.replies.outcome import TROUBLE, judge
from bot.studio.ports import Clock, Outcome, Posted


class Withdraw:
    """Speaks through interactions' tokens; `words` is what it says."""

    def __init__(self, client: discord.Client, clock: Clock, words: str) -> None:
        self._messages = Messages(client)
        self._clock = clock
        self._words = words

    async def withdraw(self, reply: Reply) -> Outcome:
        """Make one attempt."""
        view = LayoutView(timeout=None).add_item(TextDisplay(self._words))
        try:
            async with asyncio.timeout(CALL_SECONDS):
                message = await self._messages.edit_by_token(reply, Body(view))
        except TROUBLE as error:
            return judge(error, self._clock.now(), reply.token_at)
        return Posted(message.channel.id, message.id)
