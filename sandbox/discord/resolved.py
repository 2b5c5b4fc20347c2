"""The people, roles and channels that a command's options name, as Discord describes them beside their ids."""

from collections.abc import Mapping
from typing import Any

from sandbox.discord import shapes
from sandbox.discord.command_rules import CHANNEL, ROLE, USER
from sandbox.discord.errors import DiscordRefused
from sandbox.discord.model import Channel, Json
from sandbox.discord.world import World

_KINDS = {USER: "users", CHANNEL: "channels", ROLE: "roles"}
# "Interactions", "Resolved Data Structure": a partial member lacks these.
_NOT_OF_A_MEMBER = ("user", "deaf", "mute")


def named_by_options(
    world: World, place: Channel, user_id: int, described: list[Json], given: Mapping[str, Any]
) -> Json:
    """Describe everything that the options name, as it is for that user; DiscordRefused for what is not there."""
    found: Json = {}
    for option in described:
        if option["type"] not in _KINDS or option["name"] not in given:
            continue
        key = str(given[option["name"]])
        try:
            shape = _shape(world, place, user_id, option["type"], key)
        except LookupError:
            raise DiscordRefused(f"{option['name']}: there is no {key} here") from None
        found.setdefault(_KINDS[option["type"]], {})[key] = shape
        if option["type"] == USER and (member := _member(world, place, int(key))) is not None:
            found.setdefault("members", {})[key] = member
    return found


def target_user(world: World, place: Channel, user_id: int) -> Json:
    """Describe the person that a command of their menu is used on, and the member that they are there."""
    key = str(user_id)
    found: Json = {"users": {key: shapes.user(world.users[user_id])}}
    member = _member(world, place, user_id)
    return found if member is None else found | {"members": {key: member}}


def _member(world: World, place: Channel, user_id: int) -> Json | None:
    guild = world.guild_of(place)
    if guild is None or user_id not in guild.members:
        return None
    member = shapes.member(world, place, world.users[user_id])
    return {name: value for name, value in member.items() if name not in _NOT_OF_A_MEMBER}


def _shape(world: World, place: Channel, user_id: int, kind: int, key: str) -> Json:
    if kind == USER:
        return shapes.user(world.users[int(key)])
    guild = world.guild_of(place)
    if guild is None:
        raise LookupError(key)
    if kind == ROLE:
        return shapes.role(guild, int(key))
    channel = world.channels[int(key)]
    if channel.guild_id != guild.id:
        raise LookupError(key)
    # "Interactions", "Resolved Data Structure": the app's own permissions since July 2026.
    rights = {"permissions": user_id, "app_permissions": world.bot.id}
    may = {name: str(int(world.permissions(channel, whose))) for name, whose in rights.items()}
    return shapes.channel(world, channel) | may
