"""`/status`: my running jobs and the latest others, or one job as it is now. Only its owner sees it."""

from collections.abc import Callable

import discord
from discord import app_commands
from discord.ext import commands

from bot.discord_limits import MAX_CHOICES
from bot.domain.caller import Caller
from bot.domain.job import Job
from bot.studio.history import History
from bot.ui.card import Card
from bot.ui.cards import status_card
from bot.ui.lists import job_choice, overview_card
from cogs.address import caller_of
from cogs.answers import defer, show
from cogs.errors import Answering


async def card_now(archive: History, job: Job, now: float) -> Card:
    """Draw the private card of a job; `now` in UTC seconds."""
    return status_card(job, await archive.card_facts(job), now, archive.has_clip(job))


class StatusCog(commands.Cog):
    """The doorman of `/status`."""

    def __init__(self, archive: History, now: Callable[[], float], answering: Answering) -> None:
        self._archive = archive
        self._now = now
        self._answering = answering

    @app_commands.command(description="See how your videos are doing; nobody else sees this")
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    @app_commands.describe(job="One job of yours; left out: those running and the latest others")
    async def status(
        self, interaction: discord.Interaction, job: app_commands.Range[str, 1, 100] | None = None
    ) -> None:
        """Show one job, or several."""
        async with self._answering(interaction):
            await defer(interaction, private=True)
            await show(interaction, await self._card(caller_of(interaction), job))

    @status.autocomplete("job")
    async def jobs_of_mine(self, interaction: discord.Interaction, user_input: str) -> list[app_commands.Choice[str]]:
        """Offer the member's own jobs."""
        return await self._answering.choices(interaction, self._choices(caller_of(interaction), user_input))

    async def _card(self, caller: Caller, job: str | None) -> Card:
        if job is None:
            return overview_card(await self._archive.overview(caller), caller.user_id)
        return await card_now(self._archive, await self._archive.find(caller, job), self._now())

    async def _choices(self, caller: Caller, user_input: str) -> list[app_commands.Choice[str]]:
        now = self._now()
        found = await self._archive.complete(caller, user_input, MAX_CHOICES)
        return [app_commands.Choice(name=job_choice(job, now), value=job.id) for job in found]
