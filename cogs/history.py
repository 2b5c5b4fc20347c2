"""`/history`: everything a member ever made, ten to a page. Only they see it."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.studio.history import History
from bot.ui.custom_ids import MAX_SEARCH, search_text
from bot.ui.lists import history_card
from cogs.address import caller_of
from cogs.answers import defer, show
from cogs.errors import Answering


class HistoryCog(commands.Cog):
    """The doorman of `/history`; its pages are turned by `cogs.buttons`."""

    def __init__(self, archive: History, answering: Answering) -> None:
        self._archive = archive
        self._answering = answering

    @app_commands.command(description="See everything you ever made, newest first; nobody else sees this")
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    @app_commands.describe(search="Only jobs with these words in their prompt")
    async def history(
        self, interaction: discord.Interaction, search: app_commands.Range[str, 1, MAX_SEARCH] | None = None
    ) -> None:
        """Show the first page."""
        async with self._answering(interaction):
            await defer(interaction, private=True)
            # The paging buttons remember this much of it: the first page must search for the same.
            text = search_text(search or "")
            page = await self._archive.history(caller_of(interaction), text, 1)
            await show(interaction, history_card(page, text, interaction.user.id))
