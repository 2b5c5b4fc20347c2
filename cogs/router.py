"""Every press of a button and every form that was sent, led to its handler by the table of custom ids.

Presses come here as plain events and not through the library's own items, which drop a press without an answer where
they cannot rebuild the pressed message, and know no button of another version.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, TypeVar, cast

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.errors import Refusal
from bot.ui.custom_ids import CustomId, chosen_action
from bot.ui.form import SentForm
from cogs.conversation import Conversation, Outdated
from cogs.conversations import Conversations

log = logging.getLogger(__name__)

_T = TypeVar("_T")
_Handler = Callable[[Conversation, _T], Awaitable[None]]
# Handles a custom id that it can read, and returns None for any other.
_Route = Callable[[Conversation, str], Awaitable[None] | None]

# Seconds for an answer to an autocomplete: Discord waits 3 s for it.
_NO_CHOICES_SECONDS: Final = 2.0
_STALE: Final = (
    app_commands.CommandNotFound,
    app_commands.CommandSignatureMismatch,
    app_commands.TransformerError,
)


class Router(commands.Cog):
    """One handler for each button and each form; without one, the member reads that it is outdated."""

    def __init__(self, conversations: Conversations) -> None:
        self.conversations = conversations
        self._presses: dict[str, _Route] = {}
        self._forms: dict[str, _Route] = {}

    def press(self, row: CustomId[_T], handle: _Handler[_T]) -> None:
        """Have the presses of a button handled, from now on by this handler."""
        self._presses[row.name] = _route(row, handle)

    def form(self, row: CustomId[_T], handle: _Handler[_T]) -> None:
        """Have a form that was sent handled, from now on by this handler, which finds it in `conversation.form`."""
        self._forms[row.name] = _route(row, handle)

    @commands.Cog.listener()
    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Take a press or a form; commands come to their cogs by themselves."""
        if interaction.type is discord.InteractionType.component:
            await self._lead(interaction, "button", self._presses)
        elif interaction.type is discord.InteractionType.modal_submit:
            await self._lead(interaction, "form", self._forms)

    async def answer_failed_command(
        self, interaction: discord.Interaction, error: app_commands.AppCommandError
    ) -> None:
        """Answer a command that failed outside its handler: it was not found, or its options could not be read."""
        if interaction.type is discord.InteractionType.autocomplete:
            await self._no_choices(interaction, error)
            return
        async with self.conversations.open(interaction):
            if isinstance(error.__cause__, Refusal):
                raise error.__cause__
            if isinstance(error, _STALE):
                raise Outdated(_unread(error))
            raise error

    async def _lead(self, interaction: discord.Interaction, kind: str, routes: Mapping[str, _Route]) -> None:
        data = cast("dict[str, Any]", interaction.data or {})
        chosen = tuple(data.get("values", ()))
        custom_id = chosen_action(str(data.get("custom_id", "")), chosen)
        async with self.conversations.open(interaction) as conversation:
            conversation.form = SentForm.of(data)
            conversation.chosen = chosen
            for route in routes.values():
                if (handled := route(conversation, custom_id)) is not None:
                    await handled
                    return
            # What comes after these two may be what a member searched for.
            raise Outdated(f"{kind} {':'.join(custom_id.split(':')[:2])!r}")

    async def _no_choices(self, interaction: discord.Interaction, error: app_commands.AppCommandError) -> None:
        log.warning("Autocomplete %d asks for something that doesn't exist: %s", interaction.id, _unread(error))
        try:
            async with asyncio.timeout(_NO_CHOICES_SECONDS):
                await interaction.response.autocomplete([])
        except Exception as failure:
            if not self.conversations.is_not_ours(interaction, failure):
                log.exception("Autocomplete %d couldn't be answered.", interaction.id)


def _route(row: CustomId[_T], handle: _Handler[_T]) -> _Route:
    def route(conversation: Conversation, custom_id: str) -> Awaitable[None] | None:
        value = row.decode(custom_id)
        return None if value is None else handle(conversation, value)

    return route


def _unread(error: app_commands.AppCommandError) -> str:
    """Name a command's error for the log; a TransformerError's own text holds what was typed."""
    return type(error).__name__ if isinstance(error, app_commands.TransformerError) else str(error)
