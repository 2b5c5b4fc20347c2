"""What exists, in the shapes of Discord's REST and gateway."""

from datetime import UTC, datetime
from typing import Any

from sandbox.discord.cdn import Cdn
from sandbox.discord.model import Channel, ChannelType, Guild, Json, StoredMessage, User
from sandbox.discord.world import World

_PICTURES = {"image", "thumbnail"}


def stamp(when: float) -> str:
    """Return unix seconds as ISO 8601 in UTC with microseconds."""
    return datetime.fromtimestamp(when, UTC).isoformat(timespec="microseconds")


def user(of: User) -> Json:
    """Return a user object."""
    shape: Json = {
        "id": str(of.id),
        "username": of.username,
        "avatar": of.avatar or None,
        "discriminator": "0000" if of.bot else "0",
        "public_flags": 0,
        "flags": 0,
        "global_name": None if of.bot else of.name,
        "primary_guild": None,
        "avatar_decoration_data": None,
    }
    if of.bot:
        shape |= {"bot": True, "username": of.name}
    return shape


def owner(world: World) -> Json:
    """Return the application's owner; of a team's application that is a user which stands for the team."""
    if world.team is None:
        return user(world.owner)
    return user(User(world.team.id, f"team{world.team.id}", f"team{world.team.id}"))


def team(world: World) -> Json | None:
    """Return the team that owns the application, if there is one."""
    if (of := world.team) is None:
        return None
    members = [
        {
            "user": user(world.users[one.user_id]),
            "team_id": str(of.id),
            "membership_state": 2 if one.accepted else 1,
            "role": one.role,
            "permissions": ["*"],
        }
        for one in of.members
    ]
    return {"id": str(of.id), "icon": None, "name": of.name, "owner_user_id": str(of.owner_id), "members": members}


def member(world: World, channel: Channel, of: User) -> Json:
    """Return a member object with the permissions in a channel."""
    guild = world.guilds.get(channel.guild_id or 0)
    return guild_member(guild, of) | {"permissions": str(int(world.permissions(channel, of.id)))}


def guild_member(guild: Guild | None, of: User) -> Json:
    """Return a member object of a server."""
    return {
        "user": user(of),
        "nick": None,
        "avatar": None,
        "banner": None,
        "roles": [str(role) for role in guild.roles.get(of.id, ())] if guild else [],
        "joined_at": "2026-01-01T00:00:00.000000+00:00",
        "premium_since": None,
        "deaf": False,
        "mute": False,
        "flags": 0,
        "pending": False,
        "communication_disabled_until": None,
    }


def channel(world: World, of: Channel) -> Json:
    """Return a channel object."""
    latest = str(max(of.messages)) if of.messages else None
    shape: Json = {"id": str(of.id), "type": int(of.type), "last_message_id": latest, "flags": 0}
    shape["last_pin_timestamp"] = None
    if of.direct:
        others = [world.users[one] for one in of.recipients if one != world.bot.id]
        return shape | {"recipients": [user(one) for one in others]}
    shape |= {"guild_id": str(of.guild_id), "name": of.name, "parent_id": _id(of.parent_id), "rate_limit_per_user": 0}
    if of.type is ChannelType.THREAD:
        return shape | {
            "owner_id": "1001",
            "message_count": len(of.messages),
            "member_count": 1,
            "total_message_sent": len(of.messages),
            "thread_metadata": {
                "archived": of.archived,
                "archive_timestamp": "2026-01-01T00:00:00.000000+00:00",
                "auto_archive_duration": 1440,
                "locked": of.locked,
                "create_timestamp": "2026-01-01T00:00:00.000000+00:00",
            },
        }
    if of.type is ChannelType.SPOKEN:
        shape |= {"bitrate": 64_000, "user_limit": 0, "rtc_region": None, "video_quality_mode": 1}
    return shape | {"topic": None, "position": 0, "nsfw": of.age_restricted, "permission_overwrites": _overwrites(of)}


def _overwrites(of: Channel) -> list[Json]:
    every = of.permissions.everyone
    found = [{"id": str(of.guild_id), "type": 0, "allow": str(int(every.allow)), "deny": str(int(every.deny))}]
    for who, own in of.permissions.members.items():
        found.append({"id": str(who), "type": 1, "allow": str(int(own.allow)), "deny": str(int(own.deny))})
    return found


def _id(value: int | None) -> str | None:
    return None if value is None else str(value)


def role(of: Guild, role_id: int | None = None) -> Json:
    """Return a role of a server; of everyone, where none is named."""
    everyone = role_id in (None, of.id)
    return {
        "id": str(of.id if everyone else role_id),
        "name": "@everyone" if everyone else of.role_names[role_id or 0],
        "permissions": str(int(of.everyone)) if everyone else "0",
        "position": 0 if everyone else 1,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": False,
        "mentionable": False,
        "icon": None,
        "unicode_emoji": None,
        "flags": 0,
    }


def guild(of: Guild) -> Json:
    """Return a server object."""
    nothing = ("icon", "description", "home_header", "splash", "discovery_splash", "banner", "application_id")
    channels = ("afk_channel_id", "system_channel_id", "widget_channel_id", "rules_channel_id")
    more = ("safety_alerts_channel_id", "public_updates_channel_id", "vanity_url_code", "incidents_data")
    zeros = ("system_channel_flags", "verification_level", "default_message_notifications", "mfa_level")
    shape: Json = dict.fromkeys([*nothing, *channels, *more, "max_presences"])
    shape |= dict.fromkeys([*zeros, "explicit_content_filter", "premium_subscription_count", "nsfw_level"], 0)
    return shape | {
        "id": str(of.id),
        "name": of.name,
        "features": [],
        "owner_id": str(of.owner_id),
        "region": "deprecated",
        "afk_timeout": 300,
        "widget_enabled": False,
        "roles": [role(of), *(role(of, each) for each in of.role_names)],
        "max_members": 500_000,
        "max_stage_video_channel_users": 50,
        "max_video_channel_users": 25,
        "premium_tier": {50: 2, 100: 3}.get(of.size_limit >> 20, 0),
        "preferred_locale": of.locale,
        "premium_progress_bar_enabled": False,
        "nsfw": False,
        "emojis": [],
        "stickers": [],
    }


def message(world: World, cdn: Cdn, of: StoredMessage) -> Json:
    """Return a message object, its media and attachments with fresh links."""
    shown = {one[key].get("url", "").removeprefix("attachment://") for one in of.embeds for key in _PICTURES & set(one)}
    shape: Json = {
        "id": str(of.id),
        "type": 0,
        "channel_id": str(of.channel_id),
        "author": user(world.users[of.author_id]),
        "content": of.content,
        "timestamp": stamp(of.created_at),
        "edited_timestamp": None if of.edited_at is None else stamp(of.edited_at),
        "tts": of.tts,
        "mention_everyone": of.mention_everyone,
        "mentions": [user(world.users[one]) for one in of.mentions],
        "mention_roles": [],
        "pinned": False,
        "flags": int(of.flags),
        # Files of such a message live in its components only.
        "attachments": [] if of.v2 else [cdn.attachment(file) for file in of.files.values() if file.name not in shown],
        "embeds": [_embed(one, of, cdn) for one in of.embeds],
        "components": [resolved(one, cdn) for one in of.components],
    }
    if of.interaction is not None:
        answers_component = "interacted_message_id" in of.interaction
        shape |= {
            "type": 19 if answers_component else 20,
            "interaction_metadata": of.interaction,
            "webhook_id": str(world.bot.id),
        }
    if of.author_id == world.bot.id:
        shape["application_id"] = str(world.bot.id)
    if of.nonce is not None:
        shape["nonce"] = of.nonce
    if of.reference is not None:
        place = world.channels.get(of.channel_id)
        shape["type"] = 19
        shape["message_reference"] = {"type": 0, "channel_id": str(of.channel_id), "message_id": str(of.reference)}
        if place is not None and place.guild_id is not None:
            shape["message_reference"]["guild_id"] = str(place.guild_id)
    return shape


def _embed(embed: Json, of: StoredMessage, cdn: Cdn) -> Json:
    by_url = {f"attachment://{file.name}": file for file in of.files.values()}
    read = dict(embed)
    for key in _PICTURES & set(embed):
        file = by_url.get(embed[key].get("url", ""))
        if file is not None:
            read[key] = {"url": cdn.link(file), "proxy_url": cdn.link(file)}
    return read


def resolved(component: Any, cdn: Cdn) -> Any:
    """Return a stored component with its media turned into links."""
    if isinstance(component, list):
        return [resolved(one, cdn) for one in component]
    if not isinstance(component, dict):
        return component
    if "attachment_id" in component and len(component) == 1:
        return cdn.media(cdn.files[component["attachment_id"]])
    if component.get("type") == 13 and "attachment_id" in component["file"]:
        file = cdn.files[component["file"]["attachment_id"]]
        covered = bool(component["spoiler"] or file.spoiler)
        return component | {"file": cdn.media(file), "name": file.name, "size": file.size, "spoiler": covered}
    return {key: resolved(value, cdn) for key, value in component.items()}
