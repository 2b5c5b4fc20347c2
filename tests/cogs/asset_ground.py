"""The studio's use cases about assets, on fakes at their ports, behind the cogs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.domain.assets import Asset
from bot.studio.assets.service import AssetService
from bot.studio.assets.uploader import AssetUploader
from bot.studio.assets.verification import VerificationService
from bot.studio.lifecycle.shutdown import ShutdownGuard
from bot.studio.running.uploads import FileUploader
from sandbox.clock import Clock
from sandbox.discord.standin import DiscordStandIn
from sandbox.faults import Faults
from sandbox.ledger import Ledger
from tests.cogs.conftest import OPENAPI
from tests.cogs.house import App
from tests.studio.asset_fakes import ListedAnnouncements, ListedAssets, ScriptedAssets
from tests.studio.disk_fakes import disk_quota_over
from tests.studio.fakes import JumpingClock, ListedUploads
from tests.studio.folder_media import FolderMedia

CALLBACK = "https://bot.test/callback"


class StillRegister(AssetUploader):
    """Hears of assets and leaves them where they are."""

    heard = staticmethod(lambda: None)

    def start(self, asset: Asset) -> None:
        """Wake whoever waits for one."""
        self.heard()


class AssetGround:
    """What `/asset` stands on; without a `callback_url` persons cannot be verified."""

    def __init__(self, callback_url: str = CALLBACK) -> None:
        self.assets, self.provider, self.uploads = ListedAssets(), ScriptedAssets(), ListedUploads()
        self.media, self.clock, self.notices = FolderMedia(Path()), JumpingClock(), ListedAnnouncements()
        upload = FileUploader(self.provider, self.uploads, self.clock)
        self.register = StillRegister(
            self.assets, self.assets, self.provider, upload, self.media, self.notices, self.clock
        )
        disk_quota = disk_quota_over(self.media, self.clock, assets=self.assets)
        self.collection = AssetService(
            self.assets,
            self.assets,
            self.provider,
            self.uploads,
            disk_quota,
            self.register,
            ShutdownGuard(),
            self.clock,
        )
        self.verify = VerificationService(self.assets, self.provider, ShutdownGuard(), self.clock, callback_url)


@asynccontextmanager
async def furnished(ground: AssetGround) -> AsyncIterator[App]:
    """Open a house on that ground."""
    clock = Clock()
    ledger = Ledger(clock)
    ground.register.heard = ledger.touch
    faults = Faults(ledger)
    openapi = OPENAPI if OPENAPI.exists() else None
    async with DiscordStandIn(clock=clock, ledger=ledger, openapi=openapi, middlewares=[faults.middleware]) as stand_in:
        app = App(stand_in, faults, collection=ground.collection, verify=ground.verify)
        async with app.running():
            yield app
    assert stand_in.violations == []
