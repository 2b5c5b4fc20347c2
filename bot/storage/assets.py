"""The studio's port `Assets`, on SQLite: each call sends one function to the store's thread."""

from collections.abc import Sequence

from bot.domain.assets import Asset, AssetStage, Character, Verification, VerificationStage
from bot.storage import asset_reads, asset_writes, verifications
from bot.storage.thread import Store
from bot.studio.asset_ports import AssetPage


class SqliteAssets:
    """The characters, assets and verifications in an open store.

    Times are UTC seconds; every call raises StoreFull when nothing can be written. Names are compared without regard
    to case and accents. The character of what was imported is shared in the server where it was imported.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    async def add_character(self, character: Character) -> None:
        """Write a character down. Raises Refusal (NameTaken, TooManyAssets)."""
        await self._store.run(asset_writes.add_character, character)

    async def characters(self, owner_id: int) -> Sequence[Character]:
        """List a member's own characters, newest first."""
        return await self._store.run(asset_reads.characters, owner_id)

    async def character(self, owner_id: int, typed: str) -> Character | None:
        """Find a member's own character by its id or its name."""
        return await self._store.run(asset_reads.character, owner_id, typed)

    async def share(self, character_id: str, guild_id: int | None) -> None:
        """Open a character to a server, or close it again (None)."""
        await self._store.run(asset_writes.share, character_id, guild_id)

    async def add(self, asset: Asset) -> None:
        """Write an asset down; hidden ones do not count. Raises Refusal (NameTaken, TooManyAssets)."""
        await self._store.run(asset_writes.add, asset)

    async def save(self, asset: Asset, was: AssetStage) -> bool:
        """Write an asset's stage, id and reason where the row still stands at `was`; False when it does not."""
        return await self._store.run(asset_writes.save, asset, was)

    async def readdress(self, asset: Asset) -> None:
        """Write where its member waits (`asset.reply`), or that nobody does (None)."""
        await self._store.run(asset_writes.readdress, asset)

    async def mark_told(self, asset_id: str, at: float) -> None:
        """Write down that its member was told how it ended, the first time that they were."""
        await self._store.run(asset_writes.mark_told, asset_id, at)

    async def hide(self, owner_id: int, asset_id: str) -> bool:
        """Remove an asset of ours from its owner's list and from use; False when there is none."""
        return await self._store.run(asset_writes.hide, owner_id, asset_id)

    async def find(self, asset_id: str) -> Asset | None:
        """Find an asset by our id, also when it is hidden."""
        return await self._store.run(asset_reads.find, asset_id)

    async def mine(self, owner_id: int, page: int, size: int) -> AssetPage:
        """Return one page (from 1; clamped) of a member's own assets that are not hidden."""
        return await self._store.run(asset_reads.mine, owner_id, page, size)

    async def usable(self, user_id: int, guild_id: int | None, typed: str, most: int) -> Sequence[Asset]:
        """List the ACTIVE assets that a member may use there and whose names contain `typed`: their own first."""
        return await self._store.run(asset_reads.usable, user_id, guild_id, typed, most)

    async def named(self, user_id: int, guild_id: int | None, typed: str) -> Asset | None:
        """Find an asset that the member may use there, whatever its stage.

        By our id, by the provider's id with or without `asset://`, or by its name; their own before others', then
        what is ACTIVE, then the newest.
        """
        return await self._store.run(asset_reads.named, user_id, guild_id, typed)

    async def others_added(self, user_id: int, asset_id: str) -> bool:
        """Tell whether somebody else added the file that has this id of the provider's; removed ones count too."""
        return await self._store.run(asset_reads.others_added, user_id, asset_id)

    async def unfinished(self) -> Sequence[Asset]:
        """List the assets that have not ended, or ended without their member being told; none that is hidden."""
        return await self._store.run(asset_reads.unfinished)

    async def files_of(self, owner_id: int) -> dict[str, int]:
        """Return the files of a member's assets that are not hidden (sha256: bytes)."""
        return await self._store.run(asset_reads.files_of, owner_id)

    async def files_in_use(self) -> set[str]:
        """List the sha256 of the files of assets that are not hidden."""
        return await self._store.run(asset_reads.files_in_use)

    async def begin(self, verification: Verification) -> None:
        """Write a verification down, with the consent that it rests on. Raises Refusal (TooManyAssets)."""
        await self._store.run(verifications.begin, verification)

    async def save_verification(self, verification: Verification, was: VerificationStage) -> bool:
        """Write a verification where the row still stands at `was`; False when it does not."""
        return await self._store.run(verifications.save, verification, was)

    async def verification(self, verification_id: str) -> Verification | None:
        """Find a verification."""
        return await self._store.run(verifications.find, verification_id)

    async def verified(self, verification: Verification, character: Character) -> bool:
        """Write its character and VERIFIED down in one transaction; False when that was done before.

        Raises Refusal (NameTaken), with nothing written.
        """
        return await self._store.run(verifications.verified, verification, character)

    async def consented(self, owner_id: int, character_id: str) -> bool:
        """Tell whether consent to a real person's character is on record."""
        return await self._store.run(verifications.consented, owner_id, character_id)
