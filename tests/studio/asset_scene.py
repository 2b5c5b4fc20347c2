"""The use cases of assets on a real store."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from bot.domain.assets import Asset, Character
from bot.domain.media import StoredFile
from bot.storage import SqliteUploads, Store
from bot.studio.assets.service import AssetService
from bot.studio.assets.uploader import AssetUploader
from bot.studio.lifecycle.shutdown import ShutdownGuard
from bot.studio.running.uploads import FileUploader
from tests.models import WIDEST
from tests.new_database import new_database
from tests.storage.asset_samples import AssetTables
from tests.studio.asset_fakes import HERE, MARA, OFFERED, PICTURE, SOUND, TOMAS, ListedAnnouncements, ScriptedAssets
from tests.studio.disk_fakes import disk_quota_over
from tests.studio.fakes import JumpingClock, reply
from tests.studio.folder_media import FolderMedia
from tests.studio.spending_fakes import spending_for_all


@dataclass
class Scene:
    """The service of assets on a real store, with fakes at its other ports."""

    store: Store
    assets: AssetTables
    provider: ScriptedAssets
    uploads: SqliteUploads
    media: FolderMedia
    shutdown: ShutdownGuard
    clock: JumpingClock
    notices: ListedAnnouncements
    register: AssetUploader
    collection: AssetService

    async def add(
        self, stored: StoredFile = PICTURE, name: str | None = None, user_input: str = "Fox", **attachment: object
    ):
        self.media.keeps.append(stored)
        return await self.collection.add(HERE, user_input, replace(OFFERED, **attachment), name, reply())

    async def row(self, asset_id: str) -> Asset:
        found = await self.assets.find(asset_id)
        assert found is not None
        return found

    async def owned(self) -> list[Character]:
        return [*await self.assets.characters(MARA), *await self.assets.characters(TOMAS)]

    async def has_no_assets(self) -> bool:
        return (await self.assets.mine(MARA, 1, 10)).total == 0


@asynccontextmanager
async def asset_scene(tmp_path: Path) -> AsyncIterator[Scene]:
    """Put the service and the uploader of assets together over a new database."""
    copy = tmp_path / "copy"
    copy.write_bytes(b"file")
    media = FolderMedia(tmp_path, copies={PICTURE.sha256: copy, SOUND.sha256: copy})
    provider, notices, clock, shutdown = ScriptedAssets(), ListedAnnouncements(), JumpingClock(), ShutdownGuard()
    async with Store(new_database(tmp_path / "seedreel.db")) as store:
        assets, uploads = AssetTables(store), SqliteUploads(store)
        file_uploader = FileUploader(provider, uploads, clock)
        register = AssetUploader(assets, assets, provider, file_uploader, media, notices, clock)
        disk_quota = disk_quota_over(media, clock, assets=assets)
        parts = (assets, assets, provider, uploads, disk_quota, register, shutdown, clock)
        collection = AssetService(*parts, spending=spending_for_all(clock), capability=WIDEST)
        yield Scene(store, assets, provider, uploads, media, shutdown, clock, notices, register, collection)
        await register.close()
