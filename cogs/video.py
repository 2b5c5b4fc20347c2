"""`/video` and `/compose`: the two ways to ask for a video, by options or by a form.

Either is checked, its reply opened, and handed to the studio.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import discord
from discord.ext import commands

from bot.domain.errors import PromptEmpty, Refusal
from bot.domain.media import AttachmentInput, Role
from bot.domain.media_problems import MediumUnreachable
from bot.domain.models import Catalogue, MediumRule
from bot.domain.request import AssetInput, RequestDraft
from bot.studio.intake.accept import Intake
from bot.ui import custom_ids
from bot.ui.form import ROLES, ComposeForm, Part, SentForm
from bot.ui.units import limit_text
from cogs import options
from cogs.conversation import Conversation
from cogs.options import AssetChoices, CommandCog, Option
from cogs.router import Router

_VIDEO: Final = "Turn a prompt, and images, videos and sounds if you like, into an AI video"
_COMPOSE: Final = "Open a form for a long prompt, and for many images, videos, sounds and assets"
# Each option that takes a file or an asset, with the role that it gives; without one it is a reference.
_FILES: Final = {
    "image": Role.FIRST_FRAME,
    "last_frame": Role.LAST_FRAME,
    "reference": None,
    "reference_2": None,
    "reference_3": None,
}
_ASSETS: Final = {
    "image_asset": Role.FIRST_FRAME,
    "last_frame_asset": Role.LAST_FRAME,
    "asset": None,
    "asset_2": None,
    "asset_3": None,
}
# What a member calls the files of each part of the form.
_NOUNS: Final = {Part.IMAGES: "picture", Part.VIDEOS: "video", Part.AUDIO: "sound"}


async def submit(intake: Intake, conversation: Conversation, draft: RequestDraft) -> None:
    """Check a request, open its reply and hand it to the studio; raises Refusal."""
    intake.check(draft)
    reply = await conversation.open_reply()
    await intake.submit(conversation.caller, draft, conversation.id, reply)


class VideoCog(CommandCog):
    """The command `/video`."""

    def __init__(
        self,
        bot: commands.Bot | commands.AutoShardedBot,
        intake: Intake,
        catalogue: Catalogue,
        assets: AssetChoices,
        router: Router,
    ) -> None:
        super().__init__(bot, options.command("video", _VIDEO, _options(catalogue, assets), self._video))
        self._intake = intake
        self._open = router.conversations.open

    async def _video(self, interaction: discord.Interaction, values: dict[str, Any]) -> None:
        async with self._open(interaction) as conversation:
            await submit(self._intake, conversation, _draft_of(values))


class ComposeCog(CommandCog):
    """The command `/compose` and the form that it opens."""

    def __init__(
        self,
        bot: commands.Bot | commands.AutoShardedBot,
        intake: Intake,
        catalogue: Catalogue,
        assets: AssetChoices,
        router: Router,
    ) -> None:
        choices = [*options.basic_choices(catalogue), *options.further_choices(catalogue)]
        super().__init__(bot, options.command("compose", _COMPOSE, choices, self._open_form))
        self._intake = intake
        self._catalogue = catalogue
        self._assets = assets
        self._open = router.conversations.open
        router.form(custom_ids.COMPOSE, self._submit)

    async def _open_form(self, interaction: discord.Interaction, values: dict[str, Any]) -> None:
        async with self._open(interaction) as conversation:
            draft = _choices_of(values)
            self._check_choices(draft)
            assets = [] if self._catalogue.review else await self._assets.all_of(interaction)
            await conversation.ask(ComposeForm(draft, self._catalogue, assets))

    async def _submit(self, conversation: Conversation, choices: RequestDraft) -> None:
        form = conversation.form
        assets = tuple(AssetInput(value) for value in form.values.get(Part.ASSETS, ()))
        draft = replace(choices, prompt=form.prompt, files=_files(form), assets=assets)
        await submit(self._intake, conversation, draft)

    def _check_choices(self, draft: RequestDraft) -> None:
        """Refuse what can be refused before the form is filled in; its prompt is still to come."""
        try:
            self._intake.check(draft)
        except Refusal as refusal:
            problems = [problem for problem in refusal.problems if not isinstance(problem, PromptEmpty)]
            if problems:
                raise Refusal(*problems) from None


def _draft_of(values: Mapping[str, Any]) -> RequestDraft:
    """Read the options of `/video`."""
    attached = ((name, role, values.get(name)) for name, role in _FILES.items())
    files = (AttachmentInput(file.url, file.filename, file.size, role, name) for name, role, file in attached if file)
    named = ((name, role, values.get(name)) for name, role in _ASSETS.items())
    assets = (AssetInput(words, role, name) for name, role, words in named if words)
    return replace(_choices_of(values, values["prompt"]), files=tuple(files), assets=tuple(assets))


def _choices_of(values: Mapping[str, Any], prompt: str = "") -> RequestDraft:
    """Read the options of either command that name no media; those that are not offered stay as they are."""
    names = ("model", "duration", "ratio", "resolution", "sound", "seed", "last_picture", "web_search")
    return RequestDraft(prompt=prompt, **{name: values[name] for name in names if name in values})


def _files(form: SentForm) -> tuple[AttachmentInput, ...]:
    """List the files of a form. Raises Refusal for each that Discord names and does not describe."""
    named = [
        (form.files.get(file_id), role, f"{_NOUNS[part]} {number}")
        for part, role in ROLES.items()
        for number, file_id in enumerate(form.values.get(part, ()), 1)
    ]
    if lost := [MediumUnreachable(name) for file, _, name in named if file is None]:
        raise Refusal(*lost)
    return tuple(replace(file, role=role, option=name) for file, role, name in named if file is not None)


def _options(catalogue: Catalogue, assets: AssetChoices) -> list[Option]:
    return [
        options.prompt(),
        *_frames(catalogue),
        *options.basic_choices(catalogue),
        *options.further_choices(catalogue),
        *options.web_search(catalogue),
        *_references(),
        *([] if catalogue.review else _assets(assets)),
    ]


def _frames(catalogue: Catalogue) -> list[Option]:
    rules = catalogue.widest.rules
    return [
        Option("image", f"The first frame: {_limit(rules[Role.FIRST_FRAME])}", discord.Attachment),
        Option("last_frame", f"The last frame (needs image): {_limit(rules[Role.LAST_FRAME])}", discord.Attachment),
    ]


def _limit(rule: MediumRule) -> str:
    return f"an image {limit_text(rule.max_input_bytes)}"


def _references() -> list[Option]:
    first = "An image, a video or a sound to go by; the prompt calls it 'image 1', 'video 1', 'audio 1'"
    further = "Another one to go by (more of them: /compose)"
    return [
        Option("reference", first, discord.Attachment),
        Option("reference_2", further, discord.Attachment),
        Option("reference_3", further, discord.Attachment),
    ]


def _assets(assets: AssetChoices) -> list[Option]:
    return [
        options.asset("image_asset", "The first frame from your assets: a name, or asset://…", assets),
        options.asset("last_frame_asset", "The last frame from your assets: a name, or asset://…", assets),
        options.asset("asset", "One of your assets to go by: a name, or asset://…", assets),
        options.asset("asset_2", "Another of your assets to go by", assets),
        options.asset("asset_3", "Another of your assets to go by", assets),
    ]
