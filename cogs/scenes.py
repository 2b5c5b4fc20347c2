"""`/scenes`: several videos, one after the other, that come as one; and the buttons that make some or all of them."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from discord.app_commands import locale_str
from discord.ext import commands

from bot.domain.assets import Asset
from bot.domain.drafts import Purpose
from bot.domain.media import Kind
from bot.domain.models import Catalogue
from bot.domain.request import AssetInput
from bot.domain.scenes import scenes_of
from bot.studio.intake.scene_drafts import SceneDrafts
from bot.ui import custom_ids
from bot.ui.compose_choices import ComposeChoices
from bot.ui.fix_form import FixForm, choice_fields
from bot.ui.form import Form, Part, ScenesForm
from bot.ui.language import Language
from cogs.conversation import LOOK_SECONDS, Conversation
from cogs.options import Option
from cogs.translations import texts_of
from cogs.video import FormCog, RequestDependencies, is_private, submit


class ScenesCog(FormCog):
    """The command `/scenes`, its form, and the buttons below scenes: for those that are missing, and for all."""

    def __init__(self, bot: commands.Bot | commands.AutoShardedBot, deps: RequestDependencies) -> None:
        super().__init__(bot, deps)
        self._drafts = SceneDrafts(deps.intake, deps.catalogue)
        deps.router.form(custom_ids.SCENES, self._ask)
        deps.router.press(custom_ids.REST_OF_SCENES, self._make_missing)
        deps.router.press(custom_ids.AGAIN_SCENES, self._again)
        deps.router.press(custom_ids.EDIT_SCENES, self._edit)

    def _described(self, language: Language, _: Catalogue) -> tuple[str, locale_str, Sequence[Option]]:
        return "scenes", texts_of(language)("command.scenes"), []

    def _form(self, language: Language, choices: ComposeChoices, assets: list[Asset]) -> Form:
        return ScenesForm(language, choices, [asset for asset in assets if asset.kind is Kind.IMAGE])

    async def _ask(self, conversation: Conversation, choices: ComposeChoices) -> None:
        form = conversation.form
        assets = tuple(AssetInput(value, option="asset") for value in form.values.get(Part.ASSETS, ()))
        request = replace(choices.request, assets=assets)
        draft = self._drafts.new(conversation.caller, request, scenes_of(form.prompt))
        await submit(self._intake, conversation, replace(draft, private=is_private(conversation, choices.private)))

    async def _make_missing(self, conversation: Conversation, job_id: str) -> None:
        draft = await self._drafts.missing(conversation.caller, job_id)
        await submit(self._intake, conversation, replace(draft, private=conversation.keeps_private))

    async def _again(self, conversation: Conversation, job_id: str) -> None:
        async with asyncio.timeout(LOOK_SECONDS):
            draft = await self._drafts.again(conversation.caller, job_id)
        await submit(self._intake, conversation, replace(draft, private=conversation.keeps_private))

    async def _edit(self, conversation: Conversation, job_id: str) -> None:
        """Open a form with a line for each scene, as it was; with the choices for them where none is made yet."""
        async with asyncio.timeout(LOOK_SECONDS):
            draft = await self._drafts.again(conversation.caller, job_id, edited=True)
            draft = replace(draft, private=conversation.keeps_private)
            # What goes on after others stays as they are.
            choices = choice_fields(self._catalogue) if draft.parent is None else ()
            draft = replace(draft, purpose=Purpose.EDIT, wrong=choices)
            draft = await self._intake.keep_draft(conversation.caller, draft)
        await conversation.ask(FixForm(conversation.language, draft, self._catalogue))
