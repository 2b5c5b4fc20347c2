"""Who brings assets to the provider: this process, or another one."""

from typing import Protocol

from bot.domain.assets import Asset


class AssetRegister(Protocol):
    """What brings assets to the provider."""

    def start(self, asset: Asset) -> None:
        """Bring an asset to the provider, in the background."""
        ...

    async def stop(self, asset_id: str) -> None:
        """Do no more for an asset that was removed."""
        ...


class RegisteredElsewhere:
    """Fulfils AssetRegister where another process brings assets there, which hears of each with its row."""

    def start(self, asset: Asset) -> None:
        """Do nothing: the asset was told with its row."""

    async def stop(self, asset_id: str) -> None:
        """Do nothing: the row was moved, which that process finds before its next step counts."""
