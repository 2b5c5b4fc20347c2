"""The private cards of `/asset`: what was made, how an asset stands, and a page of all of them."""

from collections.abc import Mapping

import discord
from discord.ui import Button, Item, LayoutView, Section, TextDisplay, Thumbnail

from bot.discord_limits import MAX_CHOICE_NAME
from bot.domain.assets import MAX_NAME, Asset, AssetStage, Character
from bot.studio.ports.stores import AssetPage
from bot.ui import custom_ids
from bot.ui.components import BAD, GOOD, NEUTRAL, Card, action_row, paging, text
from bot.ui.custom_ids import AssetOnPage
from bot.ui.input_media import can_show
from bot.ui.sanitize import MAX_PROVIDER_MESSAGE, code_line, visible_line

_MAX_ID = 220
# Five of the longest lines stay under MAX_CARD_TEXT.
_MESSAGE_IN_LINE = 120
_ID_IN_LINE = 120
# Five assets, each with a picture and a button, stay under Discord's 40 components.
MAX_SHOWN = 5

_STAGE_WORDS = {
    AssetStage.UPLOADING: "Uploading",
    AssetStage.PROCESSING: "Being looked at",
    AssetStage.ACTIVE: "Ready",
    AssetStage.FAILED: "Failed",
}
_OTHER_VERSION = "This version of the bot can't read it, so it can't be used now."
_NO_ASSETS = (
    "Nothing here yet. Give one of your characters a picture, a video or a sound with `/asset add`; "
    "`/asset create-character` makes a character."
)
_NO_REASON = (
    "It did not become ready: the provider gave no reason or has not answered for a day, or its file is lost. "
    "Please add it again with `/asset add`. If that does not help, tell the person who runs me."
)


def character_card(character: Character) -> Card:
    """Say that a character was made, and what comes next."""
    return Card(
        GOOD,
        [
            text(
                f"### Character {_name(character.name)}\nIt is made. Next: `/asset add`, choose this character and "
                "attach a picture, a video or a sound. As soon as the provider has looked at the file, you can choose "
                "it in `/video`."
            )
        ],
    )


def shared_card(character: Character) -> Card:
    """Say that a character was opened to the server, or closed."""
    if character.shared_in is None:
        says = "Closed. Only you can use its assets now. Videos that were asked for before are not touched."
    else:
        says = "Open. Everybody in this server can now use its assets in `/video`. `/asset share` closes it again."
    return Card(GOOD, [text(f"### Character {_name(character.name)}\n{says}")])


def imported_card(asset: Asset) -> Card:
    """Say that an asset was imported."""
    return Card(
        GOOD,
        [
            text(
                f"### Asset {_name(asset.name)}\nThe provider knows it, and it is active. Everybody in this server can "
                f"now choose it in `/video`.\n-# {asset.kind} · {_address(asset)}"
            )
        ],
    )


def asset_card(asset: Asset) -> Card:
    """Draw how an asset stands, for the reply of its member or a direct message."""
    colour = {AssetStage.ACTIVE: GOOD, AssetStage.FAILED: BAD}.get(asset.stage, NEUTRAL)
    return Card(colour, [text(asset_text(asset))])


def asset_text(asset: Asset) -> str:
    """Say how an asset stands."""
    return f"### Asset {_name(asset.name)}\n{_state_text(asset)}"


def list_card(page: AssetPage, pictures: Mapping[str, str], asked: str | None = None) -> Card:
    """Draw a page of one's own assets.

    `pictures`: where some of them can be seen, by our ids. `asked`: the id of the asset whose removal waits for a
    second press.
    """
    if not page.assets:
        return Card(NEUTRAL, [text(f"### Your assets\n{_NO_ASSETS}")])
    count = "1 asset" if page.total == 1 else f"{page.total:,} assets"
    items: list[Item[LayoutView]] = [text(f"### Your assets\n-# {count} · page {page.number} of {page.pages}")]
    for asset in page.assets[:MAX_SHOWN]:
        line = text(_line(asset, page.characters.get(asset.character_id)))
        items.append(_with_picture(line, pictures.get(asset.id)))
        items.append(action_row([_remove(asset, page.number, sure=asset.id == asked)]))
    if asked is not None:
        items.append(
            text("-# Removing takes it off your list and out of use. The provider offers no way to delete its copy.")
        )
    if page.pages > 1:
        items.append(paging(page.number, page.pages, custom_ids.ASSETS.encode))
    return Card(NEUTRAL, items)


def character_choice(character: Character) -> str:
    """Name a character in an autocomplete list."""
    tail = " · real person" if character.real else ""
    return visible_line(character.name, MAX_CHOICE_NAME - len(tail)) + tail


def _state_text(asset: Asset) -> str:
    match asset.stage:
        case AssetStage.UPLOADING:
            return "I am bringing your file to the provider."
        case AssetStage.PROCESSING:
            return "The provider has it and looks at it, which can take some minutes. You will be told."
        case AssetStage.ACTIVE:
            return f"It is ready. Choose it in `/video` by its name.\n-# {asset.kind} · {_address(asset)}"
        case AssetStage.FAILED:
            return _failure(asset)


def _failure(asset: Asset, max_length: int = MAX_PROVIDER_MESSAGE) -> str:
    if asset.other_version:
        return _OTHER_VERSION
    if not asset.provider_message.strip():
        return _NO_REASON
    return (
        f"The provider did not take it. It said: {code_line(asset.provider_message, max_length)}\n"
        "Change the file and add it again with `/asset add`."
    )


def _line(asset: Asset, character: Character | None) -> str:
    if asset.other_version:
        return f"{_name(asset.name)}\n-# **From another version** · {_OTHER_VERSION}"
    parts = [f"**{_STAGE_WORDS[asset.stage]}**", asset.kind.value]
    if character is not None:
        parts.append(f"{'person' if character.real else 'character'} {_name(character.name)}")
        if character.shared_in is not None:
            parts.append("open to a server")
    if asset.asset_id:
        parts.append(_address(asset, _ID_IN_LINE))
    lines = [_name(asset.name), " · ".join(parts)]
    if asset.stage is AssetStage.FAILED:
        lines += _failure(asset, _MESSAGE_IN_LINE).splitlines()
    return "\n-# ".join(lines)


def _with_picture(line: TextDisplay[LayoutView], picture: str | None) -> Item[LayoutView]:
    if picture is None or not can_show(picture):
        return line
    return Section[LayoutView](line, accessory=Thumbnail[LayoutView](picture))


def _remove(asset: Asset, page: int, *, sure: bool) -> Button[LayoutView]:
    return Button[LayoutView](
        style=discord.ButtonStyle.danger if sure else discord.ButtonStyle.secondary,
        label="Really remove it" if sure else "Remove",
        custom_id=(custom_ids.REMOVE_NOW if sure else custom_ids.REMOVE).encode(AssetOnPage(asset.id, page)),
    )


def _name(name: str) -> str:
    return code_line(name, MAX_NAME)


def _address(asset: Asset, max_length: int = _MAX_ID) -> str:
    return code_line(f"asset://{asset.asset_id}", max_length)
