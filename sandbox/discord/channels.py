"""Channels and messages through the bot's own token."""

from sandbox.clock import Clock
from sandbox.discord import shapes
from sandbox.discord.call import EMPTY, Call, Endpoint, Reply
from sandbox.discord.cdn import Cdn
from sandbox.discord.errors import DiscordError, FormErrors
from sandbox.discord.forms import demand_attachments
from sandbox.discord.messages import Messages
from sandbox.discord.model import Channel, ChannelType, Guild, StoredMessage
from sandbox.discord.permissions import Permission
from sandbox.discord.ratelimits import RateLimits
from sandbox.discord.world import World

_NONCE_LIFE = 300.0
_OLD = 3600.0


class Channels:
    """Serve /channels, /users/@me/channels and /guilds."""

    def __init__(self, world: World, cdn: Cdn, messages: Messages, clock: Clock, limits: RateLimits) -> None:
        self._world = world
        self._cdn = cdn
        self._messages = messages
        self._clock = clock
        self._limits = limits

    def endpoints(self) -> list[Endpoint]:
        """Return the routes."""
        one = "/channels/{channel_id}/messages/{message_id}"
        return [
            Endpoint("GET", "/channels/{channel_id}", self.show),
            Endpoint("GET", "/channels/{channel_id}/messages", self.history),
            Endpoint("POST", "/channels/{channel_id}/messages", self.post),
            Endpoint("GET", one, self.fetch),
            Endpoint("PATCH", one, self.edit),
            Endpoint("DELETE", one, self.delete),
            Endpoint("POST", f"{one}/threads", self.open_thread),
            Endpoint("POST", "/users/@me/channels", self.open_direct),
            Endpoint("GET", "/guilds/{guild_id}", self.guild),
            Endpoint("GET", "/guilds/{guild_id}/members/{user_id}", self.member),
        ]

    async def show(self, call: Call) -> Reply:
        """Return a channel."""
        return Reply(shapes.channel(self._world, self._world.reachable(call.number("channel_id"))))

    async def guild(self, call: Call) -> Reply:
        """Return a server the bot is in."""
        return Reply(shapes.guild(self._guild_of_bot(call)))

    async def member(self, call: Call) -> Reply:
        """Return a member of a server the bot is in; this needs no intent, unlike a list of members."""
        found, user = self._guild_of_bot(call), self._world.users.get(call.number("user_id"))
        if user is None:
            raise DiscordError(10013)
        if user.id not in found.members and user.id != self._world.bot.id:
            raise DiscordError(10007)
        return Reply(shapes.guild_member(found, user))

    def _guild_of_bot(self, call: Call) -> Guild:
        found = self._world.guilds.get(call.number("guild_id"))
        if found is None or not found.bot_member:
            raise DiscordError(10004)
        return found

    async def open_direct(self, call: Call) -> Reply:
        """Return the direct message with a user."""
        asked = str(call.form.get("recipient_id") or "")
        if not asked.isdigit() or int(asked) not in self._world.users:
            raise DiscordError(10013)
        if int(asked) == self._world.bot.id:
            raise DiscordError(50007)
        return Reply(shapes.channel(self._world, self._world.direct(int(asked))))

    async def post(self, call: Call) -> Reply:
        """Post a message; the same nonce under `enforce_nonce` gives the message that is there already."""
        channel = self._world.reachable(call.number("channel_id"))
        if channel.direct:
            self._may_write_to(channel)
        else:
            self._may_post(channel, call)
        nonce = call.form.get("nonce")
        if nonce is not None and len(str(nonce)) > 25:
            form = FormErrors()
            form.length("nonce", str(nonce), 0, 25)
            form.raise_if_any()
        enforced = nonce is not None and bool(call.form.get("enforce_nonce"))
        if enforced and (known := self._by_nonce(channel, str(nonce))) is not None:
            return self._shown(known)
        made = await self._messages.create(channel, self._world.bot.id, self._checked(channel, call).posted())
        if enforced:
            channel.nonces[str(nonce)] = (self._clock.now(), made.id)
        return self._shown(made)

    async def open_thread(self, call: Call) -> Reply:
        """Open a thread on a message, which has its id; a message has one at most ("Start Thread from Message")."""
        channel = self._world.reachable(call.number("channel_id"))
        message = self._message(channel, call)
        if channel.type is not ChannelType.TEXT:
            raise DiscordError(50024)
        self._world.demand(channel, "Create Public Threads")
        name = str(call.form.get("name") or "")
        form = FormErrors()
        form.length("name", name, 1, 100)
        form.raise_if_any()
        if message.id in self._world.channels:
            raise DiscordError(160004)
        made = self._world.add_thread(channel.id, name, message.id)
        return Reply(shapes.channel(self._world, made), 201)

    async def history(self, call: Call) -> Reply:
        """Return messages, newest first: `limit` 1..100, and one of `before`, `after`, `around`."""
        channel = self._world.reachable(call.number("channel_id"))
        if channel.type is ChannelType.SPOKEN:
            self._world.demand(channel, "Connect")
        if Permission.READ_MESSAGE_HISTORY not in self._world.permissions(channel, self._world.bot.id):
            return Reply([])
        limit = int(call.query.get("limit", "50"))
        if not 1 <= limit <= 100:
            form = FormErrors()
            form.add("limit", "NUMBER_TYPE_MAX", "int value should be between 1 and 100.")
            form.raise_if_any()
        seen = sorted((one for one in channel.messages.values() if one.ephemeral_for is None), key=lambda one: one.id)
        found = self._window(seen, call, limit)
        return Reply([shapes.message(self._world, self._cdn, one) for one in reversed(found)])

    def _window(self, seen: list[StoredMessage], call: Call, limit: int) -> list[StoredMessage]:
        if "after" in call.query:
            return [one for one in seen if one.id > int(call.query["after"])][:limit]
        if "before" in call.query:
            return [one for one in seen if one.id < int(call.query["before"])][-limit:]
        if "around" in call.query:
            middle = int(call.query["around"])
            near = sorted(seen, key=lambda one: abs(one.id - middle))[:limit]
            return sorted(near, key=lambda one: one.id)
        return seen[-limit:]

    async def fetch(self, call: Call) -> Reply:
        """Return one message."""
        channel = self._world.reachable(call.number("channel_id"))
        self._world.demand(channel, "Read Message History")
        return self._shown(self._message(channel, call))

    async def edit(self, call: Call) -> Reply:
        """Change one of the bot's own messages."""
        channel = self._world.reachable(call.number("channel_id"))
        message = self._message(channel, call)
        if message.author_id != self._world.bot.id:
            raise DiscordError(50005)
        if self._clock.now() > message.created_at + _OLD:
            wait = self._limits.old_edit(channel.id)
            if wait is not None:
                raise DiscordError(30046, more={"retry_after": round(wait, 3), "global": False})
        demand_attachments(call.posted(), takes_files=self._limits.settings.edits_take_files)
        if call.files and self._limits.settings.edits_need_attach_files:
            self._world.demand(channel, "Attach Files")
        return self._shown(await self._messages.edit(message, call.posted()))

    async def delete(self, call: Call) -> Reply:
        """Delete a message."""
        channel = self._world.reachable(call.number("channel_id"))
        message = self._message(channel, call)
        if message.author_id != self._world.bot.id:
            self._world.demand(channel, "Manage Messages")
        self._messages.delete(message)
        return EMPTY

    def _message(self, channel: Channel, call: Call) -> StoredMessage:
        message = channel.messages.get(call.number("message_id"))
        # An ephemeral message does not exist for the bot's token.
        if message is None or message.ephemeral_for is not None:
            raise DiscordError(10008)
        return message

    def _may_write_to(self, channel: Channel) -> None:
        person = next(one for one in channel.recipients if one != self._world.bot.id)
        user = self._world.users[person]
        if not self._world.mutual(person) and not user.app_installed:
            raise DiscordError(50278)
        if not user.dms_open:
            raise DiscordError(50007)

    def _may_post(self, channel: Channel, call: Call) -> None:
        thread = channel.type is ChannelType.THREAD
        self._world.demand(channel, "Send Messages In Threads" if thread else "Send Messages")
        if call.files:
            self._world.demand(channel, "Attach Files")
        if call.form.get("message_reference"):
            self._may_answer(channel)
        if thread and channel.archived:
            if channel.locked:
                raise DiscordError(50083)
            channel.archived = False

    def _may_answer(self, channel: Channel) -> None:
        if Permission.READ_MESSAGE_HISTORY not in self._world.permissions(channel, self._world.bot.id):
            raise DiscordError(160002)

    def _checked(self, channel: Channel, call: Call) -> Call:
        reference = call.form.get("message_reference") or {}
        asked = reference.get("message_id")
        if asked is not None and int(asked) not in channel.messages:
            if reference.get("fail_if_not_exists", True):
                form = FormErrors()
                form.add("message_reference", "REPLIES_UNKNOWN_MESSAGE", "Unknown message")
                form.raise_if_any()
            call.form.pop("message_reference")
        may = self._world.permissions(channel, self._world.bot.id)
        if call.form.get("embeds") and Permission.EMBED_LINKS not in may:
            raise DiscordError(50013, why="missing: Embed Links")
        return call

    def _by_nonce(self, channel: Channel, nonce: str) -> StoredMessage | None:
        when, message_id = channel.nonces.get(nonce, (0.0, 0))
        return channel.messages.get(message_id) if self._clock.now() < when + _NONCE_LIFE else None

    def _shown(self, message: StoredMessage) -> Reply:
        return Reply(shapes.message(self._world, self._cdn, message))
