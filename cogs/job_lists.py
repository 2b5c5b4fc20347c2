"""`/status` and `/history`: what a member can look up of their own jobs. Only they see the answers."""

from collections.abc import Callable

import discord
from discord import app_commands
from discord.ext import commands

from bot.discord_limits import MAX_CHOICES
from bot.domain.errors import NotYours, Refusal
from bot.domain.job import Job
from bot.studio.history import History
from bot.ui import custom_ids
from bot.ui.components import Card
from bot.ui.custom_ids import MAX_SEARCH, HistoryPage, search_text
from bot.ui.job_cards import status_card
from bot.ui.job_lists import history_card, job_choice, overview_card
from bot.ui.language import Language
from cogs.address import caller_of
from cogs.conversation import Conversation
from cogs.options import choices, everywhere
from cogs.router import Router


async def card_now(language: Language, history: History, job: Job, now: float) -> Card:
    """Draw the private card of a job; `now` in UTC seconds."""
    return status_card(language, job, await history.card_facts(job), now, history.has_clip(job))


class HistoryCog(commands.Cog):
    """The commands `/status` and `/history`, and the buttons that turn a page or refresh a card."""

    def __init__(self, history: History, now: Callable[[], float], router: Router) -> None:
        self._history = history
        self._now = now
        self._open = router.conversations.open
        self._languages = router.conversations.languages
        router.press(custom_ids.REFRESH, self._refresh)
        router.press(custom_ids.HISTORY, self._turn)

    @app_commands.command(description="See how your videos are doing; nobody else sees this")
    @everywhere
    @app_commands.describe(job="One job of yours; left out: those running and the latest others")
    async def status(
        self, interaction: discord.Interaction, job: app_commands.Range[str, 1, 100] | None = None
    ) -> None:
        """Show one job, or several."""
        async with self._open(interaction) as conversation:
            await conversation.defer(private=True)
            if job is None:
                caller = conversation.caller
                listed = await self._history.overview(caller)
                await conversation.show(
                    overview_card(conversation.language, [each.job for each in listed], caller.user_id)
                )
            else:
                await self._show_job(conversation, job)

    @status.autocomplete("job")
    async def autocomplete_jobs(
        self, interaction: discord.Interaction, user_input: str
    ) -> list[app_commands.Choice[str]]:
        """Suggest the member's own jobs."""
        return await choices(interaction, self._choices(interaction, user_input))

    @app_commands.command(description="See everything you ever made, newest first; nobody else sees this")
    @everywhere
    @app_commands.describe(search="Only jobs with these words in their prompt")
    async def history(
        self, interaction: discord.Interaction, search: app_commands.Range[str, 1, MAX_SEARCH] | None = None
    ) -> None:
        """Show the first page of everything that a member ever made."""
        async with self._open(interaction) as conversation:
            await conversation.defer(private=True)
            # The paging buttons remember this much of it: the first page must search for the same.
            await self._show_page(conversation, search_text(search or ""), 1)

    async def _refresh(self, conversation: Conversation, job_id: str) -> None:
        await conversation.acknowledge()
        await self._show_job(conversation, job_id)

    async def _show_job(self, conversation: Conversation, job: str) -> None:
        found = await self._history.find(conversation.caller, job)
        await conversation.show(await card_now(conversation.language, self._history, found, self._now()))

    async def _turn(self, conversation: Conversation, page: HistoryPage) -> None:
        if page.user_id != conversation.caller.user_id:
            raise Refusal(NotYours())
        await conversation.acknowledge()
        await self._show_page(conversation, page.search, page.number)

    async def _show_page(self, conversation: Conversation, search: str, number: int) -> None:
        caller = conversation.caller
        page = await self._history.history(caller, search, number)
        await conversation.show(history_card(conversation.language, page, search, caller.user_id))

    async def _choices(self, interaction: discord.Interaction, user_input: str) -> list[app_commands.Choice[str]]:
        now = self._now()
        language = self._languages.of(interaction.locale.value)
        found = await self._history.complete(caller_of(interaction), user_input, MAX_CHOICES)
        return [app_commands.Choice(name=job_choice(language, job, now), value=job.id) for job in found]
