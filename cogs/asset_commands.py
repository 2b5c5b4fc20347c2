"""`/asset`: characters, and the files that the provider keeps of them. Only the member sees the answers."""

from typing import Any, Final

import discord
from discord import app_commands
from discord.app_commands import locale_str
from discord.ext import commands

from bot.discord_limits import MAX_CHOICES
from bot.domain.assets import MAX_NAME, Character
from bot.domain.media import AttachmentInput, Kind
from bot.studio.assets.service import AssetService
from bot.studio.assets.verification import VerificationService
from bot.ui import custom_ids
from bot.ui.asset_cards import character_card, character_choice, hidden_card, imported_card, renamed_card, shared_card
from bot.ui.language import Language
from bot.ui.verification_cards import consent_card, consent_in
from cogs.address import caller_of
from cogs.asset_buttons import show_assets
from cogs.autocomplete import found_in_time
from cogs.conversations import Conversations
from cogs.options import MEDIA_FILES, REQUIRED, Choice, CommandCog, Option, command, everywhere
from cogs.translations import texts_of

_MAX_CHARACTER_INPUT: Final = 100
_MAX_ID: Final = 220
_NAME: Final = app_commands.Range[str, 1, MAX_NAME]


class AssetsCog(CommandCog):
    """The commands of `/asset`; `cogs.asset_buttons` handles the buttons on their answers."""

    def __init__(
        self,
        bot: commands.Bot | commands.AutoShardedBot,
        language: Language,
        assets: AssetService,
        verifications: VerificationService,
        conversations: Conversations,
    ) -> None:
        self._assets = assets
        self._verifications = verifications
        self._conversations = conversations
        self._open = conversations.open
        group = everywhere(app_commands.Group(name="asset", description=texts_of(language)("command.asset")))
        for made in self._commands(language):
            group.add_command(made)
        super().__init__(bot, group)

    def _commands(self, language: Language) -> list[app_commands.Command[Any, ..., None]]:
        say = texts_of(language)
        created = [Option("name", say("option.character-name"), _NAME, REQUIRED)]
        verified = [Option("name", say("option.asset-verify-name"), _NAME, REQUIRED)]
        added = [
            self._character_option(say("option.asset-add-character"), growing=True),
            Option("file", say("option.asset-add-file"), discord.Attachment, REQUIRED, file_types=MEDIA_FILES),
            Option("name", say("option.asset-add-name"), _NAME | None),
        ]
        imported = [
            Option("id", say("option.asset-import-id"), app_commands.Range[str, 1, _MAX_ID], REQUIRED),
            Option("name", say("option.asset-import-name"), _NAME, REQUIRED),
            Option("kind", say("option.asset-import-kind"), Choice(language, tuple(Kind)), Kind.IMAGE),
        ]
        shared = [
            self._character_option(say("option.asset-share-character"), growing=False),
            Option("shared", say("option.asset-share-shared"), bool, REQUIRED),
        ]
        own = self._character_option(say("option.asset-share-character"), growing=False, hidden=True)
        renamed = [own, Option("name", say("option.asset-rename-name"), _NAME, REQUIRED)]
        hidden = [own, Option("hidden", say("option.asset-hide-hidden"), bool, default=True)]
        return [
            command("create-character", say("command.asset-create-character"), created, self._create_character),
            command("add", say("command.asset-add"), added, self._add),
            command("list", say("command.asset-list"), [], self._list),
            command("verify", say("command.asset-verify"), verified, self._verify),
            command("import", say("command.asset-import"), imported, self._import),
            command("share", say("command.asset-share"), shared, self._share),
            command("rename", say("command.asset-rename"), renamed, self._rename),
            command("hide", say("command.asset-hide"), hidden, self._hide),
        ]

    async def _create_character(self, interaction: discord.Interaction, values: dict[str, Any]) -> None:
        """Make a virtual character."""
        async with self._open(interaction) as conversation:
            await conversation.open_reply(private=True)
            character = await self._assets.create_character(conversation.caller, values["name"])
            await conversation.show(character_card(conversation.language, character))

    async def _add(self, interaction: discord.Interaction, values: dict[str, Any]) -> None:
        """Add a file; the studio writes the answer from here on."""
        async with self._open(interaction) as conversation:
            reply = await conversation.open_reply(private=True)
            file: discord.Attachment = values["file"]
            attachment = AttachmentInput(file.url, file.filename, file.size, option="file")
            await self._assets.add(conversation.caller, values["character"], attachment, values["name"], reply)

    async def _list(self, interaction: discord.Interaction, _values: dict[str, Any]) -> None:
        """Show the first page."""
        async with self._open(interaction) as conversation:
            await conversation.defer(private=True)
            await show_assets(conversation, self._assets, 1)

    async def _verify(self, interaction: discord.Interaction, values: dict[str, Any]) -> None:
        """Ask for consent; nothing else happens before it."""
        async with self._open(interaction) as conversation:
            if not self._verifications.possible:
                await conversation.say(conversation.language.text("verify.not-set-up"))
                return
            await conversation.defer(private=True)
            name = await self._verifications.check(conversation.caller, values["name"])
            consent = consent_in(conversation.language, name)
            if custom_ids.can_remember(consent):
                await conversation.show(consent_card(conversation.language, consent))
            else:
                await conversation.say(conversation.language.text("verify.name-too-long"))

    async def _import(self, interaction: discord.Interaction, values: dict[str, Any]) -> None:
        """Import an asset; the studio checks who may, as Discord knows permissions of whole commands only."""
        async with self._open(interaction) as conversation:
            await conversation.open_reply(private=True)
            caller = conversation.caller
            asset = await self._assets.import_asset(caller, values["id"], values["name"], values["kind"])
            await conversation.show(imported_card(conversation.language, asset))

    async def _share(self, interaction: discord.Interaction, values: dict[str, Any]) -> None:
        """Share a character with the server, or stop sharing it."""
        async with self._open(interaction) as conversation:
            await conversation.defer(private=True)
            caller = conversation.caller
            character = await self._assets.share(caller, values["character"], is_open=values["shared"])
            await conversation.show(shared_card(conversation.language, character))

    async def _rename(self, interaction: discord.Interaction, values: dict[str, Any]) -> None:
        """Give a character another name."""
        async with self._open(interaction) as conversation:
            await conversation.defer(private=True)
            character = await self._assets.rename(conversation.caller, values["character"], values["name"])
            await conversation.show(renamed_card(conversation.language, character))

    async def _hide(self, interaction: discord.Interaction, values: dict[str, Any]) -> None:
        """Hide a character, or show it again."""
        async with self._open(interaction) as conversation:
            await conversation.defer(private=True)
            character = await self._assets.hide(conversation.caller, values["character"], hidden=values["hidden"])
            await conversation.show(hidden_card(conversation.language, character))

    def _character_option(self, description: locale_str, *, growing: bool, hidden: bool = False) -> Option:
        """Make an option that names one of the member's characters.

        `growing`: only those that take more assets. `hidden`: hidden ones too.
        """

        async def look_up(interaction: discord.Interaction, user_input: str) -> list[app_commands.Choice[str]]:
            language = self._conversations.languages.of(interaction.locale.value)
            found = await self._assets.characters(caller_of(interaction), user_input, growing=growing, hidden=hidden)
            return [_choice(language, character) for character in found[:MAX_CHOICES]]

        async def complete(interaction: discord.Interaction, user_input: str) -> list[app_commands.Choice[str]]:
            return await found_in_time(interaction, look_up(interaction, user_input))

        takes = app_commands.Range[str, 1, _MAX_CHARACTER_INPUT]
        return Option("character", description, takes, REQUIRED, autocomplete=complete)


def _choice(language: Language, character: Character) -> app_commands.Choice[str]:
    return app_commands.Choice(name=character_choice(language, character), value=character.id)
