"""Where a reply is, as ids that outlive every object of a library."""

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Self


class Route(StrEnum):
    """A way to deliver a clip to its requester, best first."""

    TOKEN = "token"  # noqa: S105 - a route, not a password; edit the reply through the interaction's token
    BOT = "bot"  # edit the same message as the bot
    CHANNEL = "channel"  # a new message in the channel that mentions the requester
    FOLLOW_UP = "follow-up"  # a new message through the interaction's token, as private as the reply
    DIRECT = "direct"  # a direct message
    ASKED = "asked"  # into the private reply of a member who asked for it


class Variant(StrEnum):
    """What a delivery holds."""

    FILE = "file"  # the clip itself
    LINK = "link"  # the provider's URL, with the time of its death
    PLAIN = "plain"  # text and the clip, for a card that Discord refuses


@dataclass(frozen=True, slots=True)
class RepairedClip:
    """What became of a damaged clip that plays again: its bytes, and whether pictures are missing."""

    size: int
    incomplete: bool


@dataclass(frozen=True, slots=True)
class ShrunkClip:
    """What became of a clip that was made smaller to fit: bytes, and sides in pixels."""

    size: int
    width: int
    height: int

    def __str__(self) -> str:
        """Say it for the log."""
        return f"{self.size} bytes, {self.width}x{self.height}"


@dataclass(frozen=True, slots=True)
class PublicMessage:
    """A message of ours that its whole channel sees; without a `guild_id` it is in direct messages."""

    guild_id: int | None
    channel_id: int
    message_id: int


@dataclass(frozen=True, slots=True)
class Reply:
    """The address of our message that answers a command.

    `token_at`: UTC seconds at which the interaction was made. `private`: what Discord made of it, not what we asked
    for. `bot_reaches`: the bot itself may see the channel (not so where the app is only user-installed).
    `limit`: the largest file that the place takes, in bytes. `attach_files`, `send_messages`: the bot's permissions in
    the channel, which its own posts need and what goes through the token does not (Discord's change log, 2022-06-29).
    `in_thread`: sending there is a permission of its own. `bot_added`: the server has added the bot, so that a channel
    out of its reach is only hidden from it. `external_apps`: the member may use apps there that the server has not.
    """

    application_id: int
    channel_id: int
    guild_id: int | None
    message_id: int | None
    token: str | None = field(repr=False)
    token_at: float
    private: bool
    bot_reaches: bool
    limit: int
    attach_files: bool = True
    send_messages: bool = True
    in_thread: bool = False
    bot_added: bool = False
    external_apps: bool = True
    # The platform limits the channel to adults; of a thread it does not say, which counts as no.
    age_restricted: bool = False
    # The member's language and the server's, as the platform names them: "en-US".
    locale: str = ""
    guild_locale: str = ""

    @property
    def language_tag(self) -> str:
        """Return the language of what stands there: the member's where only they read it, else the server's."""
        return self.locale if self.private else self.guild_locale or self.locale

    def token_lives(self, now: float, seconds: float) -> bool:
        """Tell whether the interaction's token is younger than so many seconds at `now`, in UTC seconds."""
        return self.token is not None and now - self.token_at < seconds

    def routes(self, now: float, token_seconds: float) -> tuple[Route, ...]:
        """List the routes that may hold the clip at `now`, best first; a private video never goes into a channel."""
        routes: list[Route] = []
        if self.token_lives(now, token_seconds):
            routes.append(Route.TOKEN)
        if not self.private and self.bot_reaches:
            if self.message_id is not None:
                routes.append(Route.BOT)
            if self.attach_files and self.send_messages:
                routes.append(Route.CHANNEL)
        if self.token_lives(now, token_seconds):
            # After the post, which its nonce makes one.
            routes.append(Route.FOLLOW_UP)
        routes.append(Route.DIRECT)
        return tuple(routes)

    def or_later(self, other: Self) -> Self:
        """Return the address of the later interaction; of the same interaction, the address that knows its message."""
        if self.token_at != other.token_at:
            return self if self.token_at > other.token_at else other
        return other if self.message_id is None and other.message_id is not None else self

    def at(self, message_id: int) -> Self:
        """Return the address with its message known."""
        return replace(self, message_id=message_id)
