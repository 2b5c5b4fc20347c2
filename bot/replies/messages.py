"""The calls to Discord that edit, post and fetch messages, each made once.

Nothing here needs the library's cache: messages and channels are addressed by their ids.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final, cast

import aiohttp
import discord
from discord.http import json_or_text
from discord.ui import LayoutView

from bot.discord_limits import THREAD_EXISTS
from bot.domain.reply import Reply

# The address of an interaction's first answer. The library hands it on as it is, whatever its annotation says.
_ORIGINAL = cast("int", "@original")
# Minutes without a message after which a thread is folded away: a week.
_ARCHIVED_AFTER: Final = 10080
# The errors of a connection that was reset on its way, which the library repeats a request after.
_RESET = {54, 10054}


@dataclass(frozen=True, slots=True)
class Body:
    """What an edit or a message holds: a card, and the files that it names, if any.

    `replaces`: the files already on the message go; otherwise they stay.
    """

    view: LayoutView
    files: tuple[discord.File, ...] = ()
    replaces: bool = True

    @property
    def attachments(self) -> list[discord.Attachment | discord.File]:
        """List what an edit leaves on the message."""
        if self.files:
            return [*self.files]
        return [] if self.replaces else discord.utils.MISSING


def only(user_id: int | None) -> discord.AllowedMentions:
    """Let a message mention that member alone; None: no one."""
    if user_id is None:
        return discord.AllowedMentions.none()
    return discord.AllowedMentions(everyone=False, roles=False, users=[discord.Object(user_id)], replied_user=False)


class Messages:
    """Edit, post and fetch messages, by an interaction's token or as the bot; raise what the library raises."""

    def __init__(self, client: discord.Client) -> None:
        self._client = client

    @property
    def our_id(self) -> int | None:
        """Return the bot's own user id, once it is known."""
        return self._client.user.id if self._client.user else None

    async def edit_by_token(self, reply: Reply, body: Body) -> discord.Message:
        """Edit the reply through its token."""
        return await self._webhook(reply).edit_message(
            _ORIGINAL,
            view=body.view,
            attachments=body.attachments,
            allowed_mentions=discord.AllowedMentions.none(),
        )

    async def edit_as_bot(self, channel_id: int, message_id: int, body: Body) -> discord.Message:
        """Edit a message of ours as the bot."""
        message = self._client.get_partial_messageable(channel_id).get_partial_message(message_id)
        return await message.edit(
            view=body.view,
            attachments=body.attachments,
            allowed_mentions=discord.AllowedMentions.none(),
        )

    async def post(self, channel_id: int, body: Body, nonce: str, user_id: int | None) -> discord.Message:
        """Post a card as a new message that mentions at most that member; the nonce makes it one for some minutes."""
        channel = self._client.get_partial_messageable(channel_id)
        return await channel.send(view=body.view, files=list(body.files), nonce=nonce, allowed_mentions=only(user_id))

    async def say(
        self,
        channel_id: int,
        text: str,
        nonce: str,
        user_id: int,
        answered: discord.MessageReference | None,
        *,
        file: discord.File | None = None,
    ) -> discord.Message:
        """Post a text, perhaps with a file, that mentions at most that member, in answer to a message or by itself."""
        channel = self._client.get_partial_messageable(channel_id)
        if answered is None:
            files = [] if file is None else [file]
            return await channel.send(text, nonce=nonce, allowed_mentions=only(user_id), files=files)
        return await channel.send(text, nonce=nonce, allowed_mentions=only(user_id), reference=answered)

    async def follow_up(
        self, reply: Reply, text: str, user_id: int, file: discord.File | None = None
    ) -> discord.Message:
        """Post a text after the reply, as private as that is. It has no nonce: repeating it posts it twice."""
        send, files = self._follow_up_webhook(reply).send, [] if file is None else [file]
        return await send(text, ephemeral=reply.private, allowed_mentions=only(user_id), files=files, wait=True)

    async def follow_with(self, reply: Reply, body: Body, user_id: int) -> discord.Message:
        """Post a card and its files after the reply, as private as that is; it has no nonce either."""
        return await self._follow_up_webhook(reply).send(
            view=body.view,
            files=list(body.files),
            ephemeral=reply.private,
            allowed_mentions=only(user_id),
            wait=True,
        )

    async def direct_channel(self, user_id: int) -> int:
        """Open the direct messages with a member and return their channel's id."""
        return (await self._client.create_dm(discord.Object(user_id))).id

    async def fetch_by_token(self, reply: Reply) -> discord.Message:
        """Fetch the reply through its token."""
        return await self._webhook(reply).fetch_message(_ORIGINAL)

    async def fetch_as_bot(self, channel_id: int, message_id: int) -> discord.Message:
        """Fetch a message as the bot."""
        return await self._client.get_partial_messageable(channel_id).fetch_message(message_id)

    async def open_thread(self, channel_id: int, message_id: int, name: str) -> None:
        """Open a thread on a message; one that is there already will do."""
        start = self._client.http.start_thread_with_message
        try:
            await start(channel_id, message_id, name=name, auto_archive_duration=_ARCHIVED_AFTER)
        except discord.HTTPException as error:
            if error.code != THREAD_EXISTS:
                raise

    async def delete_as_bot(self, channel_id: int, message_id: int) -> None:
        """Delete a message of ours as the bot."""
        await self._client.get_partial_messageable(channel_id).get_partial_message(message_id).delete()

    async def delete_by_token(self, reply: Reply, message_id: int) -> None:
        """Delete a message that was made through the reply's token."""
        await self._webhook(reply).delete_message(message_id)

    def since(self, channel_id: int, snowflake: int, maximum: int) -> AsyncIterator[discord.Message]:
        """Yield a channel's messages that are younger than a snowflake, oldest first, at most so many."""
        channel = self._client.get_partial_messageable(channel_id)
        return channel.history(after=discord.Object(snowflake), limit=maximum, oldest_first=True)

    def _follow_up_webhook(self, reply: Reply) -> discord.Webhook:
        webhook = _without_repeats(self._webhook(reply))
        # Only an application sends ephemeral messages, and the library takes a partial webhook for another kind.
        webhook.type = discord.WebhookType.application
        return webhook

    def _webhook(self, reply: Reply) -> discord.Webhook:
        return discord.Webhook.partial(reply.application_id, reply.token or "", client=self._client)


class _OneRequest:
    """A webhook's session without the library's repetitions: raise what it would repeat.

    discord.py 2.7.1 repeats every webhook request that a 5xx has answered (`discord.webhook.async_`,
    `AsyncWebhookAdapter.request`), as if none of them could have been applied; a message without a nonce may then be
    there twice.
    """

    def __init__(self, session: Any) -> None:
        self._session = session

    @asynccontextmanager
    async def request(self, method: str, url: str, **more: Any) -> AsyncIterator[Any]:
        try:
            async with self._session.request(method, url, **more) as response:
                if response.status >= 500:
                    raise discord.DiscordServerError(response, await json_or_text(response))
                yield response
        except OSError as error:
            if error.errno in _RESET:
                raise aiohttp.ClientConnectionError("reset") from error
            raise


def _without_repeats(webhook: discord.Webhook) -> discord.Webhook:
    """Return the webhook, which from now on repeats only what a 429 has definitely refused."""
    webhook.session = cast("Any", _OneRequest(webhook.session))
    return webhook
