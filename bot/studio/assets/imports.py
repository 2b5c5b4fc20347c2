"""Import an asset that was made elsewhere with the same key."""

import logging
import re

from bot.domain.asset_problems import (
    ImportNotActive,
    ImportUnknown,
    NameTaken,
    NeedsManageServer,
    ProviderRefused,
    ServerOnly,
)
from bot.domain.assets import Asset, AssetSnapshot, AssetStage, Character
from bot.domain.caller import Caller
from bot.domain.errors import Refusal
from bot.domain.ids import new_job_id as new_id
from bot.domain.media import ASSET_SCHEME, Kind
from bot.domain.naming import fit_name
from bot.studio.assets.numbering import add_numbered
from bot.studio.assets.provider_calls import asked
from bot.studio.intake.spending import Spending
from bot.studio.lifecycle.shutdown import ShutdownGuard
from bot.studio.ports import Clock
from bot.studio.ports.asset_provider import AssetProvider
from bot.studio.ports.characters import OwnCharacters
from bot.studio.ports.stores import OwnAssets

log = logging.getLogger(__name__)

_SCHEMED = re.compile(rf"\A{ASSET_SCHEME}", re.IGNORECASE)
_ASSET_ID = re.compile(r"[A-Za-z0-9._~-]{1,200}")


class AssetImports:
    """Makes an asset of the provider's the caller's own, under a character of its own that the server may use."""

    def __init__(
        self,
        assets: OwnAssets,
        characters: OwnCharacters,
        provider: AssetProvider,
        shutdown: ShutdownGuard,
        clock: Clock,
        spending: Spending,
    ) -> None:
        self._assets = assets
        self._characters = characters
        self._provider = provider
        self._shutdown = shutdown
        self._clock = clock
        self._spending = spending

    async def take_in(self, caller: Caller, user_input: str, name: str, kind: Kind) -> Asset:
        """Take in an asset that was made elsewhere with the same key, for the whole server.

        `kind` counts where the provider does not say it. Raises Refusal (ServersOnly, NeedsManageServer, NameUnfit,
        NameTaken, TooManyAssets, ImportUnknown, ImportNotActive, ProviderAway).
        """
        await self._spending.check(caller)
        if caller.guild_id is None:
            raise Refusal(ServerOnly())
        if not caller.manages_guild:
            raise Refusal(NeedsManageServer())
        name, asset_id = fit_name(name), _SCHEMED.sub("", user_input.strip())
        if not _ASSET_ID.fullmatch(asset_id):
            raise Refusal(ImportUnknown(user_input.strip()))
        if await self._assets.others_added(caller.user_id, asset_id):
            # Another member's: only they open it, with `share`.
            raise Refusal(ImportUnknown(asset_id))
        taken = await self._assets.named(caller.user_id, caller.guild_id, name)
        if taken is not None and taken.owner_id == caller.user_id:
            raise Refusal(NameTaken(taken.name))
        async with self._shutdown.visit():
            snapshot, real = await self._looked_up(asset_id)
            if snapshot.stage is not AssetStage.ACTIVE:
                raise Refusal(ImportNotActive(asset_id, snapshot.stage))
            return await self._imported(caller, name, asset_id, snapshot.kind or kind, real=real)

    async def _imported(self, caller: Caller, name: str, asset_id: str, kind: Kind, *, real: bool) -> Asset:
        now = self._clock.now()
        character = Character(
            new_id(), caller.user_id, name, "", now, real=real, guild_id=caller.guild_id, shared_in=caller.guild_id
        )
        asset = Asset(
            new_id(),
            character.id,
            caller.user_id,
            name,
            kind,
            now,
            AssetStage.ACTIVE,
            asset_id,
            real=real,
            notified_at=now,
        )
        async with asked():
            await add_numbered(character, self._characters.add_character)
            await self._assets.add(asset)
        log.info("Asset %s was imported.", asset.id)
        return asset

    async def _looked_up(self, asset_id: str) -> tuple[AssetSnapshot, bool]:
        """Ask for an asset of a virtual character, then for one of a real person."""
        provider_message = ""
        for real in (False, True):
            try:
                async with asked():
                    return await self._provider.ask_asset(asset_id, real=real), real
            except Refusal as refusal:
                if not isinstance(refusal.problem, ProviderRefused):
                    raise
                provider_message = provider_message or refusal.problem.provider_message
        raise Refusal(ImportUnknown(asset_id, provider_message))
