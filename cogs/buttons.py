"""Every button, answered by what its custom id says: nothing about a button is kept, so each one survives a restart.

Presses come here as plain events and not through the library's `DynamicItem`, which drops a press without an answer
where it cannot rebuild the pressed message, and knows no button of another version.
"""

from collections.abc import Callable
from contextlib import AsyncExitStack
from functools import partial
from typing import assert_never

import discord
from discord.ext import commands

from bot.domain.errors import NotYours, Refusal
from bot.domain.request import WithoutSound
from bot.studio.history import History
from bot.studio.intake.accept import Intake
from bot.studio.running.runner import JobRunner
from bot.ui import asset_ids, custom_ids
from bot.ui.custom_ids import PageOf, Verb
from bot.ui.lists import history_card
from cogs.address import caller_of, unopened
from cogs.answers import acknowledge, defer, show, was_told
from cogs.errors import Answering, Outdated
from cogs.status import card_now


class ButtonsCog(commands.Cog):
    """The doorman of all buttons but those about assets. Whose job it is, the studio checks."""

    def __init__(
        self, accept: Intake, archive: History, runner: JobRunner, now: Callable[[], float], answering: Answering
    ) -> None:
        self._accept = accept
        self._archive = archive
        self._job_runner = runner
        self._now = now
        self._answering = answering

    @commands.Cog.listener()
    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Take a press."""
        if interaction.type is not discord.InteractionType.component:
            return
        # What is on `last` ends after whatever went wrong was said.
        async with AsyncExitStack() as last, self._answering(interaction):
            custom_id = interaction.custom_id or ""
            if pressed := custom_ids.decode(custom_id):
                await self._press(interaction, *pressed, last)
            elif page := custom_ids.decode_page(custom_id):
                await self._turn(interaction, page)
            elif asset_ids.decode(custom_id) is None:
                # What comes after these two may be what somebody searched for.
                raise Outdated(f"button {':'.join(custom_id.split(':')[:2])!r}")

    async def _press(self, interaction: discord.Interaction, verb: Verb, job_id: str, last: AsyncExitStack) -> None:
        match verb:
            case Verb.CANCEL:
                await self._cancel(interaction, job_id)
            case Verb.AGAIN | Verb.RETRY | Verb.WITHOUT_SOUND:
                told = partial(was_told, interaction)
                await last.enter_async_context(self._accept.begun(interaction.id, unopened(interaction), told))
                await self._again(interaction, job_id, WithoutSound() if verb is Verb.WITHOUT_SOUND else None)
            case Verb.REFRESH:
                await self._refresh(interaction, job_id)
            case Verb.CLIP:
                reply = await defer(interaction, private=True)
                await self._job_runner.hand_over(caller_of(interaction), job_id, reply)
            case Verb.BRING:
                await self._bring(interaction, job_id)
            case Verb.EDIT:
                pass  # answered with a form, by `cogs.edit`
            case _:
                assert_never(verb)

    async def _cancel(self, interaction: discord.Interaction, job_id: str) -> None:
        reply = await acknowledge(interaction)
        # First the new token: without it an old private reply could not show that its job is cancelled.
        await self._job_runner.renew(caller_of(interaction), job_id, reply)
        job = await self._job_runner.cancel(caller_of(interaction), job_id)
        if job.reply.message_id != reply.message_id:
            await show(interaction, await card_now(self._archive, job, self._now()))

    async def _bring(self, interaction: discord.Interaction, job_id: str) -> None:
        reply = await acknowledge(interaction)
        if not await self._job_runner.bring(caller_of(interaction), job_id, reply):
            job = await self._archive.find(caller_of(interaction), job_id)
            await show(interaction, await card_now(self._archive, job, self._now()))

    async def _again(self, interaction: discord.Interaction, job_id: str, edit: WithoutSound | None) -> None:
        pressed = interaction.message
        reply = await defer(interaction, private=pressed is not None and pressed.flags.ephemeral)
        await self._accept.again(caller_of(interaction), job_id, interaction.id, reply, edit)

    async def _refresh(self, interaction: discord.Interaction, job_id: str) -> None:
        await acknowledge(interaction)
        job = await self._archive.find(caller_of(interaction), job_id)
        await show(interaction, await card_now(self._archive, job, self._now()))

    async def _turn(self, interaction: discord.Interaction, page: PageOf) -> None:
        if page.user_id != interaction.user.id:
            raise Refusal(NotYours())
        await acknowledge(interaction)
        found = await self._archive.history(caller_of(interaction), page.search, page.number)
        await show(interaction, history_card(found, page.search, page.user_id))
