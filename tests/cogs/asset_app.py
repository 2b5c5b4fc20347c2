"""The studio's use cases about assets, on fakes at their ports, behind the cogs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.domain.assets import Asset, Verification
from bot.storage import SqliteUploads, Store
from bot.studio.assets.service import AssetService
from bot.studio.assets.uploader import AssetUploader
from bot.studio.assets.verification import VerificationService
from bot.studio.lifecycle.shutdown import ShutdownGuard
from bot.studio.running.uploads import FileUploader
from tests.cogs.app import App, running_app
from tests.models import WIDEST
from tests.storage.asset_samples import AssetTables
from tests.studio.asset_fakes import ListedAnnouncements, ScriptedAssets
from tests.studio.disk_fakes import disk_quota_over
from tests.studio.fakes import JumpingClock
from tests.studio.folder_media import FolderMedia
from tests.studio.spending_fakes import spending_for_all

CALLBACK = "https://bot.test/callback"


class StillUploader(AssetUploader):
    """Hears of assets and leaves them where they are."""

    heard = staticmethod(lambda: None)
    started: tuple[Asset, ...] = ()

    def start(self, asset: Asset) -> None:
        """Remember it, and wake a test that waits for one."""
        self.started += (asset,)
        self.heard()


class AssetFakes:
    """What `/asset` works on; without a `callback_url` persons cannot be verified."""

    def __init__(self, store: Store, callback_url: str = CALLBACK) -> None:
        self._store = store
        self.assets, self.uploads, self.provider = AssetTables(store), SqliteUploads(store), ScriptedAssets()
        self.media, self.clock, self.notices = FolderMedia(Path()), JumpingClock(), ListedAnnouncements()
        upload = FileUploader(self.provider, self.uploads, self.clock)
        self.uploader = StillUploader(
            self.assets, self.assets, self.provider, upload, self.media, self.notices, self.clock
        )
        everyone = spending_for_all(self.clock)
        self.service = AssetService(
            self.assets,
            self.assets,
            self.provider,
            self.uploads,
            disk_quota_over(self.media, self.clock, assets=self.assets),
            self.uploader,
            ShutdownGuard(),
            self.clock,
            spending=everyone,
            capability=WIDEST,
        )
        self.verifications = VerificationService(
            self.assets, self.provider, ShutdownGuard(), self.clock, callback_url, everyone
        )

    async def stored(self) -> list[Asset]:
        """List every asset that is written down, also a removed one."""
        return [asset for each in await self._ids("assets") if (asset := await self.assets.find(each))]

    async def stored_verifications(self) -> list[Verification]:
        """List every verification that is written down."""
        return [row for each in await self._ids("verifications") if (row := await self.assets.verification(each))]

    async def _ids(self, table: str) -> list[str]:
        return await self._store.run(lambda db: [row["id"] for row in db.table(table).rows])


@asynccontextmanager
async def app_over(fakes: AssetFakes) -> AsyncIterator[App]:
    """Run the cogs over these fakes."""
    async with running_app(assets=fakes.service, verifications=fakes.verifications) as app:
        fakes.uploader.heard = app.discord.ledger.touch
        yield app
