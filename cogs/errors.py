"""Whatever goes wrong in a handler: the member gets a sentence, and the log gets the rest."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import Final, TypeVar

import aiohttp
import discord
from discord import app_commands

from bot.discord_limits import ALREADY_ACKNOWLEDGED, UNKNOWN_INTERACTION
from bot.domain.errors import Duplicate, Refusal, StoreFull
from bot.domain.ids import new_reference
from bot.studio.intake.other_processes import OtherProcesses
from bot.studio.running.health import Health
from bot.ui import texts
from bot.ui.refusals import given_back, refusals
from cogs.answers import note_untold, say
from cogs.claim import AnsweredElsewhere, know

_Found = TypeVar("_Found")

log = logging.getLogger(__name__)

# Seconds for a list of choices: Discord waits 3 s for it, and nobody misses one that comes late.
_CHOICES_SECONDS: Final = 2.0
# The network, Discord or the disk: what a restart would not help against.
_OUTSIDE: Final = (discord.DiscordException, aiohttp.ClientError, OSError, StoreFull)
_STALE: Final = (
    app_commands.CommandNotFound,
    app_commands.CommandSignatureMismatch,
    app_commands.TransformerError,
)


class Outdated(Exception):
    """A command or a button that this version of the bot does not have; the message is for the log."""


class Answering:
    """The one place where a handler may fail.

    Around all of a handler, `async with answering(interaction):` turns a Refusal into its sentence, and anything else
    into a sentence with a reference that stands in the log beside the traceback. `dropped` counts the interactions
    that were nobody's to answer any more: too late, or answered by another process.
    """

    def __init__(self, health: Health, others: OtherProcesses) -> None:
        self.dropped = 0
        self._health = health
        self._others = others

    @asynccontextmanager
    async def __call__(self, interaction: discord.Interaction, user_input: str = "") -> AsyncIterator[None]:
        """Answer the interaction with a private sentence when the block raises.

        `user_input` is what a form would take with it; it is given back.
        """
        know(interaction, self._others)
        try:
            yield
            self._health.worked()
        except Refusal as refusal:
            self._health.worked()
            log.info("Interaction %d refused: %s.", interaction.id, refusal)
            await self._tell(interaction, refusals(refusal.problems), user_input)
        except AnsweredElsewhere:
            self.dropped += 1
            log.warning("Interaction %d was answered by another process; %d so far.", interaction.id, self.dropped)
        except StoreFull as error:
            log.warning("Interaction %d could not be served: %s", interaction.id, error)
            await self._tell(interaction, refusals([error.problem]), user_input)
        except Outdated as outdated:
            log.warning("Interaction %d asks for what is not there: %s", interaction.id, outdated)
            await self._tell(interaction, texts.OUTDATED, user_input)
        except Duplicate:
            self._drop(interaction, "it came twice")
        except Exception as error:
            if self._dropped(interaction, error):
                return
            if not isinstance(error, _OUTSIDE):
                self._health.broke(str(interaction.id))
            reference = new_reference()
            log.exception("[%s] Interaction %d failed.", reference, interaction.id)
            await self._tell(interaction, texts.fault(reference), user_input)

    async def choices(
        self, interaction: discord.Interaction, looked_up: Awaitable[list[_Found]], within: float = _CHOICES_SECONDS
    ) -> list[_Found]:
        """Wait so many seconds for what can be chosen; nothing when that fails or takes longer: one can do without."""
        try:
            async with asyncio.timeout(within):
                return await looked_up
        except (TimeoutError, StoreFull) as error:
            log.warning("No choices for interaction %d (%s).", interaction.id, type(error).__name__)
        except Exception:
            log.exception("[%s] The choices for interaction %d failed.", new_reference(), interaction.id)
        return []

    async def stray(self, interaction: discord.Interaction, error: app_commands.AppCommandError) -> None:
        """Answer a command that failed outside its handler: it was not found, or its options could not be read."""
        if interaction.type is discord.InteractionType.autocomplete:
            await self._no_choices(interaction, error)
            return
        async with self(interaction):
            if isinstance(error.__cause__, Refusal):
                raise error.__cause__
            if isinstance(error, _STALE):
                raise Outdated(_unread(error))
            raise error

    async def _no_choices(self, interaction: discord.Interaction, error: app_commands.AppCommandError) -> None:
        log.warning("Autocomplete %d asks for what is not there: %s", interaction.id, _unread(error))
        try:
            async with asyncio.timeout(_CHOICES_SECONDS):
                await interaction.response.autocomplete([])
        except Exception as failure:
            if not self._dropped(interaction, failure):
                log.exception("Autocomplete %d could not be answered.", interaction.id)

    async def _tell(self, interaction: discord.Interaction, sentence: str, user_input: str) -> None:
        try:
            for words in given_back(sentence, user_input) if user_input else [sentence]:
                await say(interaction, words)
        except Exception as error:
            if not self._dropped(interaction, error):
                log.exception("Interaction %d could not be answered.", interaction.id)
                note_untold(interaction)

    def _dropped(self, interaction: discord.Interaction, error: Exception) -> bool:
        if not isinstance(error, discord.HTTPException):
            return False
        if error.code not in {UNKNOWN_INTERACTION, ALREADY_ACKNOWLEDGED}:
            return False
        self._drop(interaction, str(error.code))
        return True

    def _drop(self, interaction: discord.Interaction, problem: str) -> None:
        self.dropped += 1
        log.warning("Interaction %d dropped (%s); %d so far.", interaction.id, problem, self.dropped)


def _unread(error: app_commands.AppCommandError) -> str:
    """Name a command's error for the log; a TransformerError's own text holds what was typed."""
    return type(error).__name__ if isinstance(error, app_commands.TransformerError) else str(error)
