"""The forms: `/compose` with a long prompt, many files, several assets; and Edit, which asks for a request anew.

What a form is filled in with comes back by its parts. Nothing of it is kept: its choices, or the job that it is about,
stand in its custom id, so it can be sent after a restart too.
"""

from collections.abc import Sequence
from enum import StrEnum

import discord
from discord.ui import FileUpload, Item, Label, Modal, Select, TextInput

from bot.discord_limits import MAX_TEXT_INPUT, MAX_UPLOADS
from bot.domain.assets import Asset
from bot.domain.media import Role
from bot.domain.models import MAX_PROMPT, Catalogue
from bot.domain.request import RequestDraft, VideoRequest
from bot.ui import custom_ids
from bot.ui.custom_ids import Verb
from bot.ui.lists import asset_choice
from bot.ui.measures import limit_text


class Part(StrEnum):
    """A part of the form, by its custom id."""

    PROMPT = "prompt"
    PICTURES = "pictures"
    VIDEOS = "videos"
    SOUNDS = "sounds"
    ASSETS = "assets"
    DURATION = "duration"
    RATIO = "ratio"
    MODEL = "model"
    RESOLUTION = "resolution"


ROLES = {
    Part.PICTURES: Role.REFERENCE_IMAGE,
    Part.VIDEOS: Role.REFERENCE_VIDEO,
    Part.SOUNDS: Role.REFERENCE_AUDIO,
}
"""What the files of each part are for."""

_CALLED = {Part.PICTURES: "image", Part.VIDEOS: "video", Part.SOUNDS: "audio"}


class ComposeForm(Modal):
    """The form as it opens; `assets` are those to choose from, and without any that part is left out."""

    def __init__(self, draft: RequestDraft, catalogue: Catalogue, assets: Sequence[Asset]) -> None:
        super().__init__(title="Compose a video", timeout=None, custom_id=custom_ids.encode_form(draft))
        self.add_item(_prompt())
        for part in ROLES:
            self.add_item(_files(part, catalogue))
        if assets and not catalogue.review:
            self.add_item(_assets(assets, catalogue))

    def is_finished(self) -> bool:
        """Tell the library that it need not listen; it would keep every form that nobody sends."""
        return True


class EditForm(Modal):
    """The form that asks for a job's request anew, filled in with what it was; its media go along as they are."""

    def __init__(self, job_id: str, request: VideoRequest, catalogue: Catalogue) -> None:
        super().__init__(title="Edit and make it anew", timeout=None, custom_id=custom_ids.encode(Verb.EDIT, job_id))
        capability = catalogue.widest
        self.add_item(_prompt(request.prompt))
        lengths = [str(seconds) for seconds in range(capability.min_seconds, capability.max_seconds + 1)]
        self.add_item(_one_of(Part.DURATION, "Length in seconds", lengths, str(request.duration)))
        self.add_item(_one_of(Part.RATIO, "Width to height", capability.ratios, request.ratio))
        self.add_item(_one_of(Part.MODEL, "Model", catalogue.models, request.model))
        if capability.resolutions:
            size = request.resolution or capability.default_resolution or ""
            self.add_item(_one_of(Part.RESOLUTION, "Size", capability.resolutions, size))

    def is_finished(self) -> bool:
        """Tell the library that it need not listen; it would keep every form that nobody sends."""
        return True


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
    word = _CALLED[part]
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
