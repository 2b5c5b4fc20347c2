"""What a member gets who asked for what cannot be: the mistakes, what they wrote, and a form to fix it in.

The form has the prompt and up to four fields that were wrong. Everything else stands in the draft, whose id is all that
the button and the form remember. Its parts are named as the command's options are.
"""

from collections.abc import Callable, Container, Sequence
from dataclasses import replace
from typing import Any, Final

import discord
from discord.ui import Button, FileUpload, Item, Label, LayoutView, Modal, Select, TextInput

from bot.discord_limits import MAX_CARD_TEXT, MAX_CHOICE_NAME, MAX_CHOICES
from bot.domain.drafts import MEDIA, MORE_IMAGES, PICK, Draft, Purpose, can_be_fixed
from bot.domain.errors import Problem, Refusal
from bot.domain.media import AttachmentInput, Kind, Role
from bot.domain.media_problems import MediumUnreachable
from bot.domain.member_settings import CHOICES
from bot.domain.models import MAX_SEED, Capability, Catalogue, Model, OutputFormat, Ratio, Resolution
from bot.domain.money import PriceNotConfirmed
from bot.domain.prompts import edited_prompt
from bot.domain.request import AssetInput, RequestDraft
from bot.domain.scenes import ScenesNotConfirmed, scenes_of
from bot.ui import custom_ids
from bot.ui.choices import length_text, selectable_lengths
from bot.ui.components import BAD, Card, action_row, text
from bot.ui.form import MAX_SHOWN, Form, Part, SentForm, named, one_of, prompt_part, scenes_part
from bot.ui.language import Language
from bot.ui.price_cards import confirm_card
from bot.ui.problem_texts import problems_text
from bot.ui.sanitize import code_block, visible_line
from bot.ui.scene_texts import scenes_card

# Discord's "Modal": five components, of which the prompt is one.
_MAX_FIELDS: Final = 4
_MAX_LABEL: Final = 45
_MAX_ASSET: Final = 250
_MISTAKES_SHOWN: Final = 2000
# A character may count twice (`utf16_units`).
_PROMPT_SHOWN: Final = (MAX_CARD_TEXT - _MISTAKES_SHOWN) // 2 - 100
_ON, _OFF, _OPEN = "on", "off", "open"
_CHOICES: Final[dict[str, str]] = {
    Part.DURATION: "form.duration",
    Part.RATIO: "form.ratio",
    Part.MODEL: "form.model",
    Part.RESOLUTION: "form.resolution",
    "format": "form.format",
}
_SWITCHES: Final = {
    "sound": "draft.sound",
    "last_picture": "draft.last-picture",
    "web_search": "draft.web-search",
}
# The role of what is attached where nothing was.
_ROLES: Final = {"image": Role.FIRST_FRAME, "last_frame": Role.LAST_FRAME}
_FRAMES: Final = {role: option for option, role in _ROLES.items()}
_TITLES: Final = {Purpose.ANIMATE: "form.animate", Purpose.COLLECT: "form.compose", Purpose.EDIT: "form.edit"}


def refused_card(language: Language, draft: Draft, problems: Sequence[Problem]) -> Card:
    """Draw the private answer to a refused request: what is wrong, what was written, and the button to fix it.

    Where the request itself is fine (a full queue), it can be tried again later; where only its price is to be agreed
    to, that is asked.
    """
    if isinstance(unconfirmed := problems[0], PriceNotConfirmed):
        return confirm_card(language, draft, unconfirmed.price)
    if isinstance(unconfirmed, ScenesNotConfirmed):
        return scenes_card(language, draft, unconfirmed)
    items: list[Item[LayoutView]] = [text(problems_text(language, problems, _MISTAKES_SHOWN))]
    if draft.text.strip():
        items.append(text(code_block(draft.text, _PROMPT_SHOWN)))
    fixable = can_be_fixed(problems)
    button = Button[LayoutView](
        style=discord.ButtonStyle.primary,
        label=language.text("button.fix" if fixable else "button.try-again"),
        custom_id=custom_ids.FIX.encode(draft.id),
    )
    small_print = language.text("draft.kept" if fixable else "draft.kept-whole")
    return Card(BAD, [*items, action_row([button]), text(f"-# {small_print}")])


def choice_fields(catalogue: Catalogue) -> tuple[str, ...]:
    """List the choices that a form asks for beside the prompt, as far as any model has them."""
    sized = (Part.RESOLUTION,) if catalogue.widest.resolutions else ()
    return (Part.DURATION, Part.RATIO, Part.MODEL, *sized)


class FixForm(Form):
    """The form that fixes a draft."""

    def __init__(self, language: Language, draft: Draft, catalogue: Catalogue) -> None:
        title = language.text(_TITLES.get(draft.purpose) or ("form.fix" if draft.wrong else "form.edit"))
        super().__init__(title=title, timeout=None, custom_id=custom_ids.FIX.encode(draft.id))
        self.add_item(prompt_part(language, draft.text) if draft.scene is None else scenes_part(language, draft.text))
        known = catalogue.capabilities.get(draft.request.model)
        # Where another model can be chosen beside it, everything that any of them makes is offered.
        capability = catalogue.widest if known is None or draft.purpose is not Purpose.FIX else known
        for field in draft.wrong[:_MAX_FIELDS]:
            if (part := _part(language, field, draft, capability, catalogue)) is not None:
                self.add_item(part)


def _part(
    language: Language, field: str, draft: Draft, capability: Capability, catalogue: Catalogue
) -> Label[Modal] | None:
    """Ask for one field again; None where there is nothing to choose from."""
    if field in _CHOICES:
        return _choice(language, field, draft.request, capability, catalogue)
    if field in _SWITCHES:
        return _switch(language, field, draft.request, capability)
    if field == "seed":
        return _typed(language.text("draft.seed"), language.text("draft.seed-about", maximum=MAX_SEED), field, "")
    if field in {MEDIA, PICK}:
        return _media(language, draft) if field == MEDIA else _one_file(language, draft)
    asset = next((asset for asset in draft.request.assets if asset.option == field), None)
    if asset is None:
        return _upload(language, field)
    return _typed(_label(language, field), language.text("draft.asset-about"), field, asset.name or asset.user_input)


def _choice(
    language: Language, field: str, request: RequestDraft, capability: Capability, catalogue: Catalogue
) -> Label[Modal]:
    """Ask for one of the choices that the draft's model has."""
    now = str("" if (value := getattr(request, field)) is None else value)
    match field:
        case Part.DURATION:
            lengths = selectable_lengths(capability, request.duration)
            choices = {str(length): length_text(language, length) for length in lengths}
        case Part.RATIO:
            choices = named(language, capability.ratios)
        case Part.MODEL:
            choices = named(language, catalogue.models)
        case "format":
            choices = named(language, capability.formats)
        case _:
            choices = named(language, capability.resolutions)
    # What the model has no choice of can only be left out.
    return one_of(field, language.text(_CHOICES[field]), choices or {_OPEN: language.text("draft.left-out")}, now)


def _label(language: Language, field: str) -> str:
    return language.text("form.images") if field == MORE_IMAGES else visible_line(field, _MAX_LABEL)


def _switch(language: Language, field: str, request: RequestDraft, capability: Capability) -> Label[Modal]:
    """Ask whether something is on, where the model knows it; else only that it is left out can be chosen."""
    choices = {_OPEN: language.text("draft.model-decides")} if field == "sound" else {}
    if getattr(capability, field):
        choices |= {_ON: language.text("draft.on")}
    if getattr(capability, field) or field != "sound":
        choices |= {_OFF: language.text("draft.off")}
    now = getattr(request, field)
    return one_of(field, language.text(_SWITCHES[field]), choices, _OPEN if now is None else _ON if now else _OFF)


def _typed(label: str, about: str, field: str, now: str) -> Label[Modal]:
    typed = TextInput[Modal](custom_id=field, required=False, max_length=_MAX_ASSET, default=now[:_MAX_ASSET] or None)
    return Label(text=label, description=about, component=typed)


def _upload(language: Language, field: str) -> Label[Modal]:
    upload = FileUpload[Modal](custom_id=field, required=False, min_values=0, max_values=1)
    return Label(text=_label(language, field), description=language.text("draft.file-about"), component=upload)


def _media(language: Language, draft: Draft) -> Label[Modal] | None:
    """Ask which media to keep, of those that have no field of their own."""
    options = [
        discord.SelectOption(label=_file_name(option, name), value=option, default=True)
        for option, name in _shown_media(draft.request, draft.wrong[:_MAX_FIELDS]).items()
    ]
    if not options:
        return None
    select = Select[Modal](custom_id=MEDIA, options=options, required=False, min_values=0, max_values=len(options))
    return Label(text=language.text("draft.media"), description=language.text("draft.media-about"), component=select)


def _one_file(language: Language, draft: Draft) -> Label[Modal]:
    names = {file.option: _file_name(file.option, file.name) for file in draft.request.files[:MAX_CHOICES]}
    return one_of(PICK, language.text("form.image"), names, next(iter(names)))


def _file_name(option: str, name: str) -> str:
    return visible_line(f"{option} · {name}", MAX_CHOICE_NAME)


def _shown_media(request: RequestDraft, asked: Container[str]) -> dict[str, str]:
    """Name the media that a select offers, by their options: those not `asked` for by fields of their own.

    A select holds 25. Those beyond are kept; where they are still too many, the next form has them.
    """
    names = {file.option: file.name for file in request.files}
    names |= {asset.option: asset.name or asset.user_input for asset in request.assets}
    shown = [(option, name) for option, name in names.items() if option not in asked]
    return dict(shown[:MAX_CHOICES])


def fixed(draft: Draft, form: SentForm) -> Draft:
    """Return the draft as it was filled in.

    Raises ValueError for a choice that this version does not know, Refusal for a file that Discord does not describe.
    """
    prompt = edited_prompt(draft.text, form.prompt, MAX_SHOWN)
    if draft.scene is not None:
        prompt, *to_come = scenes_of(prompt) or [""]
        draft = replace(draft, agreed=None, scene=replace(draft.scene, to_come=tuple(to_come)))
    request = replace(draft.request, prompt=prompt)
    for field in form.parts & _READ.keys():
        value = form.texts.get(field) or form.choice(field)
        request = replace(request, **{field: _READ[field](value)})
    if PICK in form.parts:
        request = replace(request, files=(_picked(request, form.choice(PICK)),))
    shown = _shown_media(request, form.parts) if MEDIA in form.parts else {}
    gone = form.parts | (shown.keys() - set(form.values.get(MEDIA, ())))
    files = [file for file in request.files if file.option not in gone]
    assets = [asset for asset in request.assets if asset.option not in gone]
    for field in sorted(form.parts - _READ.keys() - {Part.PROMPT, MEDIA, PICK}):
        files += _attached(field, form, request)
        assets += _named_asset(field, form, request)
    chosen = [each for each in CHOICES if getattr(request, each) != getattr(draft.request, each)]
    request = replace(request, files=tuple(files), assets=tuple(assets), defaults=request.defaults.without(*chosen))
    return replace(draft, request=request)


def _picked(request: RequestDraft, option: str) -> AttachmentInput:
    """Return the one file of several that was chosen, as the only one. Raises ValueError where it is not among them."""
    picked = next((file for file in request.files if file.option == option), None)
    if picked is None:
        raise ValueError(option)
    return replace(picked, option=_FRAMES[picked.role]) if picked.role in _FRAMES else picked


def _resolution(value: str) -> Resolution | None:
    return None if value in {"", _OPEN} else Resolution(value)


def _format(value: str) -> OutputFormat | None:
    return None if value in {"", _OPEN} else OutputFormat(value)


def _seed(value: str) -> int | None:
    """Read a seed; what is no number is refused as a seed, not as a form."""
    if not value.strip():
        return None
    return int(value) if value.strip().isdecimal() else -1


_READ: Final[dict[str, Callable[[str], Any]]] = {
    Part.DURATION: int,
    Part.RATIO: Ratio,
    Part.MODEL: Model,
    Part.RESOLUTION: _resolution,
    "format": _format,
    "seed": _seed,
    "sound": {_ON: True, _OFF: False}.get,
    "last_picture": _ON.__eq__,
    "web_search": _ON.__eq__,
}


def _attached(field: str, form: SentForm, request: RequestDraft) -> list[AttachmentInput]:
    """Read what was attached in a field: in the place of the file there, or as a new one."""
    before = next((file for file in request.files if file.option == field), None)
    role = before.role if before else _ROLES.get(field)
    option = _new_image(request) if field == MORE_IMAGES else field
    sent = form.values.get(field, ())
    if any(file_id not in form.files for file_id in sent):
        raise Refusal(MediumUnreachable(option))
    new = [form.files[file_id] for file_id in sent]
    return [replace(file, role=Role.REFERENCE_IMAGE if field == MORE_IMAGES else role, option=option) for file in new]


def _new_image(request: RequestDraft) -> str:
    taken = {file.option for file in request.files} | {asset.option for asset in request.assets}
    return next(name for number in range(1, len(taken) + 2) if (name := f"{Kind.IMAGE} {number}") not in taken)


def _named_asset(field: str, form: SentForm, request: RequestDraft) -> list[AssetInput]:
    """Read the asset that was named in a field; one that was left as it stood stays."""
    typed = form.texts.get(field, "").strip()
    before = next((asset for asset in request.assets if asset.option == field), None)
    if not typed or before is None:
        return []
    return [before if typed == (before.name or before.user_input) else AssetInput(typed, before.role, field)]
