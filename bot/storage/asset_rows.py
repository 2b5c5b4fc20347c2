"""Characters, assets and verifications and their rows, in both directions."""

import json
import logging
from collections.abc import Mapping
from typing import Any

from bot.domain.assets import Asset, AssetStage, Character, Verification
from bot.domain.media import Kind
from bot.domain.reply import Reply
from bot.storage.documents import UNREADABLE, Row, Shape, to_text
from bot.storage.folding import folded, storable
from bot.storage.job_rows import REPLY

log = logging.getLogger(__name__)

_CHARACTER = Shape(Character, "details", ("id", "owner_id", "group_id", "created", "shared_in", "hidden"))
_VERIFICATION = Shape(Verification, "details", ("id", "owner_id", "stage", "character_id"))
_ASSET = Shape(
    Asset,
    "details",
    ("id", "character_id", "owner_id", "created", "stage", "asset_id", "told", "hidden"),
    ("stored", "reply", "other_version"),
)
_NO_REPLY: Row = {"reply": None, "token": None, "token_at": None}


def name_key(name: str) -> str:
    """Fold a name, or what was typed for one, so that equal names are equal text."""
    return folded(storable(name).replace("\x00", "").strip())


def character_row(character: Character) -> Row:
    """Write a character as a row."""
    return _CHARACTER.write(character) | {"name_folded": name_key(character.name)}


def to_character(row: Mapping[str, Any]) -> Character:
    """Read a character from its row."""
    return _CHARACTER.read(row)


def verification_row(verification: Verification) -> Row:
    """Write a verification as a row."""
    return _VERIFICATION.write(verification)


def to_verification(row: Mapping[str, Any]) -> Verification | None:
    """Read a verification from its row; None for one that another version wrote and this one cannot read."""
    try:
        return _VERIFICATION.read(row)
    except UNREADABLE as error:
        log.warning("Verification %s was saved by another version (%s).", row["id"], error)
        return None


def asset_row(asset: Asset) -> Row:
    """Write an asset as a row."""
    derived = {"name_folded": name_key(asset.name), "ended": asset.ended, "kept": to_text(asset.stored)}
    return _ASSET.write(asset) | derived | address_row(asset.reply)


def address_row(reply: Reply | None) -> Row:
    """Write the part of a row that says where its member waits, if anywhere."""
    return _NO_REPLY if reply is None else REPLY.write(reply)


def to_asset(row: Mapping[str, Any]) -> Asset:
    """Read an asset from its row; for one that this version cannot read, return an `other_version` asset."""
    try:
        stored = None if row["kept"] is None else json.loads(row["kept"])
        return _ASSET.read(row, kept=stored, reply=None if row["reply"] is None else REPLY.words(row))
    except UNREADABLE as error:
        log.warning("Asset %s was saved by another version (%s: %s).", row["id"], type(error).__name__, error)
        return Asset(
            id=row["id"],
            character_id=row["character_id"],
            owner_id=row["owner_id"],
            name=str(json.loads(row["details"])["name"]),
            kind=Kind.IMAGE,
            created=row["created"],
            stage=AssetStage.FAILED,
            notified_at=row["created"],
            hidden=bool(row["hidden"]),
            other_version=True,
        )
