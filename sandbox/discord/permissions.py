"""Permissions as Discord computes them: server, then channel overwrites of everyone, then those of one member."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntFlag


class Permission(IntFlag):
    """Permission bits by Discord's names."""

    ADMINISTRATOR = 1 << 3
    MANAGE_GUILD = 1 << 5
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    CONNECT = 1 << 20
    MANAGE_WEBHOOKS = 1 << 29
    USE_APPLICATION_COMMANDS = 1 << 31
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    SEND_MESSAGES_IN_THREADS = 1 << 38
    USE_EXTERNAL_APPS = 1 << 50

    @classmethod
    def named(cls, names: Iterable[str]) -> "Permission":
        """Return the bits of permissions in Discord's words, such as "Attach Files"."""
        bits = cls(0)
        for name in names:
            bits |= cls[name.upper().replace(" ", "_")]
        return bits

    def words(self) -> list[str]:
        """Return the names in Discord's words."""
        return [str(bit.name).replace("_", " ").title() for bit in type(self) if bit in self]


NOTHING = Permission(0)
EVERYONE = (
    Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.READ_MESSAGE_HISTORY
    | Permission.USE_APPLICATION_COMMANDS
    | Permission.SEND_MESSAGES_IN_THREADS
    | Permission.USE_EXTERNAL_APPS
    | Permission.CONNECT
)
BOT = (
    Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.READ_MESSAGE_HISTORY
    | Permission.CREATE_PUBLIC_THREADS
    | Permission.SEND_MESSAGES_IN_THREADS
    | Permission.CONNECT
)
#: What a bot has in a direct message.
DIRECT = (BOT | Permission.MENTION_EVERYONE) & ~(Permission.CONNECT | Permission.CREATE_PUBLIC_THREADS)
ALL = ~Permission(0)


@dataclass(slots=True)
class Overwrite:
    """What a channel allows or denies one role or member."""

    allow: Permission = NOTHING
    deny: Permission = NOTHING


@dataclass(slots=True)
class Overwrites:
    """A channel's overwrites: of everyone, and of members by id."""

    everyone: Overwrite = field(default_factory=Overwrite)
    members: dict[int, Overwrite] = field(default_factory=dict)

    def deny(self, *names: str, member: int | None = None) -> None:
        """Deny permissions by their words ("Attach Files") to a member, or to everyone."""
        target, bits = self._target(member), Permission.named(names)
        target.deny |= bits
        target.allow &= ~bits

    def allow(self, *names: str, member: int | None = None) -> None:
        """Allow permissions by their words to a member, or to everyone."""
        target, bits = self._target(member), Permission.named(names)
        target.allow |= bits
        target.deny &= ~bits

    def applied(self, base: Permission, member: int) -> Permission:
        """Return what is left of `base` for a member in this channel."""
        if Permission.ADMINISTRATOR in base:
            return base
        bits = (base & ~self.everyone.deny) | self.everyone.allow
        own = self.members.get(member, Overwrite())
        return (bits & ~own.deny) | own.allow

    def _target(self, member: int | None) -> Overwrite:
        return self.everyone if member is None else self.members.setdefault(member, Overwrite())
