"""`/compose`: a form for long prompts and many files, taken on like `/video` once it is sent."""

from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any, Final, cast

import discord
from discord.ext import commands

from bot.domain.errors import PromptEmpty, Refusal
from bot.domain.media import AttachmentInput
from bot.domain.media_problems import MediumUnreachable
from bot.domain.models import Catalogue
from bot.domain.request import AssetInput, RequestDraft
from bot.studio.intake.accept import Intake
from bot.ui import custom_ids
from bot.ui.form import ROLES, ComposeForm, Part
from cogs import options
from cogs.answers import ask
from cogs.errors import Answering, Outdated
from cogs.fields import fields_of
from cogs.options import OneCommand
from cogs.shelf import AssetChoices
from cogs.taking import chosen, take_on

_DESCRIPTION: Final = "Open a form for a long prompt, and for many images, videos, sounds and assets"
# What a member calls the files of each part.
_ONE: Final = {Part.PICTURES: "picture", Part.VIDEOS: "video", Part.SOUNDS: "sound"}


class ComposeCog(OneCommand):
    """The doorman of `/compose` and of its form, which is known by its custom id alone."""

    def __init__(
        self,
        bot: commands.Bot | commands.AutoShardedBot,
        accept: Intake,
        catalogue: Catalogue,
        assets: AssetChoices,
        answering: Answering,
    ) -> None:
        choices = [*options.basic_choices(catalogue), *options.further_choices(catalogue)]
        super().__init__(bot, options.command("compose", _DESCRIPTION, choices, self._open))
        self._accept = accept
        self._offer = catalogue
        self._assets = assets
        self._answering = answering

    async def _open(self, interaction: discord.Interaction, given: dict[str, Any]) -> None:
        async with self._answering(interaction):
            draft = chosen(given)
            self._check_choices(draft)
            assets = [] if self._offer.review else await self._assets.all_of(interaction)
            await ask(interaction, ComposeForm(draft, self._offer, assets))

    @commands.Cog.listener()
    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Take a form that was filled in."""
        if interaction.type is not discord.InteractionType.modal_submit:
            return
        sent = cast("dict[str, Any]", interaction.data or {})
        if custom_ids.decode(str(sent.get("custom_id"))) is not None:
            return  # the form of a button is `cogs.edit`'s
        fields = fields_of(sent)
        prompt = str(fields.get(Part.PROMPT) or "")
        # What is on `last` ends after whatever went wrong was said.
        async with AsyncExitStack() as last, self._answering(interaction, prompt):
            draft = custom_ids.decode_form(str(sent.get("custom_id")))
            if draft is None:
                raise Outdated("a form")
            assets = tuple(AssetInput(value) for value in fields.get(Part.ASSETS) or ())
            draft = replace(draft, prompt=prompt, files=tuple(_files(fields, sent)), assets=assets)
            await take_on(self._accept, interaction, draft, last)

    def _check_choices(self, draft: RequestDraft) -> None:
        """Refuse what can be refused before the form is filled in; its prompt is still to come."""
        try:
            self._accept.check(draft)
        except Refusal as refusal:
            problems = [problem for problem in refusal.problems if not isinstance(problem, PromptEmpty)]
            if problems:
                raise Refusal(*problems) from None


def _files(fields: dict[str, Any], sent: dict[str, Any]) -> Iterator[AttachmentInput]:
    """Yield the files of a form; Discord lists them by id beside its parts.

    Raises Refusal for each that is not listed: nobody knows where it is.
    """
    files = sent.get("resolved", {}).get("attachments", {})
    named = [
        (files.get(file_id), role, f"{_ONE[part]} {number}")
        for part, role in ROLES.items()
        for number, file_id in enumerate(fields.get(part) or (), 1)
    ]
    if lost := [MediumUnreachable(name) for file, _, name in named if file is None]:
        raise Refusal(*lost)
    for file, role, name in named:
        yield AttachmentInput(file["url"], file["filename"], file["size"], role, name)
