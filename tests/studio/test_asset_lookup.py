"""Choosing an asset for a video."""

import pytest

from bot.domain.assets import AssetStage
from bot.domain.caller import Caller
from bot.domain.errors import Refusal
from bot.domain.media_problems import AssetNotReady, AssetUnknown
from bot.studio.intake.asset_lookup import AssetLookup
from tests.studio.asset_fakes import MARA, SERVER, TOMAS, ListedAssets, asset, character


@pytest.fixture
def assets() -> ListedAssets:
    return ListedAssets()


def keep(assets: ListedAssets, number: int, **changes: object) -> None:
    one = asset(number, stage=AssetStage.ACTIVE, asset_id=f"pa_{number}")
    assets.assets[one.id] = one.__class__(**{name: getattr(one, name) for name in one.__slots__} | changes)


async def test_what_can_be_chosen_is_offered_25_at_most(assets: ListedAssets) -> None:
    for number in range(30):
        keep(assets, number)
    keep(assets, 99, stage=AssetStage.PROCESSING, asset_id=None)
    assert len(await AssetLookup(assets).usable(Caller(MARA), "", 25)) == 25
    assert [one.name for one in await AssetLookup(assets).usable(Caller(MARA), " fox 29 ", 25)] == ["fox 29"]


@pytest.mark.parametrize("user_input", ["fox 1", " asset://pa_1 ", f"{1:020d}"])
async def test_it_is_found_by_name_address_and_id(assets: ListedAssets, user_input: str) -> None:
    keep(assets, 1)
    assert (await AssetLookup(assets).resolve(Caller(MARA), user_input)).asset_id == "pa_1"


async def test_somebody_elses_is_unknown_until_it_is_shared_here(assets: ListedAssets) -> None:
    keep(assets, 1)
    with pytest.raises(Refusal) as caught:
        await AssetLookup(assets).resolve(Caller(TOMAS, SERVER), "asset://pa_1")
    assert caught.value.problem == AssetUnknown("asset://pa_1")
    assets.owned[character().id] = character(shared_in=SERVER)
    assert (await AssetLookup(assets).resolve(Caller(TOMAS, SERVER), "asset://pa_1")).asset_id == "pa_1"


@pytest.mark.parametrize("stage", [AssetStage.UPLOADING, AssetStage.PROCESSING, AssetStage.FAILED])
async def test_what_is_not_active_is_not_ready(assets: ListedAssets, stage: AssetStage) -> None:
    keep(assets, 1, stage=stage)
    with pytest.raises(Refusal) as caught:
        await AssetLookup(assets).resolve(Caller(MARA), "fox 1")
    assert caught.value.problem == AssetNotReady("fox 1", failed=stage is AssetStage.FAILED)
