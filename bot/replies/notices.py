"""Notices that are not about a job: to members of assets and requests, and to the bot's owner."""

import logging

import discord
from discord.ui import LayoutView

from bot.domain.alerts import Alert
from bot.domain.assets import Asset
from bot.domain.errors import Problem
from bot.domain.reply import PublicMessage, Reply
from bot.replies.discord_api import CALL_SECONDS, DiscordApi
from bot.replies.messages import Body
from bot.studio.ports import CardRefused, Clock, Closed, Outcome, Posted
from bot.ui.asset_cards import asset_card, asset_text
from bot.ui.components import text_only
from bot.ui.language import Languages
from bot.ui.problem_texts import problem_text
from bot.ui.share_texts import shared_text, thread_name
from bot.ui.spending_texts import alert_text

log = logging.getLogger(__name__)


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

    async def tell_shared(self, reply: Reply, message: PublicMessage, *, threaded: bool = True) -> Outcome:
        """Say in the reply where a video was shared, and that it has no thread there, where it was to have one."""
        said = shared_text(self._languages.of(reply.language_tag), message, threaded=threaded)
        return await self._edit(reply, text_only(said))

    async def open_thread(self, reply: Reply, message: PublicMessage, prompt: str) -> Outcome:
        """Make one attempt to open a thread on a message; one that is there already will do."""
        name = thread_name(self._languages.of(reply.guild_locale or reply.locale), prompt)
        channel_id, message_id, start = message.channel_id, message.message_id, self._api.messages.open_thread
        done = await self._api.call(CALL_SECONDS, lambda: start(channel_id, message_id, name))
        return Posted(channel_id, message_id) if done is None else done

    async def tell_problem(self, reply: Reply, problem: Problem) -> Outcome:
        """Say in the reply why a video was not shared."""
        return await self._edit(reply, text_only(problem_text(self._languages.of(reply.language_tag), problem)))

    async def delete_message(self, channel_id: int, message_id: int) -> Outcome:
        """Make one attempt to delete a message of ours as the bot; Closed(message_gone=True) where it is gone."""
        delete = self._api.messages.delete_as_bot
        done = await self._api.call(CALL_SECONDS, lambda: delete(channel_id, message_id))
        return Posted(channel_id, message_id) if done is None else done

    async def delete_by_token(self, reply: Reply, message_id: int) -> Outcome:
        """Make one attempt to delete a reply through its token."""
        delete = self._api.messages.delete_by_token
        done = await self._api.call(CALL_SECONDS, lambda: delete(reply, message_id), reply)
        return Posted(reply.channel_id, message_id) if done is None else done

    async def tell_owner(self, user_id: int, alert: Alert, nonce: str) -> Outcome:
        """Write to the bot's owner, whose language is only known when they use the bot; log it where that is closed."""
        text, messages = alert_text(self._languages.english, alert), self._api.messages

        async def post() -> discord.Message:
            return await messages.say(await messages.direct_channel(user_id), text, nonce, user_id, None)

        outcome = await self._api.send(CALL_SECONDS, post)
        if isinstance(outcome, Closed):
            first = text.splitlines()[0]
            log.critical("For the bot's owner, who takes no direct messages (%s): %s", outcome.problem, first)
        return outcome

    async def _edit(self, reply: Reply, view: LayoutView) -> Outcome:
        edit = self._api.messages.edit_by_token
        return await self._api.send(CALL_SECONDS, lambda: edit(reply, Body(view)), reply)

    async def _post(self, asset: Asset, view: LayoutView) -> Outcome:
        messages = self._api.messages

        async def post() -> discord.Message:
            channel_id = await messages.direct_channel(asset.owner_id)
            return await messages.post(channel_id, Body(view), f"{asset.id}n", asset.owner_id)

        return await self._api.send(CALL_SECONDS, post)
