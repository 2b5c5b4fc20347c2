"""Who uses the bot, and where."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Caller:
    """The member behind one interaction, as Discord describes them there."""

    user_id: int
    guild_id: int | None = None  # None in a direct message
    role_ids: frozenset[int] = frozenset()
    # Discord's topic "Permissions", in lower case: "manage_guild".
    permissions: frozenset[str] = frozenset()
    # Discord's "Reference", "Locales": "en-US".
    locale: str = ""
    # The bot is there by the caller's own installation alone: the server, if it is one, has not added it.
    user_installed_only: bool = False
    # Where they are: `permissions` are those that they have in this channel.
    channel_id: int | None = None

    @property
    def manages_guild(self) -> bool:
        """Tell whether the caller may manage the server that they are in."""
        return self.guild_id is not None and "manage_guild" in self.permissions
