"""The private card of a draft that references are collected in, and the two forms that add to it."""

from typing import Final

import discord
from discord.ui import ActionRow, Button, FileUpload, Item, Label, LayoutView, Modal, Select, TextInput

from bot.discord_limits import MAX_CHOICE_NAME, MAX_CHOICES, MAX_UPLOADS
from bot.domain.collecting import longest_part, too_long
from bot.domain.drafts import Draft
from bot.domain.media import AttachmentInput
from bot.domain.models import Catalogue
from bot.ui import custom_ids
from bot.ui.components import NEUTRAL, Card, action_row, text
from bot.ui.form import Form
from bot.ui.language import Language
from bot.ui.sanitize import code_line, visible_line

FILES, START = "files", "start"
"""Parts of the forms, by their custom ids."""

# Of a file: sixty of them leave a card room enough.
_NAME_SHOWN: Final = 24
_MAX_START: Final = 12


def collect_card(language: Language, draft: Draft, catalogue: Catalogue) -> Card:
    """Draw what is in a draft, what is still to be chosen, and what can be done with it."""
    files = draft.request.files
    lines = [f"- {_line(language, draft, file)}" for file in files]
    title = f"### {language.text('draft.collected', count=len(files))}" if files else ""
    items: list[Item[LayoutView]] = [text("\n".join([title, *lines]))] if files else []
    suggested = [file for file in draft.candidates if file.seconds is None][:MAX_CHOICES]
    if suggested:
        items += [text(language.text("draft.choose")), _choice(language, draft, suggested)]
    long = too_long(draft)
    if long is not None and long.seconds is not None:
        facts = {"name": code_line(long.name, _NAME_SHOWN), "length": language.seconds(long.seconds)}
        limit = language.seconds(longest_part(catalogue.widest))
        items.append(text(language.text("draft.too-long", limit=limit, **facts)))
    items.append(action_row(_buttons(language, draft, long)))
    items.append(text(f"-# {language.text('draft.collecting')}"))
    return Card(NEUTRAL, items)


class AddFilesForm(Form):
    """The form that adds files to a draft."""

    def __init__(self, language: Language, draft_id: str, catalogue: Catalogue) -> None:
        title = language.text("button.add-files")
        super().__init__(title=title, timeout=None, custom_id=custom_ids.ADD_FILES.encode(draft_id))
        upload = FileUpload[Modal](custom_id=FILES, required=True, min_values=1, max_values=MAX_UPLOADS)
        largest = max(rule.max_input_bytes for role, rule in catalogue.widest.rules.items() if role.refers)
        about = language.text("form.files-about", count=MAX_UPLOADS, limit=language.size(largest))
        self.add_item(Label(text=language.text("form.files"), description=about, component=upload))


class PartForm(Form):
    """The form that asks which part of a file is taken that is too long."""

    def __init__(self, language: Language, draft_id: str, file: AttachmentInput, catalogue: Catalogue) -> None:
        title = language.text("form.part")
        super().__init__(title=title, timeout=None, custom_id=custom_ids.PART.encode(draft_id))
        typed = TextInput[Modal](custom_id=START, default="0:00", max_length=_MAX_START)
        limit = longest_part(catalogue.widest)
        facts = {"length": language.seconds(file.seconds or 0.0), "limit": language.seconds(limit)}
        about = language.text("form.start-about", **facts)
        self.add_item(Label(text=language.text("form.start"), description=about, component=typed))


def _line(language: Language, draft: Draft, file: AttachmentInput) -> str:
    """Name a file as the prompt does, and say what and whose it is."""
    about = [f"**{file.option}**", code_line(file.name, _NAME_SHOWN)]
    if file.stored and file.stored.seconds is not None:
        about.append(language.seconds(file.stored.seconds))
    if others := [author for author in file.author_ids if author != draft.user_id]:
        about.append(language.text("draft.by", member=language.all_of([f"<@{author}>" for author in others])))
    return " · ".join(about)


def _choice(language: Language, draft: Draft, suggested: list[AttachmentInput]) -> ActionRow[LayoutView]:
    options = [
        discord.SelectOption(label=visible_line(f"{at} · {file.name}", MAX_CHOICE_NAME), value=file.option)
        for at, file in enumerate(suggested, 1)
    ]
    select = Select[LayoutView](
        custom_id=custom_ids.CHOOSE.encode(draft.id),
        placeholder=language.text("draft.choose-files"),
        options=options,
        min_values=1,
        max_values=len(options),
    )
    return ActionRow[LayoutView](select)


def _buttons(language: Language, draft: Draft, long: AttachmentInput | None) -> list[Button[LayoutView]]:
    primary, danger = discord.ButtonStyle.primary, discord.ButtonStyle.danger
    buttons = []
    if long is not None:
        label = language.text("button.choose-part")
        buttons.append(Button[LayoutView](style=primary, label=label, custom_id=custom_ids.PART.encode(draft.id)))
    if draft.request.files:
        label = language.text("button.make-video")
        buttons.append(Button[LayoutView](style=primary, label=label, custom_id=custom_ids.MAKE.encode(draft.id)))
    add = Button[LayoutView](label=language.text("button.add-files"), custom_id=custom_ids.ADD_FILES.encode(draft.id))
    label = language.text("button.discard")
    discard = Button[LayoutView](style=danger, label=label, custom_id=custom_ids.DISCARD.encode(draft.id))
    return [*buttons, add, discard]
