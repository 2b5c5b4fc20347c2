"""The assets that a member may choose for a video."""

from collections.abc import Sequence

from bot.domain.assets import Asset, AssetStage
from bot.domain.caller import Caller
from bot.domain.errors import Refusal
from bot.domain.media_problems import AssetNotReady, AssetUnknown
from bot.studio.ports.stores import UsableAssets


class AssetLookup:
    """Looks assets up by what was typed."""

    def __init__(self, assets: UsableAssets) -> None:
        self._assets = assets

    async def usable(self, caller: Caller, user_input: str, maximum: int) -> Sequence[Asset]:
        """List at most so many active assets that the caller may use there, with `user_input` in their names."""
        return await self._assets.usable(caller.user_id, caller.guild_id, user_input.strip(), maximum)

    async def resolve(self, caller: Caller, user_input: str) -> Asset:
        """Find an asset that goes into a video, by its name, its id or `asset://…`.

        Raises Refusal (AssetUnknown, AssetNotReady).
        """
        asset = await self._assets.named(caller.user_id, caller.guild_id, user_input.strip())
        if asset is None:
            raise Refusal(AssetUnknown(user_input.strip()))
        if asset.stage is not AssetStage.ACTIVE or asset.use is None:
            raise Refusal(AssetNotReady(asset.name, failed=asset.stage is AssetStage.FAILED))
        return asset
