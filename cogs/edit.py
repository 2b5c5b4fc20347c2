"""Edit: a button opens a form with a job's request, and the form asks for it anew as it was changed."""

import asyncio
from contextlib import AsyncExitStack
from functools import partial
from typing import Any, Final, cast

import discord
from discord.ext import commands

from bot.domain.models import Catalogue, Model, Ratio, Resolution
from bot.domain.request import Edit
from bot.studio.intake.accept import Intake
from bot.ui import custom_ids
from bot.ui.custom_ids import Verb
from bot.ui.form import EditForm, Part
from cogs.address import caller_of, unopened
from cogs.answers import ask, defer, was_told
from cogs.errors import Answering, Outdated
from cogs.fields import fields_of

# Discord waits 3 s for the form; a store that answers later than this is said to be in trouble.
_LOOK_SECONDS: Final = 1.5


class EditCog(commands.Cog):
    """The doorman of the button and of its form, which is known by its custom id alone."""

    def __init__(self, accept: Intake, catalogue: Catalogue, answering: Answering) -> None:
        self._accept = accept
        self._offer = catalogue
        self._answering = answering

    @commands.Cog.listener()
    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Take a press, or a form that was filled in."""
        sent = cast("dict[str, Any]", interaction.data or {})
        match custom_ids.decode(str(sent.get("custom_id"))):
            case (Verb.EDIT, job_id) if interaction.type is discord.InteractionType.component:
                await self._open(interaction, job_id)
            case (Verb.EDIT, job_id) if interaction.type is discord.InteractionType.modal_submit:
                await self._take(interaction, job_id, sent)

    async def _open(self, interaction: discord.Interaction, job_id: str) -> None:
        async with self._answering(interaction):
            # A form can only be the first answer: what it shows is read before, from our own disk.
            async with asyncio.timeout(_LOOK_SECONDS):
                source = await self._accept.source(caller_of(interaction), job_id)
            await ask(interaction, EditForm(job_id, source.request, self._offer))

    async def _take(self, interaction: discord.Interaction, job_id: str, sent: dict[str, Any]) -> None:
        fields = fields_of(sent)
        prompt = str(fields.get(Part.PROMPT) or "")
        # What is on `last` ends after whatever went wrong was said.
        async with AsyncExitStack() as last, self._answering(interaction, prompt):
            edit = _edit(fields, prompt)
            pressed = interaction.message
            await last.enter_async_context(
                self._accept.begun(interaction.id, unopened(interaction), partial(was_told, interaction))
            )
            reply = await defer(interaction, private=pressed is not None and pressed.flags.ephemeral)
            await self._accept.again(caller_of(interaction), job_id, interaction.id, reply, edit)


def _edit(fields: dict[str, Any], prompt: str) -> Edit:
    """Read a form; one of another version raises Outdated."""
    [duration], [ratio], [model] = (fields.get(part) or [""] for part in (Part.DURATION, Part.RATIO, Part.MODEL))
    [size] = fields.get(Part.RESOLUTION) or [""]
    try:
        return Edit(prompt, Model(model), int(duration), Ratio(ratio), Resolution(size) if size else None)
    except ValueError:
        raise Outdated("a form") from None
