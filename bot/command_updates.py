"""The commands that members are offered: for the provider's dialect, which may only be found out while the bot runs.

They are pushed to Discord where they have changed. Their ids, with which a message can mention them, are kept for the
starts that have nothing to push.
"""

import asyncio
import hashlib
import json
import logging
from dataclasses import replace
from functools import partial
from typing import Any, Final

from discord import app_commands
from discord.ext import commands

from bot.config import Settings
from bot.domain.errors import StoreFull
from bot.domain.models import Dialect
from bot.log_lines import counted
from bot.replies.api_errors import API_ERRORS
from bot.storage.note_store import SqliteNotes
from bot.studio.lifecycle.tasks import BackgroundTasks
from bot.studio.ports import Clock
from bot.toapis.dialects import CurrentDialect
from bot.toapis.model_table import catalogue
from cogs import UseCases, change_catalogue, install
from cogs.options import FILE_TYPES
from cogs.router import Router

log = logging.getLogger(__name__)

# How long a start may take to find the dialect out, in real seconds: paid videos wait for it.
_START_SECONDS: Final = 10.0
_NOTE: Final = "dialect of "
_PUSHED_NOTE: Final = "commands"
# What pushing commands may take, in seconds: the library sleeps for as long as a rate limit asks.
_PUSH_SECONDS: Final = 60.0


async def sync_tree(tree: app_commands.CommandTree[Any]) -> list[app_commands.AppCommand]:
    """Send the commands to Discord; where it refuses them, once more without the file types of their attachments.

    These are newer than the library. Raises what `CommandTree.sync` raises.
    """
    try:
        return await tree.sync()
    except app_commands.CommandSyncFailure as error:
        filtered = [command for command in tree.walk_commands() if command.extras.pop(FILE_TYPES, None)]
        if not filtered:
            raise
        log.warning("Discord rejected the commands with the file types of their attachments: %s", error)
        return await tree.sync()


async def payload_of(tree: app_commands.CommandTree[Any]) -> list[dict[str, Any]]:
    """Describe the commands as they are pushed, in every language."""
    if tree.translator is None:
        return [command.to_dict(tree) for command in tree.get_commands()]
    return [await command.get_translated_payload(tree, tree.translator) for command in tree.get_commands()]


class CommandUpdates:
    """Installs the commands for the dialect that is used, and again when it changes."""

    def __init__(
        self,
        settings: Settings,
        dialect: CurrentDialect,
        notes: SqliteNotes,
        client: commands.AutoShardedBot,
        clock: Clock,
    ) -> None:
        self._settings = settings
        self._dialect = dialect
        self._notes = notes
        self._client = client
        self._note = _NOTE + settings.toapis_base_url
        self._tasks = BackgroundTasks(clock, ended=lambda _: self._update())
        self._installed: tuple[UseCases, Router] | None = None

    async def start(self, use_cases: UseCases) -> None:
        """Find the dialect out as far as that goes at once, and install its commands."""
        if not self._dialect.is_sure:
            known = await self._notes.get(self._note)
            if known in set(Dialect):
                # Better than the default where the provider does not answer now: the commands need not change twice.
                self._dialect.set(Dialect(known))
            try:
                async with asyncio.timeout(_START_SECONDS):
                    await self._dialect.choose()
            except TimeoutError:
                log.warning("TOAPIS_DIALECT=auto: no answer in time, using %s for now.", self._dialect.value)
            await self._save_dialect()
        available = self._with_catalogue(use_cases)
        self._installed = available, await install(self._client, available)
        self._use(await self._pushed())
        self._dialect.listeners.append(lambda _: self._update())

    async def push(self) -> None:
        """Push the commands where they have changed; where that fails, yesterday's commands still work.

        Discord allows 200 command creations a day and server.
        """
        try:
            async with asyncio.timeout(_PUSH_SECONDS):
                payload = await payload_of(self._client.tree)
                fingerprint = hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()
                if (await self._pushed()).get("fingerprint") == fingerprint:
                    return
                made = await sync_tree(self._client.tree)
                log.info("Sent %s to Discord.", counted(len(made), "command"))
                ids = {command.name: command.id for command in made}
                pushed = {"application": self._client.application_id, "fingerprint": fingerprint, "ids": ids}
                self._use(pushed)
                await self._notes.put(_PUSHED_NOTE, json.dumps(pushed))
        except (*API_ERRORS, StoreFull) as error:
            log.warning(
                "The commands couldn't be sent to Discord (%s). Try `python -m bot sync`.", type(error).__name__
            )

    async def close(self) -> None:
        """Stop a change that is under way; the next start makes it."""
        await self._tasks.close()

    def _with_catalogue(self, use_cases: UseCases) -> UseCases:
        available = catalogue(self._dialect.value, review=self._settings.private_asset_review)
        use_cases.intake.change_catalogue(available)
        use_cases.collecting.change_catalogue(available)
        return replace(use_cases, catalogue=available)

    def _update(self) -> None:
        if self._installed is not None and self._installed[0].catalogue.dialect is not self._dialect.value:
            self._tasks.start("commands", "the update of the commands", partial(self._change, *self._installed))

    async def _change(self, use_cases: UseCases, router: Router, _again: bool) -> None:  # noqa: FBT001 - as tasks call
        available = self._with_catalogue(use_cases)
        await change_catalogue(self._client, available, router)
        self._installed = available, router
        await self._save_dialect()
        await self.push()

    async def _pushed(self) -> dict[str, Any]:
        """Return what was pushed for this application: a fingerprint, and ids by name; {} before the first push."""
        try:
            noted = json.loads(await self._notes.get(_PUSHED_NOTE) or "{}")
        except ValueError:
            # The version before kept the fingerprint alone.
            return {}
        is_ours = isinstance(noted, dict) and noted.get("application") == self._client.application_id
        return noted if is_ours else {}

    def _use(self, pushed: dict[str, Any]) -> None:
        """Write commands into messages with these ids from now on."""
        if self._installed is not None and "ids" in pushed:
            self._installed[0].languages.commands.learn(pushed["ids"])

    async def _save_dialect(self) -> None:
        if self._dialect.is_sure:
            try:
                await self._notes.put(self._note, self._dialect.value)
            except StoreFull:
                log.warning("The dialect in use couldn't be saved.")
