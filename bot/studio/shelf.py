"""The assets that a member may choose for a video."""

from collections.abc import Sequence

from bot.domain.assets import Asset, AssetStage
from bot.domain.caller import Caller
from bot.domain.errors import Refusal
from bot.domain.media_whys import AssetNotReady, AssetUnknown
from bot.studio.stores import UsableAssets


class Shelf:
    """Looks assets up by what was typed."""

    def __init__(self, assets: UsableAssets) -> None:
        self._assets = assets

    async def usable(self, caller: Caller, typed: str, most: int) -> Sequence[Asset]:
        """List at most so many active assets that the caller may use where they are, with `typed` in their names."""
        return await self._assets.usable(caller.user_id, caller.guild_id, typed.strip(), most)

    async def resolve(self, caller: Caller, typed: str) -> Asset:
        """Find an asset that goes into a video, by its name, its id or `asset://…`.

        Raises Refusal (AssetUnknown, AssetNotReady).
        """
        asset = await self._assets.named(caller.user_id, caller.guild_id, typed.strip())
        if asset is None:
            raise Refusal(AssetUnknown(typed.strip()))
        if asset.stage is not AssetStage.ACTIVE or asset.use is None:
            raise Refusal(AssetNotReady(asset.name, failed=asset.stage is AssetStage.FAILED))
        return asset
