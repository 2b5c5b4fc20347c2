"""What members are offered: it follows the dialect in force, which may only be found out while the bot runs."""

import asyncio
import logging
from dataclasses import replace
from typing import Final

from discord.ext import commands

from bot.client import try_to_push_commands
from bot.config import Settings
from bot.domain.errors import StoreFull
from bot.domain.models import Dialect
from bot.storage.note_store import SqliteNotes
from bot.toapis.dialects import CurrentDialect
from bot.toapis.models import catalogue
from cogs import UseCases, change_catalogue, install
from cogs.router import Router

log = logging.getLogger(__name__)

# What finding out may cost at the start, in real seconds: paid videos wait for it.
_START_SECONDS: Final = 10.0
_NOTE: Final = "dialect of "


class Offering:
    """Installs the commands for the dialect in force, and again when it changes."""

    def __init__(
        self, settings: Settings, dialect: CurrentDialect, notes: SqliteNotes, client: commands.AutoShardedBot
    ) -> None:
        self._settings = settings
        self._dialect = dialect
        self._notes = notes
        self._client = client
        self._use_cases: UseCases | None = None
        self._router: Router | None = None
        self._note = _NOTE + settings.toapis_base_url
        self._changing: asyncio.Task[None] | None = None
        self._turn = asyncio.Lock()

    async def begin(self, use_cases: UseCases) -> None:
        """Find the dialect out as far as that goes at once, and install what it offers."""
        if not self._dialect.is_sure:
            known = await self._notes.get(self._note)
            if known in set(Dialect):
                # Better than the default where nobody answers now; commands need not come and go.
                self._dialect.set(Dialect(known))
            try:
                async with asyncio.timeout(_START_SECONDS):
                    await self._dialect.choose()
            except TimeoutError:
                log.warning("Dialect auto: no answer in time, %s for now.", self._dialect.value)
            await self._remember()
        self._use_cases = self._offered(use_cases)
        self._router = await install(self._client, self._use_cases)
        self._dialect.listeners.append(self._hear)

    async def close(self) -> None:
        """Stop a change that is under way; the next start makes it."""
        if self._changing is not None:
            self._changing.cancel()
            await asyncio.gather(self._changing, return_exceptions=True)

    def _offered(self, use_cases: UseCases) -> UseCases:
        offered = catalogue(self._dialect.value, review=self._settings.private_asset_review)
        use_cases.intake.change_catalogue(offered)
        return replace(use_cases, catalogue=offered)

    def _hear(self, _new: Dialect) -> None:
        self._changing = asyncio.create_task(self._change(), name="offering")
        self._changing.add_done_callback(_note_end)

    async def _change(self) -> None:
        async with self._turn:
            if self._use_cases is None or self._router is None:
                return
            self._use_cases = self._offered(self._use_cases)
            await change_catalogue(self._client, self._use_cases, self._router)
            await self._remember()
            await try_to_push_commands(self._client, self._notes)

    async def _remember(self) -> None:
        if self._dialect.is_sure:
            try:
                await self._notes.put(self._note, self._dialect.value)
            except StoreFull:
                log.warning("Which dialect is spoken could not be written down.")


def _note_end(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("The commands could not be changed to the dialect in force.", exc_info=error)
