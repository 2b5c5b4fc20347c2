"""The studio's use cases about assets, on fakes at their ports, behind the doormen of a house."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.domain.assets import Asset
from bot.studio.assets import Collection
from bot.studio.busy import Busy
from bot.studio.register import Register
from bot.studio.upload import Upload
from bot.studio.verify import Verify
from sandbox.clock import Clock
from sandbox.discord.standin import DiscordStandIn
from sandbox.faults import Faults
from sandbox.ledger import Ledger
from tests.cogs.conftest import OPENAPI
from tests.cogs.house import House
from tests.studio.asset_fakes import ListedAnnouncements, ListedAssets, ScriptedAssets
from tests.studio.fakes import JumpingClock, KeptUploads
from tests.studio.folder_media import FolderMedia
from tests.studio.rooms import room_over

CALLBACK = "https://bot.test/callback"


class StillRegister(Register):
    """Hears of assets and leaves them where they are."""

    heard = staticmethod(lambda: None)

    def start(self, asset: Asset) -> None:
        """Wake whoever waits for one."""
        self.heard()


class AssetGround:
    """What `/asset` stands on; without a `callback_url` persons cannot be verified."""

    def __init__(self, callback_url: str = CALLBACK) -> None:
        self.assets, self.provider, self.uploads = ListedAssets(), ScriptedAssets(), KeptUploads()
        self.media, self.clock, self.said = FolderMedia(Path()), JumpingClock(), ListedAnnouncements()
        upload = Upload(self.provider, self.uploads, self.clock)
        self.register = StillRegister(
            self.assets, self.assets, self.provider, upload, self.media, self.said, self.clock
        )
        room = room_over(self.media, self.clock, assets=self.assets)
        self.collection = Collection(
            self.assets, self.assets, self.provider, self.uploads, room, self.register, Busy(), self.clock
        )
        self.verify = Verify(self.assets, self.provider, Busy(), self.clock, callback_url)


@asynccontextmanager
async def furnished(ground: AssetGround) -> AsyncIterator[House]:
    """Open a house on that ground."""
    clock = Clock()
    ledger = Ledger(clock)
    ground.register.heard = ledger.touch
    faults = Faults(ledger)
    openapi = OPENAPI if OPENAPI.exists() else None
    async with DiscordStandIn(clock=clock, ledger=ledger, openapi=openapi, middlewares=[faults.middleware]) as stand_in:
        house = House(stand_in, faults, collection=ground.collection, verify=ground.verify)
        async with house.running():
            yield house
    assert stand_in.violations == []
