"""What an option suggests while a member types: their assets, and their own videos."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Final, TypeVar

import discord
from discord import app_commands

from bot.discord_limits import MAX_CHOICES
from bot.domain.assets import Asset
from bot.domain.errors import StoreFull
from bot.domain.job import Job
from bot.studio.history import History
from bot.studio.intake.asset_lookup import AssetLookup
from bot.ui.asset_cards import asset_choice
from bot.ui.job_lists import job_choice
from bot.ui.language import Languages
from cogs.address import caller_of

log = logging.getLogger(__name__)

_T = TypeVar("_T")
Autocomplete = Callable[[discord.Interaction, str], Coroutine[Any, Any, list[app_commands.Choice[Any]]]]

# Discord waits 3 s for a list of choices; without one, the member types on.
_CHOICES_SECONDS: Final = 2.0
# Seconds before a form opens without assets: Discord waits 3 s for the form.
_BEFORE_A_FORM: Final = 1.0


async def found_in_time(
    interaction: discord.Interaction, lookup: Awaitable[list[_T]], seconds: float = _CHOICES_SECONDS
) -> list[_T]:
    """Wait so many seconds for a lookup; return an empty list when it fails or takes longer."""
    try:
        async with asyncio.timeout(seconds):
            return await lookup
    except (TimeoutError, StoreFull) as error:
        log.warning("Suggestions for interaction %d came too late (%s).", interaction.id, type(error).__name__)
    except Exception:
        log.exception("Suggestions for interaction %d failed.", interaction.id)
    return []


class AssetChoices:
    """The assets that a member may use where they are; none when the lookup fails."""

    def __init__(self, asset_lookup: AssetLookup, languages: Languages) -> None:
        self._asset_lookup = asset_lookup
        self._languages = languages

    async def complete(self, interaction: discord.Interaction, user_input: str) -> list[app_commands.Choice[str]]:
        """List the choices for what was typed so far."""
        language = self._languages.of(interaction.locale.value)
        found = await found_in_time(interaction, self._find(interaction, user_input))
        return [app_commands.Choice(name=asset_choice(language, asset), value=asset.id) for asset in found]

    async def all_of(self, interaction: discord.Interaction) -> list[Asset]:
        """List them for a form that is about to open."""
        return await found_in_time(interaction, self._find(interaction, ""), _BEFORE_A_FORM)

    async def _find(self, interaction: discord.Interaction, user_input: str) -> list[Asset]:
        return list(await self._asset_lookup.usable(caller_of(interaction), user_input, MAX_CHOICES))


class OwnVideoChoices:
    """A member's own videos that fit; none when the lookup fails. `now` returns UTC seconds."""

    def __init__(
        self,
        history: History,
        languages: Languages,
        now: Callable[[], float],
        fits: Callable[[Job], bool] = lambda _: True,
    ) -> None:
        self._history = history
        self._languages = languages
        self._now = now
        self._fits = fits

    async def complete(self, interaction: discord.Interaction, user_input: str) -> list[app_commands.Choice[str]]:
        """List the choices for what was typed so far."""
        now, language = self._now(), self._languages.of(interaction.locale.value)
        found = [
            job for job in await found_in_time(interaction, self._find(interaction, user_input)) if self._fits(job)
        ]
        return [app_commands.Choice(name=job_choice(language, job, now), value=job.id) for job in found]

    async def _find(self, interaction: discord.Interaction, user_input: str) -> list[Job]:
        return list(await self._history.complete(caller_of(interaction), user_input, MAX_CHOICES))
