"""`/settings`: a member's defaults for all their videos, on a card that only they see."""

from typing import Any

import discord
from discord.ext import commands

from bot.domain.member_settings import MemberSettings, Setting
from bot.domain.models import Catalogue
from bot.studio.lifecycle.member_settings import MemberSettingsService
from bot.ui import custom_ids
from bot.ui.settings_card import UNSET, VIDEOS, page_of, settings_card
from cogs.conversation import Conversation, Outdated
from cogs.options import CommandCog, command
from cogs.router import Router
from cogs.translations import texts_of


class SettingsCog(CommandCog):
    """The command `/settings`, its pages and its selects; each choice is saved at once."""

    def __init__(
        self,
        bot: commands.Bot | commands.AutoShardedBot,
        settings: MemberSettingsService,
        catalogue: Catalogue,
        router: Router,
    ) -> None:
        self._languages = router.conversations.languages
        say = texts_of(self._languages.english)
        super().__init__(bot, command("settings", say("command.settings"), [], self._settings_of))
        self._settings = settings
        self._catalogue = catalogue
        self._open = router.conversations.open
        router.press(custom_ids.SETTINGS, self._turn)
        router.press(custom_ids.SETTING, self._set)

    async def _settings_of(self, interaction: discord.Interaction, _values: dict[str, Any]) -> None:
        async with self._open(interaction) as conversation:
            await conversation.defer(private=True)
            await self._show(conversation, await self._settings.of(conversation.caller.user_id), VIDEOS)

    async def _turn(self, conversation: Conversation, page: int) -> None:
        await conversation.acknowledge()
        await self._show(conversation, await self._settings.of(conversation.caller.user_id), page)

    async def _set(self, conversation: Conversation, setting: Setting) -> None:
        await conversation.acknowledge()
        value = next((chosen for chosen in conversation.chosen if chosen != UNSET), None)
        if value is not None and self._is_unknown(setting, value):
            raise Outdated(f"the setting {setting}")
        settings = await self._settings.change(conversation.caller.user_id, setting, value)
        await self._show(conversation, settings, page_of(setting))

    def _is_unknown(self, setting: Setting, value: str) -> bool:
        if setting is Setting.LANGUAGE:
            return value not in self._languages.names
        return bool(MemberSettings.read({setting: value}).unknown)

    async def _show(self, conversation: Conversation, settings: MemberSettings, page: int) -> None:
        """Show a page, in the language that is set by now."""
        language = self._languages.of(settings.language or conversation.interaction.locale.value)
        await conversation.show(settings_card(language, settings, self._catalogue, self._languages, page))
