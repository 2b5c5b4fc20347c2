"""Messages: created, edited, deleted, and announced to the watchers."""

from collections.abc import Callable
from typing import Literal

from sandbox.clock import Clock
from sandbox.discord import components as parts
from sandbox.discord.cdn import Cdn
from sandbox.discord.errors import DiscordError
from sandbox.discord.forms import Body, MessageForms, Posted
from sandbox.discord.mentions import mentioned
from sandbox.discord.model import Channel, Flag, Json, StoredMessage
from sandbox.discord.permissions import Permission
from sandbox.discord.world import World
from sandbox.ledger import Ledger

What = Literal["created", "edited", "deleted"]
Watcher = Callable[[What, StoredMessage], None]


class Messages:
    """The one place where messages change."""

    def __init__(self, world: World, cdn: Cdn, clock: Clock, ledger: Ledger) -> None:
        self._world = world
        self._clock = clock
        self._ledger = ledger
        self._forms = MessageForms(cdn, world.new_id, world.refused_spoilers)
        self._watchers: list[Watcher] = []

    def watch(self, watcher: Watcher) -> None:
        """Call `watcher` after every change."""
        self._watchers.append(watcher)

    async def create(
        self,
        channel: Channel,
        author: int,
        posted: Posted,
        *,
        ephemeral_for: int | None = None,
        interaction: Json | None = None,
        used: Json | None = None,
        reference: int | None = None,
    ) -> StoredMessage:
        """Make a message of a form; the refusals are those of `MessageForms.read`."""
        limit = self._world.size_limit(channel)
        body = await self._forms.read(posted, channel.id, limit, None)
        self._filter(channel, author, body)
        message = StoredMessage(self._world.new_id(), channel.id, author, self._clock.now())
        message.ephemeral_for, message.interaction, message.used = ephemeral_for, interaction, used
        message.nonce, message.tts = posted.data.get("nonce"), bool(posted.data.get("tts"))
        asked = (posted.data.get("message_reference") or {}).get("message_id")
        message.reference = reference if asked is None else int(asked)
        self._fill(message, body, posted.data)
        return self.put(channel, message)

    def put(self, channel: Channel, message: StoredMessage) -> StoredMessage:
        """Keep a message that is already made, such as one that is loading."""
        if message.ephemeral_for is not None:
            message.flags |= Flag.EPHEMERAL
        channel.messages[message.id] = message
        self._world.messages[message.id] = message
        if Flag.SUPPRESS_NOTIFICATIONS not in message.flags:
            message.pinged = self._reached(message)
        self._tell("created", message)
        return message

    async def edit(self, message: StoredMessage, posted: Posted) -> StoredMessage:
        """Change a message by a form; what the form leaves out stays. Ends LOADING. An edit pings no one."""
        channel = self._world.channels[message.channel_id]
        if channel.archived:
            raise DiscordError(50083)
        limit = self._world.size_limit(channel)
        was_loading = Flag.LOADING in message.flags
        body = await self._forms.read(posted, channel.id, limit, message)
        if message.deleted:
            raise DiscordError(10008)
        self._filter(channel, message.author_id, body)
        self._fill(message, body, posted.data)
        message.edited_at = None if was_loading else self._clock.now()
        self._tell("edited", message)
        return message

    def delete(self, message: StoredMessage) -> None:
        """Delete a message."""
        message.deleted = True
        channel = self._world.channels.get(message.channel_id)
        if channel is not None:
            channel.messages.pop(message.id, None)
        self._world.messages.pop(message.id, None)
        self._tell("deleted", message)

    def visible(self, message: StoredMessage, user_id: int) -> bool:
        """Whether a person sees a message."""
        if message.deleted or message.dismissed or message.ephemeral_for not in (None, user_id):
            return False
        channel = self._world.channels.get(message.channel_id)
        return channel is not None and Permission.VIEW_CHANNEL in self._world.permissions(channel, user_id)

    def dismiss(self, message: StoredMessage) -> None:
        """Take an ephemeral message from its member's sight; Discord still has it."""
        message.dismissed = True
        self._tell("deleted", message)

    def _filter(self, channel: Channel, author: int, body: Body) -> None:
        guild = self._world.guild_of(channel)
        if guild is None or author != self._world.bot.id:
            return
        names = (file.name for file in body.files.values())
        said = "\n".join([body.content, *parts.texts(body.components), *names]).lower()
        for words, code in guild.filters.items():
            if words in said:
                raise DiscordError(code, why=words)

    def _fill(self, message: StoredMessage, body: Body, data: Json) -> None:
        message.content, message.components, message.embeds = body.content, body.components, body.embeds
        message.files, message.flags = body.files, body.flags
        replied = self._world.messages.get(message.reference or 0)
        text = "\n".join([body.content, *parts.texts(body.components)])
        found = mentioned(text, data.get("allowed_mentions"), None if replied is None else replied.author_id)
        message.mentions = [one for one in found.people if one in self._world.users]
        may = self._world.permissions(self._world.channels[message.channel_id], message.author_id)
        message.mention_everyone = found.everyone and Permission.MENTION_EVERYONE in may

    def _reached(self, message: StoredMessage) -> set[int]:
        everyone = set(self._world.users) if message.mention_everyone else set()
        wanted = everyone | set(message.mentions)
        return {one for one in wanted if one != message.author_id and self.visible(message, one)}

    def _tell(self, what: What, message: StoredMessage) -> None:
        channel = self._world.channels.get(message.channel_id)
        self._ledger.write(
            "message",
            what,
            channel=None if channel is None else channel.name,
            id=str(message.id),
            who=self._world.users[message.author_id].name,
            ephemeral=message.ephemeral_for is not None,
            loading=Flag.LOADING in message.flags,
            text="\n".join([message.content, *parts.texts(message.components)]).strip(),
            files=[file.name for file in message.files.values()],
            pinged=sorted(self._world.users[one].name for one in message.pinged) if what == "created" else [],
        )
        for watcher in tuple(self._watchers):
            watcher(what, message)
