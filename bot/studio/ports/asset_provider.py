"""What the studio needs from outside for assets, as protocols."""

from pathlib import Path
from typing import Protocol

from bot.domain.assets import (
    Asset,
    AssetSnapshot,
    Link,
    Verdict,
)
from bot.domain.media import Kind, StoredFile
from bot.studio.ports import Outcome


class Uploader(Protocol):
    """The upload of files to the provider."""

    async def upload(self, stored: StoredFile, path: Path) -> str:
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


class AssetNotifier(Protocol):
    """Notices to a member about an asset. Every call ends in its own time; none raises for Discord's sake."""

    async def show(self, asset: Asset) -> Outcome:
        """Make one attempt to show how it stands on the reply; Closed where the reply's token has died."""
        ...

    async def announce(self, asset: Asset) -> Outcome:
        """Make one attempt to say how it ended: on the reply while its token lives, else in a direct message."""
        ...
