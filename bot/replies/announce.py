"""Telling a member about an asset: on the reply while its token lives, else in a direct message."""

import asyncio
from collections.abc import Awaitable, Callable

import discord
from discord.ui import LayoutView, TextDisplay

from bot.domain.assets import Asset
from bot.domain.reply import Reply
from bot.replies.attempts import CALL_SECONDS
from bot.replies.messages import Body, Messages
from bot.replies.outcome import TROUBLE, judge
from bot.studio.ports import CardRefused, Clock, Closed, Outcome, Posted

# Discord's "Create Message": a nonce holds at most 25 characters.
_NONCE_IDS = 23


class Announce:
    """Speaks of assets.

    `draw` makes an asset's card, `words` says the same as a text, for a card that Discord refuses.
    """

    def __init__(
        self,
        client: discord.Client,
        clock: Clock,
        draw: Callable[[Asset], LayoutView],
        words: Callable[[Asset], str],
    ) -> None:
        self._messages = Messages(client)
        self._clock = clock
        self._draw = draw
        self._words = words

    async def show(self, asset: Asset) -> Outcome:
        """Make one attempt to show how it stands, on the reply; Closed where its token has died."""
        reply = asset.reply
        if reply is None or not reply.token_lives(self._clock.now()):
            return Closed("the reply is out of reach")
        outcome = await self._edited(reply, self._draw(asset))
        return await self._edited(reply, self._plain(asset)) if isinstance(outcome, CardRefused) else outcome

    async def announce(self, asset: Asset) -> Outcome:
        """Make one attempt to say how it ended: on the reply, else in a direct message."""
        outcome = await self.show(asset)
        if not isinstance(outcome, Closed | CardRefused):
            return outcome
        outcome = await self._sent(asset, self._draw(asset))
        return await self._sent(asset, self._plain(asset)) if isinstance(outcome, CardRefused) else outcome

    async def _edited(self, reply: Reply, view: LayoutView) -> Outcome:
        return await self._within(lambda: self._messages.edit_by_token(reply, Body(view)), reply)

    async def _sent(self, asset: Asset, view: LayoutView) -> Outcome:
        async def send() -> discord.Message:
            channel_id = await self._messages.direct_channel(asset.owner_id)
            return await self._messages.post(channel_id, Body(view), f"{asset.id[:_NONCE_IDS]}n", asset.owner_id)

        return await self._within(send)

    async def _within(self, call: Callable[[], Awaitable[discord.Message]], reply: Reply | None = None) -> Outcome:
        try:
            async with asyncio.timeout(CALL_SECONDS):
                message = await call()
        except TROUBLE as error:
            return judge(error, self._clock.now(), reply.token_at if reply else None)
        return Posted(message.channel.id, message.id)

    def _plain(self, asset: Asset) -> LayoutView:
        return LayoutView(timeout=None).add_item(TextDisplay(self._words(asset)))
