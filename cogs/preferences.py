"""What a member has set, as far as it decides how an interaction is answered: nothing here waits for the database."""

import discord

from bot.domain.member_settings import MemberSettings
from bot.studio.lifecycle.member_settings import MemberSettingsService
from bot.ui.language import Language, Languages


class Preferences:
    """The languages, and the members' settings."""

    def __init__(self, languages: Languages, settings: MemberSettingsService) -> None:
        self.languages = languages
        self._settings = settings

    def known(self, user_id: int) -> MemberSettings | None:
        """Return a member's settings; None where they are not known for certain."""
        return self._settings.known(user_id)

    def is_private(self, user_id: int) -> bool:
        """Tell whether a member's videos are for them alone, or may be as far as is known."""
        return self._settings.is_private(user_id)

    def locale(self, interaction: discord.Interaction) -> str:
        """Return the tag of the member's language: the one that they have set, else Discord's."""
        known = self.known(interaction.user.id)
        return (known.language if known else "") or interaction.locale.value

    def language(self, interaction: discord.Interaction) -> Language:
        """Return the language of what only the member reads."""
        return self.languages.of(self.locale(interaction))
