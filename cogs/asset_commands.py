"""`/asset`: characters, and the files that the provider keeps of them. Only the member sees the answers."""

from typing import Final, Literal

import discord
from discord import app_commands
from discord.ext import commands

from bot.discord_limits import MAX_CHOICES
from bot.domain.assets import MAX_NAME, Character
from bot.domain.caller import Caller
from bot.domain.media import AttachmentInput, Kind
from bot.studio.assets.service import AssetService
from bot.studio.assets.verification import VerificationService
from bot.ui import custom_ids
from bot.ui.asset_cards import character_card, character_choice, imported_card, shared_card
from bot.ui.verification_cards import NAME_TOO_LONG, NOT_SET_UP, consent_card
from cogs.address import caller_of
from cogs.asset_buttons import show_assets
from cogs.conversation import Conversations
from cogs.options import choices, everywhere

_MAX_CHARACTER_INPUT: Final = 100
_MAX_ID: Final = 220


class AssetsCog(commands.Cog):
    """The commands of `/asset`; `cogs.asset_buttons` handles the buttons on their answers."""

    asset = everywhere(
        app_commands.Group(
            name="asset", description="Characters and files that you can use in your videos again and again"
        )
    )

    def __init__(self, assets: AssetService, verifications: VerificationService, conversations: Conversations) -> None:
        self._assets = assets
        self._verifications = verifications
        self._open = conversations.open

    @asset.command(name="create-character", description="Make a character that is nobody's real face")
    @app_commands.describe(name="What to call it")
    async def create_character(
        self, interaction: discord.Interaction, name: app_commands.Range[str, 1, MAX_NAME]
    ) -> None:
        """Make a virtual character."""
        async with self._open(interaction) as conversation:
            await conversation.open_reply(private=True)
            character = await self._assets.create_character(conversation.caller, name)
            await conversation.show(character_card(character))

    @asset.command(description="Give a character a picture, a video or a sound to use in videos")
    @app_commands.describe(
        character="One of your characters, or a real person who was verified",
        file="An image, a video or audio in any usual format. A real person takes images only",
        name="What to call it (the file's name if left out)",
    )
    async def add(
        self,
        interaction: discord.Interaction,
        character: app_commands.Range[str, 1, _MAX_CHARACTER_INPUT],
        file: discord.Attachment,
        name: app_commands.Range[str, 1, MAX_NAME] | None = None,
    ) -> None:
        """Add a file; the studio writes the answer from here on."""
        async with self._open(interaction) as conversation:
            reply = await conversation.open_reply(private=True)
            attachment = AttachmentInput(file.url, file.filename, file.size, option="file")
            await self._assets.add(conversation.caller, character, attachment, name, reply)

    @asset.command(name="list", description="See your assets and how they stand; nobody else sees this")
    async def list_mine(self, interaction: discord.Interaction) -> None:
        """Show the first page."""
        async with self._open(interaction) as conversation:
            await conversation.defer(private=True)
            await show_assets(conversation, self._assets, 1)

    @asset.command(description="Have a real person verified, to use their face with their consent")
    @app_commands.describe(name="What to call this person")
    async def verify(self, interaction: discord.Interaction, name: app_commands.Range[str, 1, MAX_NAME]) -> None:
        """Ask for consent; nothing else happens before it."""
        async with self._open(interaction) as conversation:
            if not self._verifications.possible:
                await conversation.say(NOT_SET_UP)
                return
            await conversation.defer(private=True)
            name = await self._verifications.check(conversation.caller, name)
            if custom_ids.can_remember(name):
                await conversation.show(consent_card(name))
            else:
                await conversation.say(NAME_TOO_LONG)

    @asset.command(name="import", description="Take in an asset made elsewhere with the same key, for this server")
    @app_commands.describe(
        asset_id="The provider's id of it, with or without asset:// (you must be able to manage this server)",
        name="What to call it",
        kind="What it is, where the provider does not say (image if left out)",
    )
    @app_commands.rename(asset_id="id")
    async def import_asset(
        self,
        interaction: discord.Interaction,
        asset_id: app_commands.Range[str, 1, _MAX_ID],
        name: app_commands.Range[str, 1, MAX_NAME],
        kind: Literal["image", "video", "audio"] = "image",
    ) -> None:
        """Import an asset; the studio checks who may, as Discord knows permissions of whole commands only."""
        async with self._open(interaction) as conversation:
            await conversation.open_reply(private=True)
            asset = await self._assets.import_asset(conversation.caller, asset_id, name, Kind(kind))
            await conversation.show(imported_card(asset))

    @asset.command(description="Open one of your characters to this server, or close it again")
    @app_commands.describe(
        character="One of your characters", is_open="True: everybody here may use its assets. False: only you"
    )
    @app_commands.rename(is_open="open")
    async def share(
        self,
        interaction: discord.Interaction,
        character: app_commands.Range[str, 1, _MAX_CHARACTER_INPUT],
        *,
        is_open: bool,
    ) -> None:
        """Open or close a character."""
        async with self._open(interaction) as conversation:
            await conversation.defer(private=True)
            shared = await self._assets.share(conversation.caller, character, is_open=is_open)
            await conversation.show(shared_card(shared))

    @add.autocomplete("character")
    async def characters_to_add_to(
        self, interaction: discord.Interaction, user_input: str
    ) -> list[app_commands.Choice[str]]:
        """Offer the member's own characters that take more assets."""
        return await choices(interaction, self._choices(caller_of(interaction), user_input, growing=True))

    @share.autocomplete("character")
    async def characters_to_share(
        self, interaction: discord.Interaction, user_input: str
    ) -> list[app_commands.Choice[str]]:
        """Offer the member's own characters."""
        return await choices(interaction, self._choices(caller_of(interaction), user_input, growing=False))

    async def _choices(self, caller: Caller, user_input: str, *, growing: bool) -> list[app_commands.Choice[str]]:
        found = await self._assets.characters(caller, user_input, growing=growing)
        return [_choice(character) for character in found[:MAX_CHOICES]]


def _choice(character: Character) -> app_commands.Choice[str]:
    return app_commands.Choice(name=character_choice(character), value=character.id)
