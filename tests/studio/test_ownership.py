"""What is one member's stays theirs: nobody takes it in elsewhere, and its id at the provider is not told to others."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.asset_problems import ImportUnknown
from bot.domain.assets import AssetStage
from bot.domain.caller import Caller
from bot.domain.errors import Refusal
from bot.domain.media import AssetUse, Kind
from bot.domain.media_problems import AssetUnknown
from bot.domain.models import Dialect
from bot.studio.assets.service import AssetService
from bot.studio.assets.uploader import AssetUploader
from bot.studio.intake.asset_lookup import AssetLookup
from bot.studio.intake.collect import MediaCollector
from bot.studio.lifecycle.shutdown import ShutdownGuard
from bot.studio.running.uploads import FileUploader
from bot.toapis.model_table import catalogue
from tests.models import WIDEST
from tests.studio.asset_fakes import (
    HERE,
    MARA,
    SERVER,
    TOMAS,
    ListedAnnouncements,
    ListedAssets,
    ScriptedAssets,
    asset,
    character,
)
from tests.studio.disk_fakes import disk_quota_over
from tests.studio.fakes import JumpingClock, ListedUploads
from tests.studio.folder_media import FolderMedia

MANAGING = replace(HERE, permissions=frozenset({"manage_guild"}))
THEIRS = asset(7, owner_id=TOMAS, stage=AssetStage.ACTIVE, asset_id="pa_7", real=True)


def with_theirs(**changes: object) -> ListedAssets:
    """Have an asset of another member's."""
    owned = character("Face", owner_id=TOMAS, real=True)
    return ListedAssets({owned.id: owned}, {THEIRS.id: replace(THEIRS, character_id=owned.id, **changes)})


async def refused(awaitable) -> tuple[object, ...]:
    with pytest.raises(Refusal) as caught:
        await awaitable
    return caught.value.problems


@pytest.fixture
async def collecting(tmp_path: Path):
    """Make collections over stores of assets."""
    provider, uploads, clock, media = ScriptedAssets(), ListedUploads(), JumpingClock(), FolderMedia(tmp_path)
    registers = []

    def over(assets: ListedAssets) -> tuple[AssetService, ScriptedAssets]:
        upload = FileUploader(provider, uploads, clock)
        registers.append(AssetUploader(assets, assets, provider, upload, media, ListedAnnouncements(), clock))
        disk_quota = disk_quota_over(media, clock, assets=assets)
        return AssetService(
            assets,
            assets,
            provider,
            uploads,
            disk_quota,
            registers[-1],
            ShutdownGuard(),
            clock,
            capability=WIDEST,
        ), provider

    yield over
    for register in registers:
        await register.close()


@pytest.mark.parametrize("changes", [{}, {"hidden": True}])
async def test_a_manager_cannot_take_in_what_another_member_added(collecting, changes) -> None:
    assets = with_theirs(**changes)
    collection, provider = collecting(assets)
    problems = await refused(collection.import_asset(MANAGING, "asset://pa_7", "Stolen", Kind.IMAGE))
    assert problems == (ImportUnknown("pa_7"),)
    assert (provider.asked, len(assets.assets)) == ([], 1)


async def test_what_somebody_took_in_may_be_taken_in_by_others_too(collecting) -> None:
    assets = with_theirs(stored=None)
    collection, _ = collecting(assets)
    taken = await collection.import_asset(MANAGING, "pa_7", "Mine too", Kind.IMAGE)
    assert (taken.owner_id, taken.asset_id) == (MARA, "pa_7")


async def test_who_presses_again_on_anothers_video_is_not_told_the_id_of_the_asset_in_it(tmp_path: Path) -> None:
    gather = MediaCollector(AssetLookup(with_theirs()), JumpingClock(), catalogue(Dialect.VIDEOS))
    use = AssetUse("pa_7", Kind.IMAGE, "Face")
    assert await refused(gather.usable(Caller(MARA, SERVER), [use])) == (AssetUnknown("Face"),)
    await gather.usable(Caller(TOMAS, SERVER), [use])
