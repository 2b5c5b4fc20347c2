"""Everything that changes a character's or an asset's row. Each function is one transaction."""

from sqlite_utils import Database

from bot.domain.asset_whys import NameTaken, TooManyAssets
from bot.domain.assets import ASSETS_MOST, CHARACTERS_MOST, Asset, AssetStage, Character
from bot.domain.errors import Refusal
from bot.storage.asset_rows import address_row, asset_row, asset_state_row, character_row, name_key
from bot.storage.thread import immediate

# What stands for an import is no character that its owner made, and is there as long as its asset's row.
COUNT_CHARACTERS = "SELECT count(*) FROM characters WHERE owner_id = ? AND group_id <> ''"
CHARACTER_NAMED = "SELECT 1 FROM characters WHERE owner_id = ? AND name_folded = ?"
SHARE = "UPDATE characters SET shared_in = ? WHERE id = ?"
COUNT_ASSETS = "SELECT count(*) FROM assets WHERE owner_id = ? AND hidden = 0"
ASSET_NAMED = "SELECT 1 FROM assets WHERE owner_id = ? AND name_folded = ? AND hidden = 0"
SAVE = "UPDATE assets SET stage = :stage, asset_id = :asset_id, said = :said WHERE id = :id AND stage = :was"
READDRESS = """
UPDATE assets SET
    application_id = :application_id, channel_id = :channel_id, guild_id = :guild_id, message_id = :message_id,
    token = :token, token_at = :token_at, private = :private, bot_reaches = :bot_reaches, file_limit = :file_limit,
    attach_files = :attach_files, send_messages = :send_messages
WHERE id = :id
"""
MARK_TOLD = "UPDATE assets SET told = ? WHERE id = ? AND told IS NULL"
GIVE_WAY = """
UPDATE assets SET hidden = 1 WHERE owner_id = ? AND name_folded = ? AND hidden = 0 AND stage = 'failed'
"""
HIDE = "UPDATE assets SET hidden = 1 WHERE id = ? AND owner_id = ? AND hidden = 0"
FORGET_TOKENS = "UPDATE assets SET token = NULL WHERE token IS NOT NULL AND token_at < ?"


def add_character(db: Database, character: Character) -> None:
    """Write a character down within its owner's number. Raises Refusal (TooManyAssets, NameTaken)."""
    with immediate(db):
        if character.group_id:
            check_number(db, character.owner_id)
        insert_character(db, character)


def check_number(db: Database, owner_id: int) -> None:
    """Refuse one more character where its owner has as many as allowed. Raises Refusal (TooManyAssets)."""
    if db.execute(COUNT_CHARACTERS, [owner_id]).fetchone()[0] >= CHARACTERS_MOST:
        raise Refusal(TooManyAssets(CHARACTERS_MOST))


def insert_character(db: Database, character: Character) -> None:
    """Write a character down, within a transaction. Raises Refusal (NameTaken)."""
    if db.execute(CHARACTER_NAMED, [character.owner_id, name_key(character.name)]).fetchone() is not None:
        raise Refusal(NameTaken(character.name))
    db.table("characters").insert(character_row(character))


def share(db: Database, character_id: str, guild_id: int | None) -> None:
    """Open a character to a server, or close it."""
    db.execute(SHARE, [guild_id, character_id])


def add(db: Database, asset: Asset) -> None:
    """Write an asset down within its owner's number; what failed under its name gives way to it.

    Raises Refusal (TooManyAssets, NameTaken).
    """
    with immediate(db):
        db.execute(GIVE_WAY, [asset.owner_id, name_key(asset.name)])
        if db.execute(COUNT_ASSETS, [asset.owner_id]).fetchone()[0] >= ASSETS_MOST:
            raise Refusal(TooManyAssets(ASSETS_MOST))
        if db.execute(ASSET_NAMED, [asset.owner_id, name_key(asset.name)]).fetchone() is not None:
            raise Refusal(NameTaken(asset.name))
        db.table("assets").insert(asset_row(asset))


def save(db: Database, asset: Asset, was: AssetStage) -> bool:
    """Move an asset's row from `was` to what the asset is now, if it still stands there."""
    moved = asset_state_row(asset) | {"id": asset.id, "was": was.value}
    return db.execute(SAVE, moved).rowcount == 1


def readdress(db: Database, asset: Asset) -> None:
    """Write where its member waits, or that nobody does."""
    db.execute(READDRESS, address_row(asset.reply) | {"id": asset.id})


def mark_told(db: Database, asset_id: str, at: float) -> None:
    """Write down that its member was told, the first time."""
    db.execute(MARK_TOLD, [at, asset_id])


def hide(db: Database, owner_id: int, asset_id: str) -> bool:
    """Remove one of its owner's; False when there is none."""
    return db.execute(HIDE, [asset_id, owner_id]).rowcount == 1


def forget_tokens(db: Database, before: float) -> int:
    """Erase the interaction tokens made before that time; returns how many."""
    return db.execute(FORGET_TOKENS, [before]).rowcount
