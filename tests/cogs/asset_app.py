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
from tests.cogs.app import App, running_app
from tests.models import WIDEST
from tests.studio.asset_fakes import ListedAnnouncements, ListedAssets, ScriptedAssets
from tests.studio.disk_fakes import disk_quota_over
from tests.studio.fakes import JumpingClock, ListedUploads
from tests.studio.folder_media import FolderMedia

CALLBACK = "https://bot.test/callback"


class StillUploader(AssetUploader):
    """Hears of assets and leaves them where they are."""

    heard = staticmethod(lambda: None)

    def start(self, asset: Asset) -> None:
        """Wake a test that waits for one."""
        self.heard()


class AssetFakes:
    """What `/asset` works on; without a `callback_url` persons cannot be verified."""

    def __init__(self, callback_url: str = CALLBACK) -> None:
        self.assets, self.provider, self.uploads = ListedAssets(), ScriptedAssets(), ListedUploads()
        self.media, self.clock, self.notices = FolderMedia(Path()), JumpingClock(), ListedAnnouncements()
        upload = FileUploader(self.provider, self.uploads, self.clock)
        self.uploader = StillUploader(
            self.assets, self.assets, self.provider, upload, self.media, self.notices, self.clock
        )
        self.service = AssetService(
            self.assets,
            self.assets,
            self.provider,
            self.uploads,
            disk_quota_over(self.media, self.clock, assets=self.assets),
            self.uploader,
            ShutdownGuard(),
            self.clock,
            capability=WIDEST,
        )
        self.verifications = VerificationService(self.assets, self.provider, ShutdownGuard(), self.clock, callback_url)


@asynccontextmanager
async def app_over(fakes: AssetFakes) -> AsyncIterator[App]:
    """Run the cogs over these fakes."""
    async with running_app(assets=fakes.service, verifications=fakes.verifications) as app:
        fakes.uploader.heard = app.discord.ledger.touch
        yield app
