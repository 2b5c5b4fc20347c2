"""Notices to a member that are not about a job: how an asset stands, and that a request was never accepted."""

import discord
from discord.ui import LayoutView

from bot.domain.assets import Asset
from bot.domain.reply import Reply
from bot.replies.discord_api import CALL_SECONDS, DiscordApi
from bot.replies.messages import Body
from bot.studio.ports import CardRefused, Clock, Closed, Outcome
from bot.ui.asset_cards import asset_card, asset_text
from bot.ui.components import text_only
from bot.ui.language import Languages


class Notices:
    """Send notices; every method makes one attempt."""

    def __init__(self, languages: Languages, api: DiscordApi, clock: Clock) -> None:
        self._languages = languages
        self._api = api
        self._clock = clock

    async def show(self, asset: Asset) -> Outcome:
        """Show on the reply how the asset stands; Closed where the reply's token has died."""
        reply = asset.reply
        if reply is None or not self._api.token_lives(reply):
            return Closed("the reply is out of reach")
        language = self._languages.of(reply.language_tag)
        outcome = await self._edit(reply, asset_card(language, asset))
        if isinstance(outcome, CardRefused):
            return await self._edit(reply, text_only(asset_text(language, asset)))
        return outcome

    async def announce(self, asset: Asset) -> Outcome:
        """Say how the asset ended: on the reply, else in a direct message."""
        outcome = await self.show(asset)
        if not isinstance(outcome, Closed | CardRefused):
            return outcome
        language = self._languages.of(asset.reply.locale if asset.reply else "")
        outcome = await self._post(asset, asset_card(language, asset))
        if isinstance(outcome, CardRefused):
            return await self._post(asset, text_only(asset_text(language, asset)))
        return outcome

    async def apologize(self, reply: Reply) -> Outcome:
        """Say in the reply that its request was not accepted."""
        return await self._edit(reply, text_only(self._languages.of(reply.language_tag).text("reply.not-taken-on")))

    async def _edit(self, reply: Reply, view: LayoutView) -> Outcome:
        edit = self._api.messages.edit_by_token
        return await self._api.send(CALL_SECONDS, lambda: edit(reply, Body(view)), reply)

    async def _post(self, asset: Asset, view: LayoutView) -> Outcome:
        messages = self._api.messages

        async def post() -> discord.Message:
            channel_id = await messages.direct_channel(asset.owner_id)
            return await messages.post(channel_id, Body(view), f"{asset.id}n", asset.owner_id)

        return await self._api.send(CALL_SECONDS, post)
