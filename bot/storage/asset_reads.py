"""Every question about characters and assets, each with the index that answers it (`migrations`).

What a member may use, beside their own, is what belongs to characters shared in that server. What was imported needs
no question of its own: its character is shared in the server where it was imported, until it is closed like any other.
"""

from typing import Any

from sqlite_utils import Database

from bot.domain.assets import Asset, Character
from bot.storage.asset_rows import name_key, to_asset, to_character
from bot.storage.folding import storable
from bot.studio.asset_ports import AssetPage

CHARACTERS = "SELECT * FROM characters WHERE owner_id = ? ORDER BY created DESC, id DESC"
CHARACTER_BY_ID = "SELECT * FROM characters WHERE id = :typed AND owner_id = :owner_id"
CHARACTER_BY_NAME = "SELECT * FROM characters WHERE owner_id = :owner_id AND name_folded = :name"
FIND = "SELECT * FROM assets WHERE id = ?"
COUNT_MINE = "SELECT count(*) FROM assets WHERE owner_id = :owner_id AND hidden = 0"
MINE = """
SELECT * FROM assets WHERE owner_id = :owner_id AND hidden = 0
ORDER BY created DESC, id DESC LIMIT :most OFFSET :skip
"""
USABLE_OWN = """
SELECT * FROM assets
WHERE owner_id = :user_id AND hidden = 0 AND stage = 'active' AND instr(name_folded, :term)
ORDER BY created DESC, id DESC LIMIT :most
"""
# CROSS JOIN keeps the order written: from the few characters that are shared to the assets of each.
USABLE_SHARED = """
SELECT assets.* FROM characters CROSS JOIN assets ON assets.character_id = characters.id
WHERE characters.shared_in = :guild_id AND assets.owner_id <> :user_id
AND hidden = 0 AND stage = 'active' AND instr(assets.name_folded, :term)
ORDER BY assets.created DESC, assets.id DESC LIMIT :most
"""
NAMED_BY_ID = """
SELECT assets.* FROM assets CROSS JOIN characters ON characters.id = assets.character_id
WHERE assets.id = :typed AND hidden = 0 AND (assets.owner_id = :user_id OR characters.shared_in = :guild_id)
"""
NAMED_BY_PROVIDER = """
SELECT assets.* FROM assets CROSS JOIN characters ON characters.id = assets.character_id
WHERE assets.asset_id = :asset_id AND hidden = 0
AND (assets.owner_id = :user_id OR characters.shared_in = :guild_id)
ORDER BY assets.owner_id = :user_id DESC, stage = 'active' DESC, assets.created DESC, assets.id DESC LIMIT 1
"""
NAMED_OWN = "SELECT * FROM assets WHERE owner_id = :user_id AND name_folded = :name AND hidden = 0"
NAMED_SHARED = """
SELECT assets.* FROM characters CROSS JOIN assets ON assets.character_id = characters.id
WHERE characters.shared_in = :guild_id AND assets.name_folded = :name AND hidden = 0
ORDER BY stage = 'active' DESC, assets.created DESC, assets.id DESC LIMIT 1
"""
OTHERS_ADDED = "SELECT 1 FROM assets WHERE asset_id = ? AND owner_id <> ? AND kept IS NOT NULL LIMIT 1"
UNFINISHED = """
SELECT * FROM assets WHERE stage IN ('uploading', 'processing') AND hidden = 0
UNION ALL
SELECT * FROM assets WHERE told IS NULL AND stage IN ('active', 'failed') AND hidden = 0
ORDER BY created, id
"""
FILES_IN_USE = """
SELECT DISTINCT json_extract(kept, '$.sha256') AS sha256 FROM assets WHERE kept IS NOT NULL AND hidden = 0
"""
FILES_OF = """
SELECT json_extract(kept, '$.sha256') AS sha256, json_extract(kept, '$.size') AS size FROM assets
WHERE owner_id = :owner_id AND hidden = 0 AND kept IS NOT NULL
"""

_SCHEME = "asset://"


def characters(db: Database, owner_id: int) -> list[Character]:
    """List a member's own, newest first."""
    return [to_character(row) for row in db.query(CHARACTERS, [owner_id])]


def character(db: Database, owner_id: int, typed: str) -> Character | None:
    """Find a member's own by its id, or by its name."""
    asked = {"typed": storable(typed).strip(), "owner_id": owner_id, "name": name_key(typed)}
    for sql in (CHARACTER_BY_ID, CHARACTER_BY_NAME):
        for row in db.query(sql, asked):
            return to_character(row)
    return None


def find(db: Database, asset_id: str) -> Asset | None:
    """Find one by our id, also when it is hidden."""
    return next(iter(_assets(db, FIND, [storable(asset_id)])), None)


def mine(db: Database, owner_id: int, page: int, size: int) -> AssetPage:
    """Return one page of a member's own; the page's number is brought into range."""
    total = db.execute(COUNT_MINE, {"owner_id": owner_id}).fetchone()[0]
    pages = max(1, -(-total // size))
    number = min(max(1, page), pages)
    assets = _assets(db, MINE, {"owner_id": owner_id, "most": size, "skip": (number - 1) * size})
    shown = {asset.character_id for asset in assets}
    known = {each.id: each for each in characters(db, owner_id) if each.id in shown}
    return AssetPage(tuple(assets), known, number, pages, total)


def usable(db: Database, user_id: int, guild_id: int | None, typed: str, most: int) -> list[Asset]:
    """List what may be chosen there: the member's own, then what is shared; each newest first."""
    asked = {"user_id": user_id, "guild_id": guild_id, "term": name_key(typed)}
    own = _assets(db, USABLE_OWN, asked | {"most": most})
    return own + _assets(db, USABLE_SHARED, asked | {"most": most - len(own)})


def named(db: Database, user_id: int, guild_id: int | None, typed: str) -> Asset | None:
    """Find what the member means: an id says more than a name; of several of a name, one that can be used."""
    text = storable(typed).strip()
    schemed = text[: len(_SCHEME)].lower() == _SCHEME
    name = "" if schemed else name_key(text)
    asked = {
        "user_id": user_id,
        "guild_id": guild_id,
        "typed": text,
        "asset_id": text[len(_SCHEME) :] if schemed else text,
        "name": name,
    }
    for sql in (NAMED_BY_ID, NAMED_BY_PROVIDER, *((NAMED_OWN, NAMED_SHARED) if name else ())):
        if found := _assets(db, sql, asked):
            return found[0]
    return None


def others_added(db: Database, user_id: int, asset_id: str) -> bool:
    """Tell whether somebody else added the file that has this id of the provider's, removed or not."""
    return db.execute(OTHERS_ADDED, [storable(asset_id), user_id]).fetchone() is not None


def unfinished(db: Database) -> list[Asset]:
    """List what has not ended, and what has ended untold; oldest first, without what is hidden."""
    return _assets(db, UNFINISHED)


def files_in_use(db: Database) -> set[str]:
    """List the sha256 of the files of what is not hidden."""
    return {row["sha256"] for row in db.query(FILES_IN_USE)} - {None}


def files_of(db: Database, owner_id: int) -> dict[str, int]:
    """Return the files of a member's assets that are not hidden (sha256: bytes)."""
    return {row["sha256"]: row["size"] or 0 for row in db.query(FILES_OF, {"owner_id": owner_id})}


def _assets(db: Database, sql: str, params: list[Any] | dict[str, Any] | None = None) -> list[Asset]:
    """List assets; what is `foreign` only where its owner looks at a page or one asset."""
    assets = [to_asset(row) for row in db.query(sql, params)]
    return assets if sql in {FIND, MINE} else [asset for asset in assets if not asset.foreign]
