"""`/scenes`: several videos, one after the other, that come as one; and the button that makes what is missing."""

from dataclasses import replace
from typing import Any

import discord
from discord.ext import commands

from bot.domain.media import Kind
from bot.domain.models import Catalogue
from bot.domain.request import AssetInput
from bot.domain.scenes import scenes_of
from bot.studio.intake.accept import Intake
from bot.studio.intake.scene_drafts import SceneDrafts
from bot.ui import custom_ids
from bot.ui.compose_choices import ComposeChoices
from bot.ui.form import Part, ScenesForm
from bot.ui.language import Language
from cogs import options
from cogs.conversation import Conversation
from cogs.options import CommandCog, Suggestions
from cogs.router import Router
from cogs.translations import texts_of
from cogs.video import check_choices, choices_of, is_private, submit
from cogs.video_defaults import PRIVATE, VideoDefaults, given_in


class ScenesCog(CommandCog):
    """The command `/scenes`, the form that it opens, and the button below scenes that are missing others."""

    def __init__(
        self,
        bot: commands.Bot | commands.AutoShardedBot,
        intake: Intake,
        catalogue: Catalogue,
        suggestions: Suggestions,
        defaults: VideoDefaults,
        router: Router,
        language: Language,
    ) -> None:
        basic = options.basic_choices(language, catalogue, suggestions.lengths)
        choices = [*basic, *options.further_choices(language, catalogue), options.private(language)]
        about = texts_of(language)("command.scenes")
        super().__init__(bot, options.command("scenes", about, choices, self._open_form))
        self._intake = intake
        self._drafts = SceneDrafts(intake, catalogue)
        self._catalogue = catalogue
        self._assets = suggestions.assets
        self._defaults = defaults
        self._open = router.conversations.open
        router.form(custom_ids.SCENES, self._ask)
        router.press(custom_ids.REST_OF_SCENES, self._make_missing)

    async def _open_form(self, interaction: discord.Interaction, values: dict[str, Any]) -> None:
        async with self._open(interaction) as conversation:
            request, given = choices_of(values, self._catalogue), given_in(values)
            request = await self._defaults.in_time(conversation.caller, request, given)
            check_choices(self._intake, request)
            assets = [] if self._catalogue.review else await self._assets.all_of(interaction)
            images = [asset for asset in assets if asset.kind is Kind.IMAGE]
            chosen = ComposeChoices(request, values.get(PRIVATE))
            await conversation.ask(ScenesForm(conversation.language, chosen, images))

    async def _ask(self, conversation: Conversation, choices: ComposeChoices) -> None:
        form = conversation.form
        assets = tuple(AssetInput(value, option="asset") for value in form.values.get(Part.ASSETS, ()))
        request = replace(choices.request, assets=assets)
        draft = self._drafts.new(conversation.caller, request, scenes_of(form.prompt))
        await submit(self._intake, conversation, replace(draft, private=is_private(conversation, choices.private)))

    async def _make_missing(self, conversation: Conversation, job_id: str) -> None:
        draft = await self._drafts.missing(conversation.caller, job_id)
        await submit(self._intake, conversation, replace(draft, private=conversation.keeps_private))
