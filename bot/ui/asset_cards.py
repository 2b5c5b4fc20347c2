"""The private cards of `/asset`: what was made, how an asset stands, and a page of all of them."""

from collections.abc import Mapping, Sequence
from typing import Final

import discord
from discord.ui import Button, Item, LayoutView, Section, TextDisplay, Thumbnail

from bot.discord_limits import MAX_CHOICE_NAME
from bot.domain.assets import MAX_NAME, Asset, AssetStage, Character
from bot.studio.ports.pages import AssetPage
from bot.ui import custom_ids
from bot.ui.choices import choice_text
from bot.ui.components import BAD, GOOD, NEUTRAL, Card, action_row, page_buttons, text
from bot.ui.custom_ids import AssetOnPage
from bot.ui.input_media import can_show
from bot.ui.language import Language
from bot.ui.sanitize import MAX_PROVIDER_MESSAGE, code_line, visible_line

_MAX_ID = 220
_EMPTY_SHOWN = 10
# Five of the longest lines stay under MAX_CARD_TEXT.
_MESSAGE_IN_LINE = 120
_ID_IN_LINE = 120
# Five assets, each with a picture and a button, stay under Discord's 40 components.
MAX_SHOWN = 5

_STAGES: Final = {
    AssetStage.UPLOADING: "asset.stage-uploading",
    AssetStage.PROCESSING: "asset.stage-reviewing",
    AssetStage.ACTIVE: "asset.stage-ready",
    AssetStage.FAILED: "asset.stage-failed",
}


def character_card(language: Language, character: Character) -> Card:
    """Say that a character was created, and what comes next."""
    title = language.text("character.created", name=_name(character.name))
    return Card(GOOD, [text(f"### {title}\n{language.text('character.next')}")])


def shared_card(language: Language, character: Character) -> Card:
    """Say that a character is shared with the server, or no longer."""
    title = language.text("character.title", name=_name(character.name))
    says = language.text("character.private" if character.shared_in is None else "character.shared")
    return Card(GOOD, [text(f"### {title}\n{says}")])


def renamed_card(language: Language, character: Character) -> Card:
    """Say what a character is called now."""
    return Card(GOOD, [text(f"### {language.text('character.renamed', name=_name(character.name))}")])


def hidden_card(language: Language, character: Character) -> Card:
    """Say that a character is hidden, or no longer."""
    title = language.text("character.title", name=_name(character.name))
    return Card(
        GOOD, [text(f"### {title}\n{language.text('character.hidden' if character.hidden else 'character.back')}")]
    )


def imported_card(language: Language, asset: Asset) -> Card:
    """Say that an asset was imported."""
    says = language.text("asset.imported")
    return Card(GOOD, [text(f"{_title(language, asset)}\n{says}\n{_small_print(language, asset)}")])


def asset_card(language: Language, asset: Asset) -> Card:
    """Draw how an asset stands, for the reply of its member or a direct message."""
    colour = {AssetStage.ACTIVE: GOOD, AssetStage.FAILED: BAD}.get(asset.stage, NEUTRAL)
    return Card(colour, [text(asset_text(language, asset))])


def asset_text(language: Language, asset: Asset) -> str:
    """Say how an asset stands."""
    return f"{_title(language, asset)}\n{_state_text(language, asset)}"


def list_card(
    language: Language,
    page: AssetPage,
    pictures: Mapping[str, str],
    asked: str | None = None,
    empty: Sequence[Character] = (),
) -> Card:
    """Draw a page of one's own assets.

    `pictures`: where some of them can be seen, by our ids. `asked`: the id of the asset whose removal waits for a
    second press. `empty`: characters without assets.
    """
    title = f"### {language.text('asset.list')}"
    if not page.assets:
        lines = [title, language.text("asset.none"), *_empty(language, empty)]
        return Card(NEUTRAL, [text("\n".join(lines))])
    summary = language.text("asset.page", count=page.total, page=page.number, pages=page.pages)
    items: list[Item[LayoutView]] = [text(f"{title}\n-# {summary}")]
    for asset in page.assets[:MAX_SHOWN]:
        line = text(_line(language, asset, page.characters.get(asset.character_id)))
        items.append(_with_picture(line, pictures.get(asset.id)))
        items.append(action_row([_remove(language, asset, page.number, sure=asset.id == asked)]))
    if asked is not None:
        items.append(text(f"-# {language.text('asset.removing')}"))
    items += [text(line) for line in _empty(language, empty)]
    if page.pages > 1:
        items.append(page_buttons(language, page.number, page.pages, custom_ids.ASSETS.encode))
    return Card(NEUTRAL, items)


def asset_choice(language: Language, asset: Asset) -> str:
    """Name an asset in a list of choices, in at most 100 characters: its name, and what it is."""
    tail = f" · {choice_text(language, asset.kind)}"
    return visible_line(asset.name, MAX_CHOICE_NAME - len(tail)) + tail


def character_choice(language: Language, character: Character) -> str:
    """Name a character in an autocomplete list."""
    tail = f" · {language.text('character.real')}" if character.real else ""
    return visible_line(character.name, MAX_CHOICE_NAME - len(tail)) + tail


def _empty(language: Language, characters: Sequence[Character]) -> list[str]:
    """List characters without assets in a line; none for none."""
    if not characters:
        return []
    shown = [_name(each.name) for each in characters[:_EMPTY_SHOWN]]
    more = len(characters) - len(shown)
    names = language.all_of([*shown, language.text("character.more", count=more)] if more else shown)
    return [language.text("character.empty", names=names)]


def _state_text(language: Language, asset: Asset) -> str:
    match asset.stage:
        case AssetStage.UPLOADING:
            return language.text("asset.uploading")
        case AssetStage.PROCESSING:
            return language.text("asset.reviewing")
        case AssetStage.ACTIVE:
            return f"{language.text('asset.ready')}\n{_small_print(language, asset)}"
        case AssetStage.FAILED:
            return _failure(language, asset)


def _failure(language: Language, asset: Asset, max_length: int = MAX_PROVIDER_MESSAGE) -> str:
    if asset.other_version:
        return language.text("asset.other-version")
    if not asset.provider_message.strip():
        return language.text("asset.failed")
    return language.text("asset.rejected", reason=code_line(asset.provider_message, max_length))


def _line(language: Language, asset: Asset, character: Character | None) -> str:
    if asset.other_version:
        return f"{_name(asset.name)}\n-# {language.text('asset.other-version')}"
    parts = [f"**{language.text(_STAGES[asset.stage])}**", choice_text(language, asset.kind)]
    if character is not None:
        message = "asset.of-person" if character.real else "asset.of-character"
        parts.append(language.text(message, name=_name(character.name)))
        if character.shared_in is not None:
            parts.append(language.text("asset.shared"))
    if asset.asset_id:
        parts.append(_address(asset, _ID_IN_LINE))
    lines = [_name(asset.name), " · ".join(parts)]
    if asset.stage is AssetStage.FAILED:
        lines += _failure(language, asset, _MESSAGE_IN_LINE).splitlines()
    return "\n-# ".join(lines)


def _with_picture(line: TextDisplay[LayoutView], picture: str | None) -> Item[LayoutView]:
    if picture is None or not can_show(picture):
        return line
    return Section[LayoutView](line, accessory=Thumbnail[LayoutView](picture))


def _remove(language: Language, asset: Asset, page: int, *, sure: bool) -> Button[LayoutView]:
    return Button[LayoutView](
        style=discord.ButtonStyle.danger if sure else discord.ButtonStyle.secondary,
        label=language.text("button.remove-now" if sure else "button.remove"),
        custom_id=(custom_ids.REMOVE_NOW if sure else custom_ids.REMOVE).encode(AssetOnPage(asset.id, page)),
    )


def _title(language: Language, asset: Asset) -> str:
    return f"### {language.text('asset.title', name=_name(asset.name))}"


def _small_print(language: Language, asset: Asset) -> str:
    return f"-# {choice_text(language, asset.kind)} · {_address(asset)}"


def _name(name: str) -> str:
    return code_line(name, MAX_NAME)


def _address(asset: Asset, max_length: int = _MAX_ID) -> str:
    return code_line(f"asset://{asset.asset_id}", max_length)
