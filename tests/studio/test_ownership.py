"""What is one member's stays theirs: nobody takes it in elsewhere, and its id at the provider is not told to others."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.asset_whys import ImportUnknown
from bot.domain.assets import AssetStage
from bot.domain.caller import Caller
from bot.domain.errors import Refusal
from bot.domain.media import AssetUse, Kind
from bot.domain.media_whys import AssetUnknown
from bot.domain.models import Dialect, Offer
from bot.studio.assets import Collection
from bot.studio.busy import Busy
from bot.studio.gather import Gather
from bot.studio.register import Register
from bot.studio.shelf import Shelf
from bot.studio.upload import Upload
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
from tests.studio.fakes import JumpingClock, KeptUploads
from tests.studio.folder_media import FolderMedia
from tests.studio.rooms import room_over

MANAGING = replace(HERE, permissions=frozenset({"manage_guild"}))
THEIRS = asset(7, owner_id=TOMAS, stage=AssetStage.ACTIVE, asset_id="pa_7", real=True)


def with_theirs(**changes: object) -> ListedAssets:
    """Have an asset of another member's."""
    owned = character("Face", owner_id=TOMAS, real=True)
    return ListedAssets({owned.id: owned}, {THEIRS.id: replace(THEIRS, character_id=owned.id, **changes)})


async def refused(awaitable) -> tuple[object, ...]:
    with pytest.raises(Refusal) as caught:
        await awaitable
    return caught.value.whys


@pytest.fixture
async def collecting(tmp_path: Path):
    """Make collections over stores of assets."""
    provider, uploads, clock, media = ScriptedAssets(), KeptUploads(), JumpingClock(), FolderMedia(tmp_path)
    registers = []

    def over(assets: ListedAssets) -> tuple[Collection, ScriptedAssets]:
        upload = Upload(provider, uploads, clock)
        registers.append(Register(assets, assets, provider, upload, media, ListedAnnouncements(), clock))
        room = room_over(media, clock, assets=assets)
        return Collection(assets, assets, provider, uploads, room, registers[-1], Busy(), clock), provider

    yield over
    for register in registers:
        await register.close()


@pytest.mark.parametrize("changes", [{}, {"hidden": True}])
async def test_a_manager_cannot_take_in_what_another_member_added(collecting, changes) -> None:
    assets = with_theirs(**changes)
    collection, provider = collecting(assets)
    whys = await refused(collection.take_in(MANAGING, "asset://pa_7", "Stolen", Kind.IMAGE))
    assert whys == (ImportUnknown("pa_7"),)
    assert (provider.asked, len(assets.assets)) == ([], 1)


async def test_what_somebody_took_in_may_be_taken_in_by_others_too(collecting) -> None:
    assets = with_theirs(kept=None)
    collection, _ = collecting(assets)
    taken = await collection.take_in(MANAGING, "pa_7", "Mine too", Kind.IMAGE)
    assert (taken.owner_id, taken.asset_id) == (MARA, "pa_7")


async def test_who_presses_again_on_anothers_video_is_not_told_the_id_of_the_asset_in_it(tmp_path: Path) -> None:
    gather = Gather(Shelf(with_theirs()), JumpingClock(), Offer(Dialect.VIDEOS))
    use = AssetUse("pa_7", Kind.IMAGE, "Face")
    assert await refused(gather.usable(Caller(MARA, SERVER), [use])) == (AssetUnknown("Face"),)
    await gather.usable(Caller(TOMAS, SERVER), [use])
