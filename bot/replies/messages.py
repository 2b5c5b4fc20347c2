"""The calls to Discord: every one made once, with its own end, and none kept for later.

Nothing here needs the library's cache: messages and channels are addressed by their ids.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import discord
from discord.ui import LayoutView

from bot.domain.reply import Reply
from bot.replies.once import sends_once

# The address of an interaction's first answer. The library hands it on as it is, whatever its annotation says.
_ORIGINAL = cast("int", "@original")


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


def only(user_id: int) -> discord.AllowedMentions:
    """Let a message mention that member and nobody else."""
    return discord.AllowedMentions(everyone=False, roles=False, users=[discord.Object(user_id)], replied_user=False)


class Messages:
    """Messages of ours, through an interaction's token or as the bot. All methods raise what the library raises."""

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

    async def post(self, channel_id: int, body: Body, nonce: str, user_id: int) -> discord.Message:
        """Post a card as a new message that mentions at most that member; the nonce makes it one for some minutes."""
        channel = self._client.get_partial_messageable(channel_id)
        return await channel.send(view=body.view, files=list(body.files), nonce=nonce, allowed_mentions=only(user_id))

    async def say(
        self, channel_id: int, text: str, nonce: str, user_id: int, beside: discord.MessageReference | None
    ) -> discord.Message:
        """Post a text that mentions at most that member, beside another message or by itself."""
        channel = self._client.get_partial_messageable(channel_id)
        if beside is None:
            return await channel.send(text, nonce=nonce, allowed_mentions=only(user_id))
        return await channel.send(text, nonce=nonce, allowed_mentions=only(user_id), reference=beside)

    async def follow_up(self, reply: Reply, text: str, user_id: int) -> discord.Message:
        """Say a text after the reply, as private as that is. It has no nonce: repeating it says it twice."""
        send = self._following(reply).send
        return await send(text, ephemeral=reply.private, allowed_mentions=only(user_id), wait=True)

    async def follow_with(self, reply: Reply, body: Body, user_id: int) -> discord.Message:
        """Put a card and its files after the reply, as private as that is; it has no nonce either."""
        return await self._following(reply).send(
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

    def since(self, channel_id: int, snowflake: int, most: int) -> AsyncIterator[discord.Message]:
        """Walk a channel's messages that are younger than a snowflake, oldest first, at most so many."""
        channel = self._client.get_partial_messageable(channel_id)
        return channel.history(after=discord.Object(snowflake), limit=most, oldest_first=True)

    def _following(self, reply: Reply) -> discord.Webhook:
        webhook = sends_once(self._webhook(reply))
        # Ephemeral messages are an application's alone, and a partial webhook counts as somebody's.
        webhook.type = discord.WebhookType.application
        return webhook

    def _webhook(self, reply: Reply) -> discord.Webhook:
        return discord.Webhook.partial(reply.application_id, reply.token or "", client=self._client)


@asynccontextmanager
async def opened(path: Path, name: str) -> AsyncIterator[discord.File]:
    """Open a file anew for one attempt, under that name; raises OSError."""
    file = await asyncio.to_thread(discord.File, path, filename=name)
    try:
        yield file
    finally:
        await asyncio.to_thread(file.close)
