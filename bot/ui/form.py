"""The forms: `/compose` with a long prompt, many files, several assets; and Edit, which asks for a request anew.

A form that is sent comes back by its parts. Nothing of it is kept: its choices, or the id of its job, stand in its
custom id, so it can be sent after a restart too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self

import discord
from discord.ui import FileUpload, Item, Label, Modal, Select, TextInput

from bot.discord_limits import MAX_TEXT_INPUT, MAX_UPLOADS
from bot.domain.assets import Asset
from bot.domain.media import AttachmentInput, Role
from bot.domain.models import MAX_PROMPT, Catalogue
from bot.domain.request import RequestDraft, VideoRequest
from bot.ui import custom_ids
from bot.ui.job_lists import asset_choice
from bot.ui.units import limit_text


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


ROLES = {
    Part.IMAGES: Role.REFERENCE_IMAGE,
    Part.VIDEOS: Role.REFERENCE_VIDEO,
    Part.AUDIO: Role.REFERENCE_AUDIO,
}
"""What the files of each part are for."""

_NOUNS = {Part.IMAGES: "image", Part.VIDEOS: "video", Part.AUDIO: "audio"}


class _Form(Modal):
    """A form that the library does not keep: what is sent comes to `cogs.router`."""

    def is_finished(self) -> bool:
        """Tell the library that it need not listen; it would keep every form that is never sent."""
        return True


class ComposeForm(_Form):
    """The form as it opens; `assets` are those to choose from, and without any that part is left out."""

    def __init__(self, draft: RequestDraft, catalogue: Catalogue, assets: Sequence[Asset]) -> None:
        super().__init__(title="Compose a video", timeout=None, custom_id=custom_ids.COMPOSE.encode(draft))
        self.add_item(_prompt())
        for part in ROLES:
            self.add_item(_files(part, catalogue))
        if assets and not catalogue.review:
            self.add_item(_assets(assets, catalogue))


class EditForm(_Form):
    """The form that asks for a job's request anew, filled in with what it was; its media go along as they are."""

    def __init__(self, job_id: str, request: VideoRequest, catalogue: Catalogue) -> None:
        super().__init__(title="Edit and make it anew", timeout=None, custom_id=custom_ids.EDIT.encode(job_id))
        capability = catalogue.widest
        self.add_item(_prompt(request.prompt))
        lengths = [str(seconds) for seconds in range(capability.min_seconds, capability.max_seconds + 1)]
        self.add_item(_one_of(Part.DURATION, "Length in seconds", lengths, str(request.duration)))
        self.add_item(_one_of(Part.RATIO, "Width to height", capability.ratios, request.ratio))
        self.add_item(_one_of(Part.MODEL, "Model", catalogue.models, request.model))
        if capability.resolutions:
            size = request.resolution or capability.default_resolution or ""
            self.add_item(_one_of(Part.RESOLUTION, "Size", capability.resolutions, size))


@dataclass(frozen=True, slots=True)
class SentForm:
    """A form as it was sent: the texts and the values of its parts, and its files by Discord's ids."""

    texts: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Sequence[str]] = field(default_factory=dict)
    files: Mapping[str, AttachmentInput] = field(default_factory=dict)

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
        )

    @property
    def prompt(self) -> str:
        """Return the prompt; empty where there is none."""
        return self.texts.get(Part.PROMPT, "")

    def choice(self, part: Part) -> str:
        """Return what was chosen in a part; empty where nothing was. Raises ValueError for more than one."""
        [chosen] = self.values.get(part, ("",))
        return chosen


def _prompt(text: str = "") -> Label[Modal]:
    maximum = min(MAX_TEXT_INPUT, MAX_PROMPT)
    about = "What you want to see, in any language"
    if len(text) > maximum:
        about = f"A form holds {maximum:,} characters: the end of your prompt is cut off"
    field = TextInput[Modal](
        style=discord.TextStyle.paragraph, custom_id=Part.PROMPT, max_length=maximum, default=text[:maximum] or None
    )
    return Label(text="Prompt", description=about, component=field)


def _one_of(part: Part, label: str, words: Sequence[str], now: str) -> Label[Modal]:
    chosen = [discord.SelectOption(label=word, value=word, default=word == now) for word in words]
    return Label(text=label, component=Select[Modal](custom_id=part, options=chosen, min_values=1, max_values=1))


def _files(part: Part, catalogue: Catalogue) -> Item[ComposeForm]:
    capability, role = catalogue.widest, ROLES[part]
    rule, maximum = capability.rules[role], min(capability.max_count[role], MAX_UPLOADS)
    upload = FileUpload[ComposeForm](custom_id=part, required=False, min_values=0, max_values=maximum)
    word = _NOUNS[part]
    about = (
        f"Up to {maximum} files, each {limit_text(rule.max_input_bytes)}. In your prompt, call them {word} 1, {word} 2…"
    )
    return Label(text=part.capitalize(), description=about, component=upload)


def _assets(assets: Sequence[Asset], catalogue: Catalogue) -> Item[ComposeForm]:
    maximum = sum(catalogue.widest.max_count[role] for role in ROLES.values())
    chosen = [discord.SelectOption(label=asset_choice(asset), value=asset.id) for asset in assets]
    select = Select[ComposeForm](
        custom_id=Part.ASSETS,
        placeholder="None",
        required=False,
        min_values=0,
        max_values=min(maximum, len(chosen)),
        options=chosen,
    )
    return Label(text="Assets", description="Counted after the files of their kind", component=select)
