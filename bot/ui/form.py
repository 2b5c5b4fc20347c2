"""The forms: `/compose` with a long prompt, many files, several assets; and Edit, which asks for a request again.

A form that is sent comes back by its parts. Nothing of it is kept: its choices, or the id of its job, stand in its
custom id, so it can be sent after a restart too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Final, Self

import discord
from discord.ui import FileUpload, Item, Label, Modal, Select, TextInput

from bot.discord_limits import MAX_TEXT_INPUT, MAX_UPLOADS
from bot.domain.assets import Asset
from bot.domain.media import AttachmentInput, Role
from bot.domain.models import MAX_PROMPT, Capability, Catalogue
from bot.domain.prices import PriceList
from bot.domain.request import VideoRequest
from bot.domain.scenes import MAX_SCENES, MIN_SCENES
from bot.ui import custom_ids
from bot.ui.asset_cards import asset_choice
from bot.ui.choices import choice_text, length_text, price_text, selectable_lengths
from bot.ui.compose_choices import ComposeChoices
from bot.ui.language import Language


class Part(StrEnum):
    """A part of a form, by its custom id; these stay as they are, since forms that are open now are sent later."""

    PROMPT = "prompt"
    IMAGES = "pictures"
    VIDEOS = "videos"
    AUDIO = "sounds"
    ASSETS = "assets"
    DURATION = "duration"
    RATIO = "ratio"
    MODEL = "model"
    RESOLUTION = "resolution"


MAX_SHOWN: Final = min(MAX_TEXT_INPUT, MAX_PROMPT)
"""Characters of a prompt that a form holds."""

ROLES: Final = {
    Part.IMAGES: Role.REFERENCE_IMAGE,
    Part.VIDEOS: Role.REFERENCE_VIDEO,
    Part.AUDIO: Role.REFERENCE_AUDIO,
}
"""What the files of each part are for."""

_FILES: Final = {
    Part.IMAGES: ("form.images", "form.images-about"),
    Part.VIDEOS: ("form.videos", "form.videos-about"),
    Part.AUDIO: ("form.audio", "form.audio-about"),
}


class Form(Modal):
    """A form that the library does not keep: what is sent comes to `cogs.router`."""

    def is_finished(self) -> bool:
        """Tell the library that it need not listen; it would keep every form that is never sent."""
        return True


class ComposeForm(Form):
    """The form as it opens; `assets` are those to choose from, and without any that part is left out."""

    def __init__(
        self, language: Language, choices: ComposeChoices, catalogue: Catalogue, assets: Sequence[Asset]
    ) -> None:
        title, custom_id = language.text("form.compose"), custom_ids.COMPOSE.encode(choices)
        super().__init__(title=title, timeout=None, custom_id=custom_id)
        capability = catalogue.capabilities.get(choices.request.model, catalogue.widest)
        self.add_item(prompt_part(language))
        for part in ROLES:
            self.add_item(_files(language, part, capability))
        if assets and not catalogue.review:
            maximum = sum(capability.max_count[role] for role in ROLES.values())
            about = language.text("form.assets-about")
            self.add_item(_assets(language, assets, maximum, language.text("form.assets"), about))


class ScenesForm(Form):
    """The form of several scenes, as it opens; one of the `assets` may go into the first."""

    def __init__(self, language: Language, choices: ComposeChoices, assets: Sequence[Asset]) -> None:
        super().__init__(
            title=language.text("form.scenes-title"), timeout=None, custom_id=custom_ids.SCENES.encode(choices)
        )
        self.add_item(scenes_part(language))
        if assets:
            about = language.text("form.scenes-asset-about")
            self.add_item(_assets(language, assets, 1, language.text("form.scenes-asset"), about))


class EditForm(Form):
    """The form that asks for a job's request again, filled in with what it was; its media go along as they are.

    Each choice of length, model and resolution says what the video costs with it and all others as they are.
    """

    def __init__(
        self, language: Language, custom_id: str, request: VideoRequest, catalogue: Catalogue, prices: PriceList
    ) -> None:
        super().__init__(title=language.text("form.edit"), timeout=None, custom_id=custom_id)
        capability = catalogue.widest
        resolution = (request.resolution or capability.default_resolution) if capability.resolutions else None
        request = replace(request, resolution=resolution)
        self.add_item(prompt_part(language, request.prompt))
        lengths = selectable_lengths(capability, request.duration)
        named_lengths = {str(length): length_text(language, length) for length in lengths}
        longer = {str(length): replace(request, duration=length) for length in lengths}
        costs = costs_of(language, prices, catalogue, longer)
        label = language.text("form.duration")
        self.add_item(one_of(Part.DURATION, label, named_lengths, str(request.duration), costs))
        ratios = named(language, capability.ratios)
        self.add_item(one_of(Part.RATIO, language.text("form.ratio"), ratios, request.ratio))
        models = named(language, catalogue.models)
        costs = costs_of(
            language, prices, catalogue, {model.value: replace(request, model=model) for model in catalogue.models}
        )
        self.add_item(one_of(Part.MODEL, language.text("form.model"), models, request.model, costs))
        if capability.resolutions:
            resolutions = named(language, capability.resolutions)
            sized = {each.value: replace(request, resolution=each) for each in capability.resolutions}
            costs = costs_of(language, prices, catalogue, sized)
            label = language.text("form.resolution")
            self.add_item(one_of(Part.RESOLUTION, label, resolutions, resolution or "", costs))


@dataclass(frozen=True, slots=True)
class SentForm:
    """A form as it was sent: the texts and the values of its parts, its files by Discord's ids, and all its parts."""

    texts: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Sequence[str]] = field(default_factory=dict)
    files: Mapping[str, AttachmentInput] = field(default_factory=dict)
    parts: frozenset[str] = frozenset()

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        """Read what Discord sends ("Interactions: Receiving and Responding", Modal Submit Data)."""
        labels = [label.get("component", {}) for label in data.get("components", ())]
        parts = [part for part in labels if "custom_id" in part]
        files = data.get("resolved", {}).get("attachments", {})
        return cls(
            {part["custom_id"]: part["value"] for part in parts if part.get("value")},
            {part["custom_id"]: part["values"] for part in parts if part.get("values")},
            {file_id: AttachmentInput(file["url"], file["filename"], file["size"]) for file_id, file in files.items()},
            frozenset(part["custom_id"] for part in parts),
        )

    @property
    def prompt(self) -> str:
        """Return the prompt; empty where there is none."""
        return self.texts.get(Part.PROMPT, "")

    def choice(self, part: str) -> str:
        """Return what was chosen in a part; empty where nothing was. Raises ValueError for more than one."""
        [chosen] = self.values.get(part, ("",))
        return chosen


def prompt_part(language: Language, prompt: str = "") -> Label[Modal]:
    """Ask for a prompt; one that is longer than a form holds is kept whole where it is sent back unchanged."""
    about = language.text("form.prompt-about")
    if len(prompt) > MAX_SHOWN:
        about = language.text("form.prompt-cut", limit=MAX_SHOWN)
    field = TextInput[Modal](
        style=discord.TextStyle.paragraph,
        custom_id=Part.PROMPT,
        max_length=MAX_SHOWN,
        default=prompt[:MAX_SHOWN] or None,
    )
    return Label(text=language.text("form.prompt"), description=about, component=field)


def scenes_part(language: Language, text: str = "") -> Label[Modal]:
    """Ask for scenes, each in a line."""
    field = TextInput[Modal](
        style=discord.TextStyle.paragraph,
        custom_id=Part.PROMPT,
        max_length=MAX_SHOWN,
        default=text[:MAX_SHOWN] or None,
    )
    about = language.text("form.scenes-about", minimum=MIN_SCENES, maximum=MAX_SCENES)
    return Label(text=language.text("form.scenes"), description=about, component=field)


def named(language: Language, choices: Sequence[StrEnum]) -> dict[str, str]:
    """Name choices, by their values."""
    return {choice.value: choice_text(language, choice) for choice in choices}


def one_of(
    part: str,
    label: str,
    choices: Mapping[str, str],
    now: str,
    costs: Mapping[str, str] | None = None,
    about: str | None = None,
) -> Label[Modal]:
    """Ask for one of these choices, each with its name and, where that is known, what the video costs with it.

    `about`: a sentence below the label.
    """
    costs = costs or {}
    options = [
        discord.SelectOption(label=name, value=value, default=value == now, description=costs.get(value))
        for value, name in choices.items()
    ]
    select = Select[Modal](custom_id=part, options=options, min_values=1, max_values=1)
    return Label(text=label, description=about, component=select)


def costs_of(
    language: Language, prices: PriceList, catalogue: Catalogue, requests: Mapping[str, VideoRequest]
) -> dict[str, str]:
    """Write what each of these videos costs, where that is known."""
    costs = {}
    for value, request in requests.items():
        price = prices.price(request, catalogue.longest(request.model, request.duration))
        if price is not None:
            costs[value] = language.text("price.choice", price=price_text(language, price, request.duration))
    return costs


def _files(language: Language, part: Part, capability: Capability) -> Item[ComposeForm]:
    role = ROLES[part]
    rule, maximum = capability.rules[role], min(capability.max_count[role], MAX_UPLOADS)
    upload = FileUpload[ComposeForm](custom_id=part, required=False, min_values=0, max_values=maximum)
    label, about = _FILES[part]
    description = language.text(about, count=maximum, limit=language.size(rule.max_input_bytes))
    return Label(text=language.text(label), description=description, component=upload)


def _assets(language: Language, assets: Sequence[Asset], maximum: int, label: str, about: str) -> Label[Modal]:
    chosen = [discord.SelectOption(label=asset_choice(language, asset), value=asset.id) for asset in assets]
    select = Select[Modal](
        custom_id=Part.ASSETS,
        placeholder=language.text("form.assets-none"),
        required=False,
        min_values=0,
        max_values=min(maximum, len(chosen)),
        options=chosen,
    )
    return Label(text=label, description=about, component=select)
