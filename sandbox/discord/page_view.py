"""What a page is shown."""

from collections.abc import Callable

from sandbox.discord import shapes
from sandbox.discord.core import Core
from sandbox.discord.model import Channel, Flag, Json, StoredMessage, User

_SERVER = 2001


def hello(core: Core, user: User, controls: list[Json]) -> Json:
    """Return the frame that shows a member everything."""
    # The page knows direct messages with the bot only, not those between two people.
    shown = (one for one in core.world.seen_by(user.id) if not one.direct or core.world.bot.id in one.recipients)
    seen = sorted(shown, key=_order(core))
    people = core.world.in_servers()
    return {
        "type": "hello",
        "members": [{"id": str(one.id), "name": one.name, "color": one.color} for one in people],
        "me": str(user.id),
        "channels": [_channel(core, one, user) for one in seen],
        "commands": _commands(core, user),
        "messages": {str(one.id): _messages(core, one, user) for one in seen},
        "bot": bot(core),
        "now": core.clock.now(),
        "controls": controls,
    }


def bot(core: Core) -> Json:
    """Return the bot as members see it: name, whether it is there, what it is doing, what its profile says."""
    of = core.world.bot
    shown: Json = {"id": str(of.id), "name": of.name, "about": of.about}
    return shown | {"online": core.gateway.online, "activity": core.gateway.activity}


def message_for(core: Core, message: StoredMessage, user: User) -> Json:
    """Return a message as one member's page gets it."""
    shape = shapes.message(core.world, core.cdn, message) | {
        "ephemeral": message.ephemeral_for is not None,
        "loading": Flag.LOADING in message.flags,
        "mine_ping": user.id in message.pinged,
    }
    if message.used is not None:
        shape["used"] = message.used
    return shape


def _commands(core: Core, user: User) -> list[Json]:
    """List the commands that the one server with the bot lets a person use."""
    place = next((one for one in core.world.channels.values() if one.guild_id == _SERVER), None)
    every = core.commands.all(_SERVER)
    return every if place is None else [one for one in every if core.world.may_use(place, user.id, one)]


def _messages(core: Core, channel: Channel, user: User) -> list[Json]:
    visible = (one for one in channel.messages.values() if core.messages.visible(one, user.id))
    return [message_for(core, one, user) for one in sorted(visible, key=lambda one: one.id)]


def _order(core: Core) -> Callable[[Channel], tuple[bool, bool, int]]:
    def key(channel: Channel) -> tuple[bool, bool, int]:
        guild = core.world.guild_of(channel)
        away = not guild.bot_member if guild is not None else core.world.bot.id not in channel.recipients
        return away, channel.direct, channel.id

    return key


def _channel(core: Core, channel: Channel, user: User) -> Json:
    guild = core.world.guild_of(channel)
    if guild is not None:
        return {"id": str(channel.id), "name": channel.name, "kind": "text", "guild": guild.name}
    other = next((one for one in channel.recipients if one != user.id), user.id)
    return {"id": str(channel.id), "name": core.world.users[other].name, "kind": "dm"}
