"""Things that exist in Discord."""

from dataclasses import dataclass, field
from enum import IntEnum, IntFlag
from pathlib import Path
from typing import Any

from sandbox.discord.permissions import EVERYONE, NOTHING, Overwrites, Permission

Json = dict[str, Any]


class ChannelType(IntEnum):
    """Kinds of channel."""

    TEXT = 0
    DM = 1
    SPOKEN = 2  # a voice channel
    GROUP = 3
    THREAD = 11


class Flag(IntFlag):
    """Message flags."""

    SUPPRESS_EMBEDS = 1 << 2
    EPHEMERAL = 1 << 6
    LOADING = 1 << 7
    SUPPRESS_NOTIFICATIONS = 1 << 12
    COMPONENTS_V2 = 1 << 15


@dataclass(slots=True)
class User:
    """A person or the bot; `about` is what the profile says, `avatar` the hash of its picture, where there is one."""

    id: int
    username: str
    name: str
    color: str = "#5865f2"
    bot: bool = False
    dms_open: bool = True
    app_installed: bool = True
    locale: str = "en-US"
    about: str = ""
    avatar: str = ""


@dataclass(slots=True)
class Guild:
    """A server. `bot_member`: the bot was invited; `size_limit`: bytes a file may have here.

    `filters`: what a message's text or a file's name may not hold, in small letters, and the code that answers it.
    `roles`: the ids of each member's roles; `role_names`: what roles are called, beside @everyone. `locale`: the
    language that its owner set. `command_members`: who may use a command without its permission, by its name
    ("Application Command Permissions").
    """

    id: int
    name: str
    owner_id: int
    size_limit: int
    members: set[int] = field(default_factory=set)
    bot_member: bool = True
    everyone: Permission = EVERYONE
    bot_permissions: Permission = NOTHING
    filters: dict[str, int] = field(default_factory=dict)
    roles: dict[int, list[int]] = field(default_factory=dict)
    role_names: dict[int, str] = field(default_factory=dict)
    command_members: dict[str, set[int]] = field(default_factory=dict)
    locale: str = "en-US"

    def remove_bot(self) -> None:
        """Kick the bot; its commands are gone with it."""
        self.bot_member = False


@dataclass(frozen=True, slots=True)
class TeamMember:
    """A member of a team, or one who is only invited to it; `role` is "admin", "developer" or "read_only"."""

    user_id: int
    role: str = "admin"
    accepted: bool = True


@dataclass(slots=True)
class Team:
    """The people who own an application together."""

    id: int
    name: str
    owner_id: int
    members: list[TeamMember] = field(default_factory=list)


@dataclass(slots=True)
class StoredFile:
    """A file on the CDN, kept on disk. Size in bytes, width and height in pixels; `seconds` of a voice message."""

    id: int
    channel_id: int
    name: str
    size: int
    sha256: str
    content_type: str
    path: Path
    width: int | None = None
    height: int | None = None
    description: str | None = None
    ephemeral: bool = False
    spoiler: bool = False
    seconds: float | None = None


@dataclass(slots=True)
class StoredMessage:
    """A message. `ephemeral_for`: the only member who sees it; times in unix seconds.

    Media in `components` are {"attachment_id": int} or {"url": str}; they become URLs when the message is read.
    """

    id: int
    channel_id: int
    author_id: int
    created_at: float
    content: str = ""
    edited_at: float | None = None
    flags: Flag = field(default_factory=lambda: Flag(0))
    components: list[Json] = field(default_factory=list)
    embeds: list[Json] = field(default_factory=list)
    files: dict[int, StoredFile] = field(default_factory=dict)
    mentions: list[int] = field(default_factory=list)
    mention_everyone: bool = False
    pinged: set[int] = field(default_factory=set)
    ephemeral_for: int | None = None
    dismissed: bool = False
    used: Json | None = None
    interaction: Json | None = None
    reference: int | None = None
    nonce: str | int | None = None
    tts: bool = False
    deleted: bool = False

    @property
    def v2(self) -> bool:
        """Whether this is a Components V2 message."""
        return Flag.COMPONENTS_V2 in self.flags


@dataclass(slots=True)
class Channel:
    """A channel, a thread or a direct message; `recipients` are ids of people in a direct message, the bot included."""

    id: int
    name: str
    type: ChannelType
    guild_id: int | None = None
    parent_id: int | None = None
    recipients: tuple[int, ...] = ()
    permissions: Overwrites = field(default_factory=Overwrites)
    messages: dict[int, StoredMessage] = field(default_factory=dict)
    nonces: dict[str, tuple[float, int]] = field(default_factory=dict)
    archived: bool = False
    locked: bool = False
    age_restricted: bool = False

    @property
    def direct(self) -> bool:
        """Whether this is a direct or group message."""
        return self.type in (ChannelType.DM, ChannelType.GROUP)
