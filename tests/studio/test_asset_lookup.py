"""Choosing an asset for a video."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.assets import AssetStage
from bot.domain.caller import Caller
from bot.domain.errors import Refusal
from bot.domain.media_problems import AssetNotReady, AssetUnknown
from bot.storage import Store, Tables
from bot.studio.intake.asset_lookup import AssetLookup
from tests.new_database import new_database
from tests.studio.asset_fakes import MARA, SERVER, TOMAS, asset, character


@pytest.fixture
async def tables(tmp_path: Path) -> AsyncIterator[Tables]:
    """Open a store with one character in it."""
    async with Store(new_database(tmp_path / "seedreel.db")) as store:
        tables = Tables(store)
        await tables.characters.add_character(character())
        yield tables


async def keep(tables: Tables, number: int, **changes: object) -> None:
    one = asset(number, stage=AssetStage.ACTIVE, asset_id=f"pa_{number}")
    await tables.assets.add(replace(one, **changes))


async def test_what_can_be_chosen_is_offered_25_at_most(tables: Tables) -> None:
    for number in range(30):
        await keep(tables, number)
    await keep(tables, 99, stage=AssetStage.PROCESSING, asset_id=None)
    assert len(await AssetLookup(tables.assets).usable(Caller(MARA), "", 25)) == 25
    assert [one.name for one in await AssetLookup(tables.assets).usable(Caller(MARA), " fox 29 ", 25)] == ["fox 29"]


@pytest.mark.parametrize("user_input", ["fox 1", " asset://pa_1 ", f"{1:020d}"])
async def test_it_is_found_by_name_address_and_id(tables: Tables, user_input: str) -> None:
    await keep(tables, 1)
    assert (await AssetLookup(tables.assets).resolve(Caller(MARA), user_input)).asset_id == "pa_1"


async def test_somebody_elses_is_unknown_until_it_is_shared_here(tables: Tables) -> None:
    await keep(tables, 1)
    with pytest.raises(Refusal) as caught:
        await AssetLookup(tables.assets).resolve(Caller(TOMAS, SERVER), "asset://pa_1")
    assert caught.value.problem == AssetUnknown("asset://pa_1")
    await tables.characters.share(character().id, SERVER)
    assert (await AssetLookup(tables.assets).resolve(Caller(TOMAS, SERVER), "asset://pa_1")).asset_id == "pa_1"


@pytest.mark.parametrize("stage", [AssetStage.UPLOADING, AssetStage.PROCESSING, AssetStage.FAILED])
async def test_what_is_not_active_is_not_ready(tables: Tables, stage: AssetStage) -> None:
    await keep(tables, 1, stage=stage)
    with pytest.raises(Refusal) as caught:
        await AssetLookup(tables.assets).resolve(Caller(MARA), "fox 1")
    assert caught.value.problem == AssetNotReady("fox 1", failed=stage is AssetStage.FAILED)
