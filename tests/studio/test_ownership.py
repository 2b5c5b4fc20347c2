"""What is one member's stays theirs: nobody takes it in elsewhere, and its id at the provider is not told to others."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.asset_problems import ImportUnknown
from bot.domain.assets import AssetStage
from bot.domain.caller import Caller
from bot.domain.errors import Refusal
from bot.domain.media import AssetUse, Kind, Medium, Role
from bot.domain.media_problems import AssetUnknown
from bot.domain.models import Dialect, Model, Ratio
from bot.domain.request import VideoRequest, asked_again
from bot.studio.intake.asset_lookup import AssetLookup
from bot.studio.intake.collect import MediaCollector
from bot.toapis.model_table import catalogue
from tests.storage.asset_samples import AssetTables
from tests.studio.asset_fakes import (
    HERE,
    MARA,
    SERVER,
    TOMAS,
    asset,
    character,
)
from tests.studio.asset_scene import Scene, asset_scene
from tests.studio.fakes import JumpingClock
from tests.studio.folder_media import FolderMedia

MANAGING = replace(HERE, permissions=frozenset({"manage_guild"}))
THEIRS = asset(7, owner_id=TOMAS, stage=AssetStage.ACTIVE, asset_id="pa_7", real=True)


async def add_theirs(assets: AssetTables, **changes: object) -> None:
    """Add an asset of another member's."""
    owned = character("Face", owner_id=TOMAS, real=True)
    await assets.add_character(owned)
    await assets.add(replace(THEIRS, character_id=owned.id, **changes))


async def refused(awaitable) -> tuple[object, ...]:
    with pytest.raises(Refusal) as caught:
        await awaitable
    return caught.value.problems


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    async with asset_scene(tmp_path) as scene:
        yield scene


@pytest.mark.parametrize("changes", [{}, {"hidden": True}])
async def test_a_manager_cannot_take_in_what_another_member_added(scene: Scene, changes) -> None:
    await add_theirs(scene.assets, **changes)
    problems = await refused(scene.collection.import_asset(MANAGING, "asset://pa_7", "Stolen", Kind.IMAGE))
    assert problems == (ImportUnknown("pa_7"),)
    assert (scene.provider.asked, await scene.has_no_assets()) == ([], True)


async def test_what_somebody_took_in_may_be_taken_in_by_others_too(scene: Scene) -> None:
    await add_theirs(scene.assets, stored=None)
    taken = await scene.collection.import_asset(MANAGING, "pa_7", "Mine too", Kind.IMAGE)
    assert (taken.owner_id, taken.asset_id) == (MARA, "pa_7")


async def test_who_presses_again_on_anothers_video_is_not_told_the_id_of_the_asset_in_it(
    scene: Scene, tmp_path: Path
) -> None:
    await add_theirs(scene.assets)
    offered = catalogue(Dialect.VIDEOS)
    collector = MediaCollector(AssetLookup(scene.assets), JumpingClock(), offered)
    face = Medium(Role.FIRST_FRAME, AssetUse("pa_7", Kind.IMAGE, "Face"))
    draft = asked_again(VideoRequest("a fox", Model.SEEDANCE_2, 5, Ratio.WIDE, (face,)), offered)
    files = FolderMedia(tmp_path)
    assert await refused(collector.request_of(Caller(MARA, SERVER), draft, files)) == (AssetUnknown("Face", "image"),)
    request, _ = await collector.request_of(Caller(TOMAS, SERVER), draft, files)
    assert [(medium.role, medium.source.asset_id) for medium in request.media] == [(Role.FIRST_FRAME, "pa_7")]
