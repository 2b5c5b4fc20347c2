"""`/video` and `/compose`: the two ways to ask for a video, by options or by a form.

Either is checked, its reply opened, and handed to the studio.
"""

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import discord
from discord.app_commands import locale_str
from discord.ext import commands

from bot.domain.assets import Asset
from bot.domain.drafts import Draft
from bot.domain.errors import PromptEmpty, Refusal
from bot.domain.media import AttachmentInput, Role
from bot.domain.media_problems import MediumUnreachable
from bot.domain.models import DEFAULT_MODEL, DEFAULT_RATIO, Catalogue
from bot.domain.request import AssetInput, RequestDraft
from bot.studio.intake.accept import Intake
from bot.ui import custom_ids
from bot.ui.compose_choices import ComposeChoices
from bot.ui.form import ROLES, ComposeForm, Form, Part, SentForm
from bot.ui.language import Language
from cogs import options
from cogs.autocomplete import AssetChoices, Autocomplete
from cogs.conversation import Conversation
from cogs.options import CommandCog, Option
from cogs.router import Router
from cogs.translations import texts_of
from cogs.video_defaults import PRIVATE, VideoDefaults, given_in

# Each option that takes a file or an asset, with the role that it gives; without one it is a reference.
_FILES: Final = {
    "image": Role.FIRST_FRAME,
    "last_frame": Role.LAST_FRAME,
    "reference": None,
    "reference_2": None,
    "reference_3": None,
}
_ASSET: Final = "asset"
_ASSETS: Final = {
    "image_asset": Role.FIRST_FRAME,
    "last_frame_asset": Role.LAST_FRAME,
    _ASSET: None,
    "asset_2": None,
    "asset_3": None,
}


async def submit(intake: Intake, conversation: Conversation, draft: Draft) -> None:
    """Check a request, open its reply and hand it to the studio; raises Refusal."""
    await intake.check(conversation.caller, draft)
    reply = await conversation.open_reply(private=draft.private)
    await intake.submit(conversation.caller, draft, conversation.id, reply)


def is_private(conversation: Conversation, chosen: bool | None) -> bool:  # noqa: FBT001 - an option, as it was given
    """Tell whether the answer is for the member alone: as they chose, else as they have set it."""
    return conversation.private_by_setting if chosen is None else chosen


@dataclass(frozen=True, slots=True)
class RequestDependencies:
    """What the commands that request videos work with.

    `assets` and `lengths` suggest values while an option is typed; `lengths` is None where plain numbers are enough.
    """

    intake: Intake
    catalogue: Catalogue
    assets: AssetChoices
    lengths: Autocomplete | None
    defaults: VideoDefaults
    router: Router
    language: Language


class VideoCog(CommandCog):
    """The command `/video`."""

    def __init__(self, bot: commands.Bot | commands.AutoShardedBot, deps: RequestDependencies) -> None:
        about = texts_of(deps.language)("command.video")
        super().__init__(bot, options.command("video", about, _options(deps), self._video))
        self._intake = deps.intake
        self._catalogue = deps.catalogue
        self._defaults = deps.defaults
        self._open = deps.router.conversations.open

    async def _video(self, interaction: discord.Interaction, values: dict[str, Any]) -> None:
        async with self._open(interaction) as conversation:
            caller, given = conversation.caller, given_in(values)
            request, private = _request_of(values, self._catalogue), is_private(conversation, values.get(PRIVATE))
            filled = self._defaults.known(caller, request, given)
            if filled is not None:
                await submit(self._intake, conversation, self._intake.new_draft(caller, filled, private=private))
                return
            # The database is asked behind an answer: Discord waits 3 s for that.
            reply = await conversation.open_reply(private=private)
            filled = await self._defaults.looked_up(caller, request, given)
            draft = self._intake.new_draft(caller, filled, private=private)
            await self._intake.check(caller, draft)
            await self._intake.submit(caller, draft, conversation.id, reply)


class FormCog(CommandCog):
    """A command that takes the choices of a video and whether it is private, and the form that it then opens."""

    def __init__(self, bot: commands.Bot | commands.AutoShardedBot, deps: RequestDependencies) -> None:
        language, catalogue = deps.language, deps.catalogue
        name, about, further = self._described(language, catalogue)
        basic = options.basic_choices(language, catalogue, deps.lengths)
        choices = [*basic, *options.further_choices(language, catalogue), *further, options.private(language)]
        super().__init__(bot, options.command(name, about, choices, self._open_form))
        self._intake = deps.intake
        self._catalogue = catalogue
        self._assets = deps.assets
        self._defaults = deps.defaults
        self._open = deps.router.conversations.open

    async def _open_form(self, interaction: discord.Interaction, values: dict[str, Any]) -> None:
        async with self._open(interaction) as conversation:
            request, given = _choices_of(values, self._catalogue), given_in(values)
            request = await self._defaults.in_time(conversation.caller, request, given)
            self._check_choices(request)
            assets = [] if self._catalogue.review else await self._assets.all_of(interaction)
            await conversation.ask(
                self._form(conversation.language, ComposeChoices(request, values.get(PRIVATE)), assets)
            )

    def _check_choices(self, draft: RequestDraft) -> None:
        """Refuse invalid choices before the form opens; its prompt is still to come. Raises Refusal."""
        try:
            self._intake.check_choices(draft)
        except Refusal as refusal:
            problems = [problem for problem in refusal.problems if not isinstance(problem, PromptEmpty)]
            if problems:
                raise Refusal(*problems) from None

    @abstractmethod
    def _described(self, language: Language, catalogue: Catalogue) -> tuple[str, locale_str, Sequence[Option]]:
        """Return the command's name, its description, and the options that only it has."""

    @abstractmethod
    def _form(self, language: Language, choices: ComposeChoices, assets: list[Asset]) -> Form:
        """Make the form; `assets`: those that the member may use."""


class ComposeCog(FormCog):
    """The command `/compose` and the form that it opens."""

    def __init__(self, bot: commands.Bot | commands.AutoShardedBot, deps: RequestDependencies) -> None:
        super().__init__(bot, deps)
        deps.router.form(custom_ids.COMPOSE, self._submit)

    def _described(self, language: Language, catalogue: Catalogue) -> tuple[str, locale_str, Sequence[Option]]:
        further = [*_format(language, catalogue), options.takes(language)]
        return "compose", texts_of(language)("command.compose"), further

    def _form(self, language: Language, choices: ComposeChoices, assets: list[Asset]) -> Form:
        return ComposeForm(language, choices, self._catalogue, assets)

    async def _submit(self, conversation: Conversation, choices: ComposeChoices) -> None:
        form = conversation.form
        chosen = enumerate(form.values.get(Part.ASSETS, ()), 1)
        assets = tuple(AssetInput(value, option=f"{_ASSET} {number}") for number, value in chosen)
        request = replace(choices.request, prompt=form.prompt, files=_files(form), assets=assets)
        private = is_private(conversation, choices.private)
        await submit(self._intake, conversation, self._intake.new_draft(conversation.caller, request, private=private))


def _request_of(values: Mapping[str, Any], catalogue: Catalogue) -> RequestDraft:
    """Read the options of `/video`."""
    files = [
        AttachmentInput(file.url, file.filename, file.size, role, name)
        for name, role in _FILES.items()
        if (file := values.get(name))
    ]
    assets = [AssetInput(words, role, name) for name, role in _ASSETS.items() if (words := values.get(name))]
    return _choices_of(values, catalogue, prompt=values["prompt"], files=tuple(files), assets=tuple(assets))


def _choices_of(values: Mapping[str, Any], catalogue: Catalogue, **rest: Any) -> RequestDraft:
    """Read the options, other than media, of any command; options that were left out stay as they are."""
    names = ("model", "duration", "ratio", "resolution", "sound", "seed", "last_picture", "web_search")
    chosen = {name: value for name in (*names, "format", "takes") if (value := values.get(name)) is not None}
    plain = RequestDraft("", DEFAULT_MODEL, catalogue.widest.default_seconds, DEFAULT_RATIO)
    return replace(plain, **rest, **chosen)


def _files(form: SentForm) -> tuple[AttachmentInput, ...]:
    """List the files of a form. Raises Refusal for each that Discord names and does not describe."""
    named = [
        (form.files.get(file_id), role, f"{role.kind} {number}")
        for part, role in ROLES.items()
        for number, file_id in enumerate(form.values.get(part, ()), 1)
    ]
    if lost := [MediumUnreachable(name) for file, _, name in named if file is None]:
        raise Refusal(*lost)
    return tuple(replace(file, role=role, option=name) for file, role, name in named if file is not None)


def _options(deps: RequestDependencies) -> list[Option]:
    language, catalogue = deps.language, deps.catalogue
    return [
        options.prompt(language),
        *_frames(language, catalogue),
        *options.basic_choices(language, catalogue, deps.lengths),
        *options.further_choices(language, catalogue),
        *options.web_search(language, catalogue),
        *_format(language, catalogue),
        options.takes(language),
        options.private(language),
        *_references(language),
        *([] if catalogue.review else _assets(language, deps.assets)),
    ]


def _format(language: Language, catalogue: Catalogue) -> list[Option]:
    """List the option of a clip's container, where there is a choice."""
    formats, about = catalogue.widest.formats, texts_of(language)("option.format")
    return [Option("format", about, options.Choice(language, formats))] if formats else []


def _frames(language: Language, catalogue: Catalogue) -> list[Option]:
    rules = catalogue.widest.rules
    say = texts_of(language)
    first, last = (_largest(rules[role].max_input_bytes) for role in (Role.FIRST_FRAME, Role.LAST_FRAME))
    return [
        _image("image", say("option.image", limit=first)),
        _image("last_frame", say("option.last-frame", limit=last)),
    ]


def _largest(limit: int) -> Callable[[Language], str]:
    return lambda language: language.size(limit)


def _image(name: str, description: locale_str) -> Option:
    return Option(name, description, discord.Attachment, file_types=options.IMAGE_FILES)


def _references(language: Language) -> list[Option]:
    say = texts_of(language)
    more = say("option.reference-more")
    return [
        Option("reference", say("option.reference"), discord.Attachment, file_types=options.MEDIA_FILES),
        Option("reference_2", more, discord.Attachment, file_types=options.MEDIA_FILES),
        Option("reference_3", more, discord.Attachment, file_types=options.MEDIA_FILES),
    ]


def _assets(language: Language, assets: AssetChoices) -> list[Option]:
    say = texts_of(language)
    more = say("option.asset-more")
    return [
        options.asset("image_asset", say("option.image-asset"), assets),
        options.asset("last_frame_asset", say("option.last-frame-asset"), assets),
        options.asset("asset", say("option.asset"), assets),
        options.asset("asset_2", more, assets),
        options.asset("asset_3", more, assets),
    ]
