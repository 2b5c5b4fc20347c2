"""What the managers of a server set for it, beside limits: when media are covered there, and where its log goes."""

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.reply import Reply
from bot.domain.shares import OtherChannel


class Spoilers(StrEnum):
    """When what a whole channel sees of a video is covered until a member clicks on it."""

    NEVER = "never"
    ALWAYS = "always"
    OUTSIDE = "outside"  # outside age-restricted channels

    def cover(self, *, age_restricted: bool) -> bool:
        """Tell whether they cover what is posted in such a channel."""
        return self is Spoilers.ALWAYS or (self is Spoilers.OUTSIDE and not age_restricted)

    def cover_reply(self, reply: Reply) -> bool:
        """Tell whether they cover what a reply shows; never what one member alone sees, nor direct messages."""
        return not reply.private and reply.guild_id is not None and self.cover(age_restricted=reply.age_restricted)


@dataclass(frozen=True, slots=True)
class LogChannel:
    """Where a server's log is posted; `age_restricted`, and the server's language, as they were when that was set."""

    channel_id: int
    age_restricted: bool = False
    locale: str = ""


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """The settings of one server.

    `log_closed`: the channel that could not be posted in any more, for which the log was turned off; until a manager
    was told. `showcase`: where members show their videos off.
    """

    spoilers: Spoilers = Spoilers.NEVER
    log_channel: LogChannel | None = None
    log_closed: int | None = None
    showcase: OtherChannel | None = None
