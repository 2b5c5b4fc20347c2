"""What the studio needs from outside for assets, as protocols."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bot.domain.assets import (
    Asset,
    AssetSnapshot,
    AssetStage,
    Character,
    Link,
    Verdict,
    Verification,
    VerificationStage,
)
from bot.domain.media import Hosted, Kept, Kind
from bot.studio.ports import Outcome


class Uploader(Protocol):
    """Where files are brought to the provider."""

    async def upload(self, kept: Kept, path: Path) -> str:
        """Upload one of our copies and return its URL there. Raises UploadRefused or UploadFailed."""
        ...


class AssetProvider(Uploader, Protocol):
    """The provider's keeping of assets. Nothing here costs money; every call raises UploadRefused or UploadFailed."""

    async def create_group(self, name: str) -> str:
        """Make a group for a virtual character and return its id."""
        ...

    async def create_asset(self, group_id: str, kind: Kind, url: str, name: str, *, real: bool) -> str:
        """Register a file that is at that public URL, and return the asset's id."""
        ...

    async def ask_asset(self, asset_id: str, *, real: bool) -> AssetSnapshot:
        """Ask once how an asset stands; UploadRefused where the provider does not know it."""
        ...

    async def begin_verification(self, callback_url: str, verification_id: str) -> str:
        """Ask for the verification of a real person and return the provider's task id."""
        ...

    async def ask_verification(self, task_id: str) -> Link | None:
        """Ask once for the link that the person follows; None while there is none yet."""
        ...

    async def verdict(self, task_id: str) -> Verdict:
        """Ask what the verification came to, once the person says that they have finished."""
        ...


class Uploads(Protocol):
    """What was uploaded before, by content: the same file goes there once."""

    async def remembered(self, sha256: str) -> Hosted | None:
        """Return where the provider keeps that content; None when it was never uploaded."""
        ...

    async def remember(self, hosted: Hosted) -> None:
        """Write down where the provider keeps it; a newer address takes an older one's place."""
        ...

    async def forget(self, sha256: str) -> None:
        """Forget an address that no longer works."""
        ...


@dataclass(frozen=True, slots=True)
class AssetPage:
    """One page of a member's assets, newest first, with their characters; `total` counts all pages' assets."""

    assets: tuple[Asset, ...]
    characters: dict[str, Character]
    number: int
    pages: int
    total: int


class Assets(Protocol):
    """The store of characters, assets, verifications and consents. Every call raises StoreFull when it is full.

    Names are compared without regard to case and accents. The character of what was imported is shared in the server
    where it was imported, until it is closed. What a member may use: their own assets that are not hidden; those of
    characters shared in `guild_id`.
    """

    async def add_character(self, character: Character) -> None:
        """Write a character down. Raises Refusal (NameTaken, TooManyAssets)."""
        ...

    async def characters(self, owner_id: int) -> Sequence[Character]:
        """List a member's own characters, newest first."""
        ...

    async def character(self, owner_id: int, typed: str) -> Character | None:
        """Find a member's own character by its id or its name."""
        ...

    async def share(self, character_id: str, guild_id: int | None) -> None:
        """Open a character to a server, or close it again (None)."""
        ...

    async def add(self, asset: Asset) -> None:
        """Write an asset down. Raises Refusal (NameTaken, TooManyAssets)."""
        ...

    async def save(self, asset: Asset, was: AssetStage) -> bool:
        """Write an asset's stage, id and reason where the row still stands at `was`; False when it does not."""
        ...

    async def readdress(self, asset: Asset) -> None:
        """Write where its member waits (`asset.reply`), or that nobody does (None)."""
        ...

    async def mark_told(self, asset_id: str, at: float) -> None:
        """Write down that its member was told how it ended."""
        ...

    async def hide(self, owner_id: int, asset_id: str) -> bool:
        """Remove an asset of ours from its owner's list and from use; False when there is none."""
        ...

    async def find(self, asset_id: str) -> Asset | None:
        """Find an asset by our id, also when it is hidden."""
        ...

    async def mine(self, owner_id: int, page: int, size: int) -> AssetPage:
        """Return one page (from 1; clamped) of a member's own assets that are not hidden."""
        ...

    async def usable(self, user_id: int, guild_id: int | None, typed: str, most: int) -> Sequence[Asset]:
        """List the ACTIVE assets that a member may use there and whose names contain `typed`: their own first."""
        ...

    async def named(self, user_id: int, guild_id: int | None, typed: str) -> Asset | None:
        """Find an asset that the member may use there, whatever its stage.

        By our id, by the provider's id with or without `asset://`, or by its name; their own before others', then
        what is ACTIVE, then the newest.
        """
        ...

    async def others_added(self, user_id: int, asset_id: str) -> bool:
        """Tell whether somebody else added the file that has this id of the provider's; removed ones count too."""
        ...

    async def unfinished(self) -> Sequence[Asset]:
        """List the assets that have not ended, or ended without their member being told; none that is hidden."""
        ...

    async def files_of(self, owner_id: int) -> dict[str, int]:
        """Return the files of a member's assets that are not hidden (sha256: bytes)."""
        ...

    async def files_in_use(self) -> set[str]:
        """List the sha256 of the files of assets that are not hidden."""
        ...

    async def begin(self, verification: Verification) -> None:
        """Write a verification down, with the consent that it rests on. Raises Refusal (TooManyAssets)."""
        ...

    async def save_verification(self, verification: Verification, was: VerificationStage) -> bool:
        """Write a verification where the row still stands at `was`; False when it does not."""
        ...

    async def verification(self, verification_id: str) -> Verification | None:
        """Find a verification."""
        ...

    async def verified(self, verification: Verification, character: Character) -> bool:
        """Write its character and VERIFIED down in one transaction; False when that was done before.

        Raises Refusal (NameTaken), with nothing written.
        """
        ...

    async def consented(self, owner_id: int, character_id: str) -> bool:
        """Tell whether consent to a real person's character is on record."""
        ...


class Announcements(Protocol):
    """How a member is told about an asset. Every call ends in its own time; none raises for Discord's sake."""

    async def show(self, asset: Asset) -> Outcome:
        """Make one attempt to show how it stands on the reply; Closed where the reply's token has died."""
        ...

    async def announce(self, asset: Asset) -> Outcome:
        """Make one attempt to say how it ended: on the reply while its token lives, else in a direct message."""
        ...
