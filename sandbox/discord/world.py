"""The world of one stand-in: servers, channels, people, messages. A test changes it directly."""

from collections.abc import Iterable, Iterator

from sandbox.clock import Clock
from sandbox.discord.errors import DiscordError
from sandbox.discord.model import Channel, ChannelType, Guild, Json, StoredMessage, Team, User
from sandbox.discord.permissions import ALL, BOT, DIRECT, Permission
from sandbox.discord.settings import Settings

_DISCORD_EPOCH_MS = 1_420_070_400_000


class World:
    """Everything that exists, by id.

    From the start: Mara and Tomas in the server "Film Club" (#videos, #general) where the bot is a member, and in
    "Elsewhere" (#lounge) where it is not; each has a direct message with the bot and one with the other ("private").
    Olive, who is in no server, owns the application; `team` owns it in her place where there is one. `bot_public`:
    every user may add the bot to a server. `refused_spoilers`: of "gallery" (an item's own `spoiler`) and "attachment"
    (`is_spoiler`), those that Discord refuses in a form.
    """

    def __init__(self, clock: Clock, settings: Settings) -> None:
        self._clock = clock
        self._settings = settings
        self._last_id = 0
        self.users: dict[int, User] = {}
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self.messages: dict[int, StoredMessage] = {}
        self.bot = User(int(settings.application_id), settings.application_name.lower(), settings.application_name)
        self.bot.bot = True
        self.owner = User(1900, "olive", "Olive")
        self.team: Team | None = None
        self.bot_public = True
        self.refused_spoilers: set[str] = set()
        self._settle()

    def _settle(self) -> None:
        self.users = {
            1001: User(1001, "mara", "Mara", "#d9627c", avatar="5f3c1d2e" * 4),
            1002: User(1002, "tomas", "Tomas", "#3f8f6b", avatar="8a6b4c2d" * 4),
            self.owner.id: self.owner,
            self.bot.id: self.bot,
        }
        limit = self._settings.default_size_limit
        self.guilds = {
            2001: Guild(2001, "Film Club", 1001, limit, {1001, 1002}, True, bot_permissions=BOT),
            2002: Guild(2002, "Elsewhere", 1002, limit, {1001, 1002}, False),
        }
        for channel in (
            Channel(3001, "videos", ChannelType.TEXT, 2001),
            Channel(3002, "general", ChannelType.TEXT, 2001),
            Channel(4001, "Seedreel", ChannelType.DM, recipients=(1001, self.bot.id)),
            Channel(4002, "Seedreel", ChannelType.DM, recipients=(1002, self.bot.id)),
            Channel(3101, "lounge", ChannelType.TEXT, 2002),
            Channel(4101, "private", ChannelType.DM, recipients=(1001, 1002)),
        ):
            self.channels[channel.id] = channel

    def new_id(self) -> int:
        """Return a fresh snowflake of the clock's time."""
        made = int(self._clock.now() * 1000) - _DISCORD_EPOCH_MS << 22
        self._last_id = max(made, self._last_id + 1)
        return self._last_id

    def user(self, name_or_id: str | int) -> User:
        """Return a user by name, "username" or id."""
        for user in self.users.values():
            if name_or_id in (user.id, str(user.id), user.name, user.username):
                return user
        raise LookupError(f"no user {name_or_id!r}")

    def guild(self, name_or_id: str | int) -> Guild:
        """Return a server by name or id."""
        for guild in self.guilds.values():
            if name_or_id in (guild.id, str(guild.id), guild.name):
                return guild
        raise LookupError(f"no server {name_or_id!r}")

    def channel(self, name_or_id: str | int) -> Channel:
        """Return a channel by name or id."""
        for channel in self.channels.values():
            if name_or_id in (channel.id, str(channel.id), channel.name):
                return channel
        raise LookupError(f"no channel {name_or_id!r}")

    def direct(self, user_id: int) -> Channel:
        """Return the direct message of a user with the bot, opened if there was none."""
        for channel in self.channels.values():
            if channel.direct and set(channel.recipients) == {user_id, self.bot.id}:
                return channel
        made = Channel(self.new_id(), self.bot.name, ChannelType.DM, recipients=(user_id, self.bot.id))
        self.channels[made.id] = made
        return made

    def add_thread(self, parent: str | int, name: str, message_id: int | None = None) -> Channel:
        """Open a public thread in a channel, or on a message of it, whose id it has then."""
        over, thread_id = self.channel(parent), message_id or self.new_id()
        made = Channel(thread_id, name, ChannelType.THREAD, over.guild_id, over.id, permissions=over.permissions)
        self.channels[made.id] = made
        return made

    def add_member(self, name: str, *, app_installed: bool = True) -> User:
        """Let one more person join "Film Club"."""
        user = User(self.new_id(), name.lower(), name, app_installed=app_installed)
        self.users[user.id] = user
        self.guild("Film Club").members.add(user.id)
        return user

    def add_server(self, name: str, members: Iterable[User], shard: tuple[int, int] = (0, 1)) -> Channel:
        """Open one more server with the bot and these members; the first owns it. Returns its channel.

        Its events go to that shard, where the bot has as many as `shard` counts.
        """
        ids = [member.id for member in members]
        limit = self._settings.default_size_limit
        made = Guild(self._id_on(*shard), name, ids[0], limit, set(ids), bot_permissions=BOT)
        self.guilds[made.id] = made
        channel = Channel(self.new_id(), f"{name.lower()}-videos", ChannelType.TEXT, made.id)
        self.channels[channel.id] = channel
        return channel

    def _id_on(self, shard: int, shards: int) -> int:
        """Return a fresh snowflake of that shard, up to so many milliseconds ahead."""
        made = self.new_id()
        self._last_id = made + (((shard - (made >> 22)) % shards) << 22)
        return self._last_id

    def in_servers(self) -> list[User]:
        """Return the people who are in any server."""
        inside = {one for guild in self.guilds.values() for one in guild.members}
        return [user for user in self.users.values() if user.id in inside]

    def delete_channel(self, name_or_id: str | int) -> None:
        """Delete a channel with all its messages."""
        gone = self.channels.pop(self.channel(name_or_id).id)
        for message in gone.messages.values():
            message.deleted = True

    def guild_of(self, channel: Channel) -> Guild | None:
        """Return a channel's server, None for direct messages."""
        return None if channel.guild_id is None else self.guilds[channel.guild_id]

    def size_limit(self, channel: Channel) -> int:
        """Return how many bytes a file may have in this channel."""
        guild = self.guild_of(channel)
        return self._settings.default_size_limit if guild is None else guild.size_limit

    def seen_by(self, user_id: int) -> Iterator[Channel]:
        """Yield the channels a person sees."""
        for channel in self.channels.values():
            if Permission.VIEW_CHANNEL in self.permissions(channel, user_id):
                yield channel

    def permissions(self, channel: Channel, user_id: int) -> Permission:
        """Return what a person or the bot may do in a channel; nothing where they are no member."""
        guild = self.guild_of(channel)
        if guild is None:
            return DIRECT if user_id in channel.recipients else Permission(0)
        if user_id == self.bot.id:
            if not guild.bot_member:
                return Permission(0)
            return channel.permissions.applied(guild.everyone | guild.bot_permissions, user_id)
        if user_id not in guild.members:
            return Permission(0)
        if user_id == guild.owner_id:
            return ALL
        return channel.permissions.applied(guild.everyone, user_id)

    def may_use(self, channel: Channel, user_id: int, command: Json) -> bool:
        """Tell whether a server lets a person use a command; in direct messages no permission is asked for."""
        guild, needed = self.guild_of(channel), command["default_member_permissions"]
        if guild is None or needed is None or user_id in guild.command_members.get(command["name"], ()):
            return True
        may = self.permissions(channel, user_id)
        # "0" is nobody but administrators.
        return Permission.ADMINISTRATOR in may or (int(needed) != 0 and Permission(int(needed)) in may)

    def reachable(self, channel_id: int) -> Channel:
        """Return a channel by id for the bot's token.

        Raises:
            DiscordError: 10003 when there is no such channel, 50001 when the bot may not see it.
        """
        channel = self.channels.get(channel_id)
        if channel is None:
            raise DiscordError(10003)
        if Permission.VIEW_CHANNEL not in self.permissions(channel, self.bot.id):
            raise DiscordError(50001, why="missing: View Channel")
        return channel

    def demand(self, channel: Channel, *names: str) -> None:
        """Raise 50013 when the bot lacks any of the permissions, by their words, in a channel."""
        missing = Permission.named(names) & ~self.permissions(channel, self.bot.id)
        if missing:
            raise DiscordError(50013, why="missing: " + ", ".join(missing.words()))

    def mutual(self, user_id: int) -> bool:
        """Whether the bot and a user share a server."""
        return any(guild.bot_member and user_id in guild.members for guild in self.guilds.values())
