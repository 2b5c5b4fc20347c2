"""Characters, assets and verifications and their rows, in both directions."""

import logging
from collections.abc import Mapping
from typing import Any

from bot.domain.assets import Asset, AssetStage, Character, Verification, VerificationStage
from bot.domain.media import Kind
from bot.domain.reply import Reply
from bot.storage.folding import folded, storable
from bot.storage.media import file_text, to_file
from bot.storage.rows import UNREADABLE, Row, reply_row, to_reply

log = logging.getLogger(__name__)

_NO_REPLY: Row = dict.fromkeys(
    (
        "application_id",
        "channel_id",
        "guild_id",
        "message_id",
        "token",
        "token_at",
        "private",
        "bot_reaches",
        "file_limit",
        "attach_files",
        "send_messages",
    )
)


def name_key(name: str) -> str:
    """Fold a name, or what was typed for one, so that equal names are equal text."""
    return folded(storable(name).replace("\x00", "").strip())


def character_row(character: Character) -> Row:
    """Write a character as a row."""
    return {
        "id": character.id,
        "owner_id": character.owner_id,
        "name": storable(character.name),
        "name_folded": name_key(character.name),
        "group_id": storable(character.group_id),
        "created": character.created,
        "real": int(character.real),
        "guild_id": character.guild_id,
        "shared_in": character.shared_in,
    }


def to_character(row: Mapping[str, Any]) -> Character:
    """Read a character from its row."""
    return Character(
        id=row["id"],
        owner_id=row["owner_id"],
        name=row["name"],
        group_id=row["group_id"],
        created=row["created"],
        real=bool(row["real"]),
        guild_id=row["guild_id"],
        shared_in=row["shared_in"],
    )


def asset_row(asset: Asset) -> Row:
    """Write an asset as a row."""
    fixed = {
        "id": asset.id,
        "character_id": asset.character_id,
        "owner_id": asset.owner_id,
        "name": storable(asset.name),
        "name_folded": name_key(asset.name),
        "kind": asset.kind.value,
        "created": asset.created,
        "kept": file_text(asset.stored),
        "real": int(asset.real),
        "told": asset.notified_at,
        "hidden": int(asset.hidden),
    }
    return fixed | address_row(asset.reply) | asset_state_row(asset)


def asset_state_row(asset: Asset) -> Row:
    """Write the part of a row that moves with the asset."""
    return {
        "stage": asset.stage.value,
        "asset_id": None if asset.asset_id is None else storable(asset.asset_id),
        "said": storable(asset.provider_message),
    }


def address_row(reply: Reply | None) -> Row:
    """Write the part of a row that says where its member waits, if anywhere."""
    return _NO_REPLY if reply is None else reply_row(reply)


def to_asset(row: Mapping[str, Any]) -> Asset:
    """Read an asset from its row; for one that this version cannot read, return an `other_version` asset."""
    try:
        return _to_asset(row)
    except UNREADABLE as error:
        log.warning("Asset %s is from another version (%s: %s).", row["id"], type(error).__name__, error)
        return Asset(
            id=row["id"],
            character_id=row["character_id"],
            owner_id=row["owner_id"],
            name=row["name"],
            kind=Kind.IMAGE,
            created=row["created"],
            stage=AssetStage.FAILED,
            notified_at=row["created"],
            hidden=bool(row["hidden"]),
            other_version=True,
        )


def _to_asset(row: Mapping[str, Any]) -> Asset:
    return Asset(
        id=row["id"],
        character_id=row["character_id"],
        owner_id=row["owner_id"],
        name=row["name"],
        kind=Kind(row["kind"]),
        created=row["created"],
        stage=AssetStage(row["stage"]),
        asset_id=row["asset_id"],
        stored=to_file(row["kept"]),
        real=bool(row["real"]),
        reply=None if row["application_id"] is None else to_reply(row),
        provider_message=row["said"],
        notified_at=row["told"],
        hidden=bool(row["hidden"]),
    )


def verification_row(verification: Verification) -> Row:
    """Write a verification as a row."""
    fixed = {
        "id": verification.id,
        "owner_id": verification.owner_id,
        "agreed": verification.agreed,
        "consent": verification.consent,
        "guild_id": verification.guild_id,
    }
    return fixed | verification_state_row(verification)


def verification_state_row(verification: Verification) -> Row:
    """Write the part of a row that moves with the verification."""
    return {
        "name": storable(verification.name),
        "stage": verification.stage.value,
        "task_id": None if verification.task_id is None else storable(verification.task_id),
        "link": None if verification.link is None else storable(verification.link),
        "link_dies": verification.link_dies,
        "character_id": verification.character_id,
        "said": storable(verification.provider_message),
    }


def to_verification(row: Mapping[str, Any]) -> Verification:
    """Read a verification from its row."""
    return Verification(
        id=row["id"],
        owner_id=row["owner_id"],
        name=row["name"],
        agreed=row["agreed"],
        consent=row["consent"],
        stage=VerificationStage(row["stage"]),
        guild_id=row["guild_id"],
        task_id=row["task_id"],
        link=row["link"],
        link_dies=row["link_dies"],
        character_id=row["character_id"],
        provider_message=row["said"],
    )
