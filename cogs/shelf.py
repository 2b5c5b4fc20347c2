"""A member's assets, to choose from."""

from typing import Final

import discord
from discord import app_commands

from bot.discord_limits import MAX_CHOICES
from bot.domain.assets import Asset
from bot.studio.intake.asset_lookup import AssetLookup
from bot.ui.lists import asset_choice
from cogs.address import caller_of
from cogs.errors import Answering

# Seconds before a form opens without them: Discord waits 3 s for the form.
_BEFORE_A_FORM: Final = 1.0


class AssetChoices:
    """Offers a member those of their assets that they may use where they are; none when the lookup fails."""

    def __init__(self, asset_lookup: AssetLookup, answering: Answering) -> None:
        self._asset_lookup = asset_lookup
        self._answering = answering

    async def complete(self, interaction: discord.Interaction, user_input: str) -> list[app_commands.Choice[str]]:
        """List the choices for what was typed so far."""
        found = await self._answering.choices(interaction, self._found(interaction, user_input))
        return [app_commands.Choice(name=asset_choice(asset), value=asset.id) for asset in found]

    async def all_of(self, interaction: discord.Interaction) -> list[Asset]:
        """List them for a form that is about to open."""
        return await self._answering.choices(interaction, self._found(interaction, ""), _BEFORE_A_FORM)

    async def _found(self, interaction: discord.Interaction, user_input: str) -> list[Asset]:
        return list(await self._asset_lookup.usable(caller_of(interaction), user_input, MAX_CHOICES))
