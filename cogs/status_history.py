"""`/status` and `/history`: a member's own videos. Only the member sees the answers."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.caller import Caller
from bot.domain.errors import NotYours, Refusal
from bot.domain.job import Job
from bot.studio.history import History
from bot.studio.ports.pages import JobPage
from bot.studio.running.actions import JobActions
from bot.ui import custom_ids
from bot.ui.components import Card
from bot.ui.custom_ids import MAX_SEARCH, HistoryPage, OlderPage, search_text
from bot.ui.job_cards import status_card
from bot.ui.job_lists import history_card, overview_card, poster_name
from bot.ui.language import Language
from bot.ui.take_texts import cancelled_text
from cogs import options
from cogs.autocomplete import OwnVideoChoices
from cogs.conversation import Conversation
from cogs.options import CommandCog, Option
from cogs.router import Router
from cogs.translations import texts_of


async def card_now(language: Language, history: History, job: Job, now: float) -> Card:
    """Draw the private card of a job; `now` in UTC seconds."""
    facts, starred = await history.card_facts(job), await history.is_starred(job)
    steps, shows_off, has_clip = history.next_steps(job), await history.shows_off(job), history.has_clip(job)
    parts = (await history.parts(job.user_id, [job]))[job.id]
    drawn = (language, job, facts, now, has_clip)
    return status_card(*drawn, starred=starred, steps=steps, shows_off=shows_off, parts=parts)


class HistoryCog(CommandCog):
    """The commands `/status` and `/history`, and the buttons and selects on their answers."""

    def __init__(
        self,
        bot: commands.Bot | commands.AutoShardedBot,
        history: History,
        actions: JobActions,
        now: Callable[[], float],
        router: Router,
    ) -> None:
        self._languages = router.conversations.languages
        say = texts_of(self._languages.english)
        about, own = say("option.status-video"), OwnVideoChoices(history, self._languages, now)
        video = Option("video", about, app_commands.Range[str, 1, 100], autocomplete=own.complete)
        search = Option("search", say("option.history-search"), app_commands.Range[str, 1, MAX_SEARCH])
        favourites = Option("favourites", say("option.history-favourites"), bool, default=False)
        super().__init__(
            bot,
            options.command("status", say("command.status"), [video], self._status),
            options.command("history", say("command.history"), [search, favourites], self._list),
        )
        self._history = history
        self._actions = actions
        self._now = now
        self._open = router.conversations.open
        router.press(custom_ids.REFRESH, self._refresh)
        router.press(custom_ids.OVERVIEW, self._refresh_overview)
        router.press(custom_ids.OPEN_LISTED, self._open_listed)
        router.press(custom_ids.CANCEL_LISTED, self._cancel_listed)
        router.press(custom_ids.HISTORY, self._turn)
        router.press(custom_ids.OPEN_FOUND, self._open_found)
        router.press(custom_ids.OLDER, self._turn_older)
        router.press(custom_ids.OPEN_OLDER, self._open_older)
        router.press(custom_ids.STARRED, self._turn_favourites)
        router.press(custom_ids.OPEN_STARRED, self._open_favourite)
        router.press(custom_ids.STAR, self._star)
        router.press(custom_ids.UNSTAR, self._unstar)

    async def _status(self, interaction: discord.Interaction, values: dict[str, Any]) -> None:
        """Show one job, or several."""
        async with self._open(interaction) as conversation:
            await conversation.defer(private=True)
            if (video := values.get("video")) is None:
                await self._show_overview(conversation)
            else:
                await conversation.show(await self._card(conversation, video))

    async def _list(self, interaction: discord.Interaction, values: dict[str, Any]) -> None:
        """Show the first page of everything that a member ever made."""
        async with self._open(interaction) as conversation:
            await conversation.defer(private=True)
            # The paging buttons remember this much of it: the first page must search for the same.
            search = search_text(values.get("search") or "")
            if values.get("favourites"):
                await self._show_favourites(conversation, search, 1)
            else:
                await self._show_page(conversation, search, 1)

    async def _refresh(self, conversation: Conversation, job_id: str) -> None:
        await conversation.acknowledge()
        await conversation.show(await self._card(conversation, job_id))

    async def _refresh_overview(self, conversation: Conversation, user_id: int) -> None:
        _check_owner(conversation.caller, user_id)
        await conversation.acknowledge()
        await self._show_overview(conversation)

    async def _open_listed(self, conversation: Conversation, user_id: int) -> None:
        _check_owner(conversation.caller, user_id)
        await self._open_chosen(conversation)
        await self._show_overview(conversation)

    async def _cancel_listed(self, conversation: Conversation, job_id: str) -> None:
        await conversation.acknowledge()
        job = await self._history.find(conversation.caller, job_id)
        try:
            cancelled = await self._actions.cancel(conversation.caller, job.id)
        except Refusal:
            await self._show_overview(conversation)
            raise
        await self._show_overview(conversation)
        if sentence := cancelled_text(conversation.language, cancelled):
            await conversation.say(sentence)

    async def _turn(self, conversation: Conversation, page: HistoryPage) -> None:
        _check_owner(conversation.caller, page.user_id)
        await conversation.acknowledge()
        await self._show_page(conversation, page.search, page.number)

    async def _open_found(self, conversation: Conversation, page: HistoryPage) -> None:
        _check_owner(conversation.caller, page.user_id)
        await self._open_chosen(conversation)
        await self._show_page(conversation, page.search, page.number)

    async def _turn_older(self, conversation: Conversation, page: OlderPage) -> None:
        """Search further, or turn a page of such a search."""
        await conversation.acknowledge()
        await self._show_page(conversation, page.search, page.number, page.before)

    async def _open_older(self, conversation: Conversation, page: OlderPage) -> None:
        await self._open_chosen(conversation)
        await self._show_page(conversation, page.search, page.number, page.before)

    async def _turn_favourites(self, conversation: Conversation, page: HistoryPage) -> None:
        _check_owner(conversation.caller, page.user_id)
        await conversation.acknowledge()
        await self._show_favourites(conversation, page.search, page.number)

    async def _open_favourite(self, conversation: Conversation, page: HistoryPage) -> None:
        _check_owner(conversation.caller, page.user_id)
        await self._open_chosen(conversation)
        await self._show_favourites(conversation, page.search, page.number)

    async def _star(self, conversation: Conversation, job_id: str) -> None:
        await self._set_star(conversation, job_id, on=True)

    async def _unstar(self, conversation: Conversation, job_id: str) -> None:
        await self._set_star(conversation, job_id, on=False)

    async def _set_star(self, conversation: Conversation, job_id: str, *, on: bool) -> None:
        await conversation.acknowledge()
        job = await self._history.star(conversation.caller, job_id, on=on)
        await conversation.show(await card_now(conversation.language, self._history, job, self._now()))

    async def _open_chosen(self, conversation: Conversation) -> None:
        """Show the chosen job in a message of its own. The list is shown again then: Discord resets its select."""
        await conversation.acknowledge()
        for job_id in conversation.chosen[:1]:
            await conversation.add(await self._card(conversation, job_id))

    async def _card(self, conversation: Conversation, user_input: str) -> Card:
        job = await self._history.find(conversation.caller, user_input)
        return await card_now(conversation.language, self._history, job, self._now())

    async def _show_overview(self, conversation: Conversation) -> None:
        caller = conversation.caller
        listed = await self._history.overview(caller)
        await conversation.show(overview_card(conversation.language, listed, caller.user_id, self._now()))

    async def _show_page(self, conversation: Conversation, search: str, number: int, before: str = "") -> None:
        caller = conversation.caller
        page = await self._history.history(caller, search, number, before)
        await self._show_found(conversation, page, search)

    async def _show_favourites(self, conversation: Conversation, search: str, number: int) -> None:
        page = await self._history.favourites(conversation.caller, search, number)
        await self._show_found(conversation, page, search, favourites=True)

    async def _show_found(
        self, conversation: Conversation, page: JobPage, search: str, *, favourites: bool = False
    ) -> None:
        user_id, posters = conversation.caller.user_id, await self._history.posters(page.jobs)
        drawn = (conversation.language, page, search, user_id, self._now(), posters)
        card = history_card(*drawn, favourites=favourites)
        files = [discord.File(BytesIO(poster), poster_name(job_id)) for job_id, poster in posters.items()]
        await conversation.show(card, files)


def _check_owner(caller: Caller, user_id: int) -> None:
    """Raise Refusal where a list is another member's."""
    if caller.user_id != user_id:
        raise Refusal(NotYours())
