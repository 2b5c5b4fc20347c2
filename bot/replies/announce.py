"""Telling a member about an asset: on the reply while its token lives, else in a direct message."""

from collections.abc import Callable

import discord
from discord.ui import LayoutView, TextDisplay

from bot.domain.assets import Asset
from bot.domain.reply import Reply
from bot.replies.attempts import CALL_SECONDS, posted
from bot.replies.calls import Calls
from bot.replies.messages import Body
from bot.studio.ports import CardRefused, Clock, Closed, Outcome

# Discord's "Create Message": a nonce holds at most 25 characters.
_NONCE_IDS = 23


class Announce:
    """Speaks of assets.

    `draw` makes an asset's card, `words` says the same as a text, for a card that Discord refuses.
    """

    def __init__(
        self,
        calls: Calls,
        clock: Clock,
        draw: Callable[[Asset], LayoutView],
        words: Callable[[Asset], str],
    ) -> None:
        self._calls = calls
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
        edit = self._calls.messages.edit_by_token
        return posted(await self._calls.make(CALL_SECONDS, lambda: edit(reply, Body(view)), reply))

    async def _sent(self, asset: Asset, view: LayoutView) -> Outcome:
        messages = self._calls.messages

        async def send() -> discord.Message:
            channel_id = await messages.direct_channel(asset.owner_id)
            return await messages.post(channel_id, Body(view), f"{asset.id[:_NONCE_IDS]}n", asset.owner_id)

        return posted(await self._calls.make(CALL_SECONDS, send))

    def _plain(self, asset: Asset) -> LayoutView:
        return LayoutView(timeout=None).add_item(TextDisplay(self._words(asset)))
