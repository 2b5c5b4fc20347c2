"""The assets in the database: every statement about them, each with the index that answers it (`migrations`).

What a member may use, beside their own, is what belongs to characters shared in that server. What was imported needs
no question of its own: its character is shared in the server where it was imported, until it is closed like any other.
Names are compared without regard to case and accents.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from bot.domain.asset_problems import NameTaken, TooManyAssets
from bot.domain.assets import (
    MAX_ASSETS,
    Asset,
    AssetStage,
)
from bot.domain.errors import Refusal
from bot.storage.asset_rows import address_row, asset_row, name_key, to_asset
from bot.storage.character_store import characters_of
from bot.storage.database import Database
from bot.storage.folding import holding, storable
from bot.storage.queries import Queries, immediate, query, reading
from bot.studio.ports.pages import AssetPage

FIND_ASSET = "SELECT * FROM assets WHERE id = ?"
COUNT_MINE = """
SELECT count(*) FROM assets WHERE owner_id = :owner_id AND hidden = 0
AND character_id NOT IN (SELECT id FROM characters WHERE owner_id = :owner_id AND hidden = 1)
"""
MINE = """
SELECT * FROM assets WHERE owner_id = :owner_id AND hidden = 0
AND character_id NOT IN (SELECT id FROM characters WHERE owner_id = :owner_id AND hidden = 1)
ORDER BY created DESC, id DESC LIMIT :most OFFSET :skip
"""
USABLE_OWN = """
SELECT * FROM assets
WHERE owner_id = :user_id AND hidden = 0 AND stage = 'active' AND name_folded LIKE :holds ESCAPE '!'
AND character_id NOT IN (SELECT id FROM characters WHERE owner_id = :user_id AND hidden = 1)
ORDER BY created DESC, id DESC LIMIT :most
"""
# By their index from the few characters that are shared to the assets of each: `tests/storage/test_plans.py`.
USABLE_SHARED = """
SELECT assets.* FROM characters JOIN assets ON assets.character_id = characters.id
WHERE characters.shared_in = :guild_id AND assets.owner_id <> :user_id
AND assets.hidden = 0 AND stage = 'active' AND assets.name_folded LIKE :holds ESCAPE '!'
ORDER BY assets.created DESC, assets.id DESC LIMIT :most
"""
NAMED_BY_ID = """
SELECT assets.* FROM assets JOIN characters ON characters.id = assets.character_id
WHERE assets.id = :typed AND assets.hidden = 0 AND (assets.owner_id = :user_id OR characters.shared_in = :guild_id)
"""
NAMED_BY_PROVIDER = """
SELECT assets.* FROM assets JOIN characters ON characters.id = assets.character_id
WHERE assets.asset_id = :asset_id AND assets.hidden = 0
AND (assets.owner_id = :user_id OR characters.shared_in = :guild_id)
ORDER BY assets.owner_id = :user_id DESC, stage = 'active' DESC, assets.created DESC, assets.id DESC LIMIT 1
"""
NAMED_OWN = "SELECT * FROM assets WHERE owner_id = :user_id AND name_folded = :name AND hidden = 0"
NAMED_SHARED = """
SELECT assets.* FROM characters JOIN assets ON assets.character_id = characters.id
WHERE characters.shared_in = :guild_id AND assets.name_folded = :name AND assets.hidden = 0
ORDER BY stage = 'active' DESC, assets.created DESC, assets.id DESC LIMIT 1
"""
OTHERS_ADDED = "SELECT 1 FROM assets WHERE asset_id = ? AND owner_id <> ? AND kept IS NOT NULL LIMIT 1"
UNFINISHED_ASSETS = """
SELECT * FROM assets WHERE ended = 0 AND hidden = 0
UNION ALL
SELECT * FROM assets WHERE told IS NULL AND ended = 1 AND hidden = 0
ORDER BY created, id
"""
ASSET_FILES_IN_USE = "SELECT kept FROM assets WHERE kept IS NOT NULL AND hidden = 0"
ASSET_FILES_OF = "SELECT kept FROM assets WHERE owner_id = :owner_id AND hidden = 0 AND kept IS NOT NULL"
COUNT_ASSETS = "SELECT count(*) FROM assets WHERE owner_id = ? AND hidden = 0"
ASSET_NAMED = "SELECT 1 FROM assets WHERE owner_id = ? AND name_folded = ? AND hidden = 0"
# True also for the very same state: a lost connection may have taken the first answer.
SAVE_ASSET = """
UPDATE assets SET stage = :stage, ended = :ended, asset_id = :asset_id, details = :details
WHERE id = :id AND (
    stage = :was
    OR (stage = :stage AND coalesce(asset_id, '') = coalesce(:asset_id, '') AND details = :details)
)
"""
READDRESS_ASSET = "UPDATE assets SET reply = :reply, token = :token, token_at = :token_at WHERE id = :id"
MARK_ASSET_NOTIFIED = "UPDATE assets SET told = ? WHERE id = ? AND told IS NULL"
GIVE_WAY = """
UPDATE assets SET hidden = 1 WHERE owner_id = ? AND name_folded = ? AND hidden = 0 AND stage = 'failed'
"""
HIDE = "UPDATE assets SET hidden = 1 WHERE id = ? AND owner_id = ? AND hidden = 0"


_SCHEME = "asset://"


class SqliteAssets(Queries):
    """The assets in an open store. Times are UTC seconds."""

    @query
    def add(self, db: Database, asset: Asset) -> None:
        """Write an asset down within its owner's number, without hidden ones; what failed under its name gives way.

        Raises Refusal (NameTaken, TooManyAssets). One that is there already stays: a call's answer may have been lost.
        """
        with immediate(db):
            if db.execute(FIND_ASSET, [asset.id]).fetchone() is not None:
                return
            db.execute(GIVE_WAY, [asset.owner_id, name_key(asset.name)])
            if db.execute(COUNT_ASSETS, [asset.owner_id]).fetchone()[0] >= MAX_ASSETS:
                raise Refusal(TooManyAssets(MAX_ASSETS))
            if db.execute(ASSET_NAMED, [asset.owner_id, name_key(asset.name)]).fetchone() is not None:
                raise Refusal(NameTaken(asset.name))
            db.table("assets").insert(asset_row(asset))
            db.notify("asset", asset.id)

    @query
    def save(self, db: Database, asset: Asset, was: AssetStage) -> bool:
        """Write an asset's stage, id and reason where the row still stands at `was`; False when it does not."""
        return db.execute(SAVE_ASSET, asset_row(asset) | {"was": was.value}).rowcount == 1

    @query
    def save_address(self, db: Database, asset: Asset) -> None:
        """Write where its member waits (`asset.reply`); None where none does any more."""
        db.execute(READDRESS_ASSET, address_row(asset.reply) | {"id": asset.id})

    @query
    def mark_notified(self, db: Database, asset_id: str, at: float) -> None:
        """Write down that its member was notified of its end, the first time that they were."""
        db.execute(MARK_ASSET_NOTIFIED, [at, asset_id])

    @query
    def hide(self, db: Database, owner_id: int, asset_id: str) -> bool:
        """Remove an asset of ours from its owner's list and from use; False when there is none."""
        return db.execute(HIDE, [asset_id, owner_id]).rowcount == 1

    @query
    def find(self, db: Database, asset_id: str) -> Asset | None:
        """Find an asset by our id, also when it is hidden."""
        return next(iter(_assets(db, FIND_ASSET, [storable(asset_id)])), None)

    @reading
    def mine(self, db: Database, owner_id: int, page: int, size: int) -> AssetPage:
        """Return one page (from 1; clamped) of a member's own assets that are not hidden."""
        total = db.execute(COUNT_MINE, {"owner_id": owner_id}).fetchone()[0]
        pages = max(1, -(-total // size))
        number = min(max(1, page), pages)
        assets = _assets(db, MINE, {"owner_id": owner_id, "most": size, "skip": (number - 1) * size})
        shown = {asset.character_id for asset in assets}
        known = {each.id: each for each in characters_of(db, owner_id) if each.id in shown}
        return AssetPage(tuple(assets), known, number, pages, total)

    @reading
    def usable(
        self, db: Database, user_id: int, guild_id: int | None, user_input: str, maximum: int
    ) -> Sequence[Asset]:
        """List the ACTIVE assets that a member may use there and whose names contain `user_input`.

        Their own first, then what is shared; each newest first.
        """
        asked = {"user_id": user_id, "guild_id": guild_id, "holds": holding(name_key(user_input))}
        own = _own(db, USABLE_OWN, asked | {"most": maximum})
        return own + _own(db, USABLE_SHARED, asked | {"most": maximum - len(own)})

    @query
    def named(self, db: Database, user_id: int, guild_id: int | None, user_input: str) -> Asset | None:
        """Find an asset that the member may use there, whatever its stage.

        By our id, by the provider's id with or without `asset://`, or by its name; their own before others', then
        what is ACTIVE, then the newest.
        """
        text = storable(user_input).strip()
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
            if found := _own(db, sql, asked):
                return found[0]
        return None

    @query
    def others_added(self, db: Database, user_id: int, asset_id: str) -> bool:
        """Tell whether another member added the file that has this id of the provider's; removed ones count too."""
        return db.execute(OTHERS_ADDED, [storable(asset_id), user_id]).fetchone() is not None

    @query
    def unfinished(self, db: Database) -> Sequence[Asset]:
        """List the assets that have not ended, or ended without their member being notified; none that is hidden."""
        return _own(db, UNFINISHED_ASSETS)

    @query
    def files_of(self, db: Database, owner_id: int) -> dict[str, int]:
        """Return the files of a member's assets that are not hidden (sha256: bytes)."""
        return dict(_files(db, ASSET_FILES_OF, {"owner_id": owner_id}))

    @query
    def files_in_use(self, db: Database) -> set[str]:
        """List the sha256 of the files of assets that are not hidden."""
        return {sha256 for sha256, _ in _files(db, ASSET_FILES_IN_USE)}


def _assets(db: Database, sql: str, params: list[Any] | dict[str, Any] | None = None) -> list[Asset]:
    return [to_asset(row) for row in db.query(sql, params)]


def _own(db: Database, sql: str, params: dict[str, Any] | None = None) -> list[Asset]:
    """List assets without the `other_version` ones, which only their owner may look at."""
    return [asset for asset in _assets(db, sql, params) if not asset.other_version]


def _files(db: Database, sql: str, params: dict[str, Any] | None = None) -> Iterator[tuple[str, int]]:
    """Yield sha256 and bytes of each file, also where the rest is another version's."""
    for row in db.query(sql, params):
        file = json.loads(row["kept"])
        yield file["sha256"], file.get("size", 0)
