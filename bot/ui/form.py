"""The form of `/compose`: a long prompt, many files, several assets. What it is filled in with comes back by its parts.

Nothing of a form is kept: its choices stand in its custom id, so it can be sent after a restart too.
"""

from collections.abc import Sequence
from enum import StrEnum

import discord
from discord.ui import FileUpload, Item, Label, Modal, Select, TextInput

from bot.domain.assets import Asset
from bot.domain.media import Role
from bot.domain.models import PROMPT_MOST, Offer
from bot.domain.request import Wish
from bot.ui import custom_ids
from bot.ui.lists import asset_choice
from bot.ui.measures import at_most, names

# Discord's "Component Reference": a text input holds at most 4000 characters, a file upload 10 files.
_TEXT_MOST = 4000
_FILES_MOST = 10


class Part(StrEnum):
    """A part of the form, by its custom id."""

    PROMPT = "prompt"
    PICTURES = "pictures"
    VIDEOS = "videos"
    SOUNDS = "sounds"
    ASSETS = "assets"


ROLES = {
    Part.PICTURES: Role.REFERENCE_IMAGE,
    Part.VIDEOS: Role.REFERENCE_VIDEO,
    Part.SOUNDS: Role.REFERENCE_AUDIO,
}
"""What the files of each part are for."""

_CALLED = {Part.PICTURES: "image", Part.VIDEOS: "video", Part.SOUNDS: "audio"}


class ComposeForm(Modal):
    """The form as it opens; `assets` are those to choose from, and without any that part is left out."""

    def __init__(self, wish: Wish, offer: Offer, assets: Sequence[Asset]) -> None:
        super().__init__(title="Compose a video", timeout=None, custom_id=custom_ids.encode_form(wish))
        self.add_item(_prompt())
        for part in ROLES:
            self.add_item(_files(part, offer))
        if assets and not offer.review:
            self.add_item(_assets(assets, offer))

    def is_finished(self) -> bool:
        """Tell the library that it need not listen; it would keep every form that nobody sends."""
        return True


def _prompt() -> Label[ComposeForm]:
    field = TextInput[ComposeForm](
        style=discord.TextStyle.paragraph, custom_id=Part.PROMPT, max_length=min(_TEXT_MOST, PROMPT_MOST)
    )
    return Label(text="Prompt", description="What you want to see, in any language", component=field)


def _files(part: Part, offer: Offer) -> Item[ComposeForm]:
    able, role = offer.widest, ROLES[part]
    rule, most = able.rules[role], min(able.most[role], _FILES_MOST)
    upload = FileUpload[ComposeForm](custom_id=part, required=False, min_values=0, max_values=most)
    about = f"Up to {most} {names(rule.formats)}, each {at_most(rule.bytes_most)}. The prompt says '{_CALLED[part]} 1'"
    return Label(text=part.capitalize(), description=about, component=upload)


def _assets(assets: Sequence[Asset], offer: Offer) -> Item[ComposeForm]:
    most = sum(offer.widest.most[role] for role in ROLES.values())
    chosen = [discord.SelectOption(label=asset_choice(asset), value=asset.id) for asset in assets]
    select = Select[ComposeForm](
        custom_id=Part.ASSETS,
        placeholder="None",
        required=False,
        min_values=0,
        max_values=min(most, len(chosen)),
        options=chosen,
    )
    return Label(text="Assets", description="Counted after the files of their kind", component=select)
