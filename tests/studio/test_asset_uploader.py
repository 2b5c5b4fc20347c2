"""One asset's way from our disk to its member's news."""

import asyncio
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bot.domain.assets import Asset, AssetSnapshot, AssetStage
from bot.domain.errors import UploadFailed, UploadRefused
from bot.domain.media import InputUrl
from bot.storage import SqliteAssets, SqliteCharacters, SqliteUploads, Store
from bot.studio.assets.uploader import AssetUploader
from bot.studio.ports import Closed, NotNow, Unclear
from bot.studio.running.uploads import FileUploader
from tests.new_database import new_database
from tests.studio.asset_fakes import (
    MARA,
    PICTURE,
    PROCESSING,
    ListedAnnouncements,
    ScriptedAssets,
    asset,
    character,
)
from tests.studio.fakes import START, JumpingClock, reply, until
from tests.studio.folder_media import FolderMedia
from tests.studio.full_store import set_full

DAY = 86400.0


@dataclass
class Scene:
    store: Store
    assets: SqliteAssets
    provider: ScriptedAssets
    uploads: SqliteUploads
    media: FolderMedia
    notices: ListedAnnouncements
    clock: JumpingClock
    register: AssetUploader

    async def run(self, one: Asset) -> Asset:
        """Let an asset go its way to the end and return its row."""
        await self.assets.add(one)
        self.register.start(one)
        return await self.ended(one)

    async def ended(self, one: Asset) -> Asset:
        """Wait until its member was notified of an asset's end, and return its row."""
        async with asyncio.timeout(60):
            while (row := await self.row(one)).notified_at is None:
                pass
        return row

    async def row(self, one: Asset) -> Asset:
        found = await self.assets.find(one.id)
        assert found is not None
        return found


@pytest.fixture
async def scene(tmp_path: Path):
    copy = tmp_path / "copy.png"
    copy.write_bytes(b"picture")
    media = FolderMedia(tmp_path, copies={PICTURE.sha256: copy})
    provider, notices, clock = ScriptedAssets(), ListedAnnouncements(), JumpingClock()
    async with Store(new_database(tmp_path / "seedreel.db")) as store:
        assets, characters, uploads = SqliteAssets(store), SqliteCharacters(store), SqliteUploads(store)
        await characters.add_character(character())
        file_uploader = FileUploader(provider, uploads, clock)
        register = AssetUploader(assets, characters, provider, file_uploader, media, notices, clock)
        yield Scene(store, assets, provider, uploads, media, notices, clock, register)
        await register.close()


async def test_it_is_uploaded_registered_asked_for_and_told(scene: Scene) -> None:
    scene.provider.answers["ask"] = [PROCESSING, PROCESSING]
    ended = await scene.run(asset(reply=reply()))
    assert (ended.stage, ended.asset_id) == (AssetStage.ACTIVE, "pa_1")
    assert scene.provider.calls("upload") == [["a" * 64]]
    assert scene.provider.calls("create") == [["pg_1", "image", "https://files.test/uploads/1.png", "fox 1", False]]
    assert scene.provider.calls("ask") == [["pa_1", False]] * 3
    assert scene.notices.shown == [AssetStage.UPLOADING, AssetStage.PROCESSING]
    assert [told.stage for told in scene.notices.told] == [AssetStage.ACTIVE]


async def test_it_is_asked_for_about_every_five_seconds_and_less_often_when_it_is_old(scene: Scene) -> None:
    scene.provider.answers["ask"] = [PROCESSING] * 60
    await scene.run(asset())
    waits = scene.clock.slept
    assert all(4.5 <= wait <= 5.5 for wait in waits[:25])
    assert waits[-1] > 8
    assert max(waits) <= 66


async def test_the_same_content_goes_there_once(scene: Scene) -> None:
    await scene.run(asset(1))
    await scene.run(asset(2))
    assert len(scene.provider.calls("upload")) == 1
    assert [url for _, _, url, *_ in scene.provider.calls("create")] == ["https://files.test/uploads/1.png"] * 2


async def test_an_old_upload_that_is_no_longer_taken_is_uploaded_anew(scene: Scene) -> None:
    await scene.uploads.remember(InputUrl("a" * 64, "https://files.test/old.png", START - DAY, uploaded=True))
    scene.provider.answers["create"] = [UploadRefused("400", "cannot download"), "pa_2"]
    ended = await scene.run(asset())
    assert (ended.stage, ended.asset_id) == (AssetStage.ACTIVE, "pa_2")
    urls = [url for _, _, url, *_ in scene.provider.calls("create")]
    assert urls == ["https://files.test/old.png", "https://files.test/uploads/1.png"]


@pytest.mark.parametrize("call", ["upload", "create"])
async def test_what_the_provider_refuses_fails_with_its_sentence(scene: Scene, call: str) -> None:
    scene.provider.answers[call] = [UploadRefused("400", "too dark")]
    ended = await scene.run(asset())
    assert (ended.stage, ended.provider_message) == (AssetStage.FAILED, "too dark")
    assert [told.provider_message for told in scene.notices.told] == ["too dark"]


@pytest.mark.parametrize("call", ["upload", "create", "ask"])
async def test_an_outage_is_waited_out(scene: Scene, call: str) -> None:
    scene.provider.answers[call] = [UploadFailed("503")] * 10
    assert (await scene.run(asset())).stage is AssetStage.ACTIVE
    assert len(scene.provider.calls(call)) == 11
    assert max(scene.clock.slept) <= 300


async def test_a_failure_says_why_and_lets_the_upload_go(scene: Scene) -> None:
    scene.provider.answers["ask"] = [AssetSnapshot(AssetStage.FAILED, "no face")]
    ended = await scene.run(asset())
    assert (ended.stage, ended.provider_message) == (AssetStage.FAILED, "no face")
    assert await scene.uploads.remembered("a" * 64) is None


async def test_one_answer_that_it_is_unknown_is_no_end_and_three_are(scene: Scene) -> None:
    unknown = UploadRefused("404", "not found")
    scene.provider.answers["ask"] = [unknown, unknown, PROCESSING, unknown, unknown]
    assert (await scene.run(asset(1))).stage is AssetStage.ACTIVE
    scene.provider.answers["ask"] = [unknown] * 3
    ended = await scene.run(asset(2))
    assert (ended.stage, ended.provider_message) == (AssetStage.FAILED, "not found")


async def test_a_day_without_an_answer_is_the_end(scene: Scene) -> None:
    scene.provider.answers["ask"] = [PROCESSING] * 5000
    assert (await scene.run(asset())).stage is AssetStage.FAILED
    assert scene.clock.at - START >= DAY


async def test_a_lost_file_fails(scene: Scene) -> None:
    scene.media.copies = {}
    ended = await scene.run(asset())
    assert (ended.stage, ended.provider_message) == (AssetStage.FAILED, "")
    assert scene.provider.asked == []


async def test_a_restart_goes_on_where_each_one_stood(scene: Scene) -> None:
    processing = asset(1, stage=AssetStage.PROCESSING, asset_id="pa_7")
    untold = asset(2, stage=AssetStage.FAILED, provider_message="no face")
    hidden = asset(3, hidden=True)
    told = asset(4, stage=AssetStage.ACTIVE, notified_at=START)
    for one in (processing, untold, hidden, told):
        await scene.assets.add(one)
    assert await scene.register.resume() == 2
    await until(lambda: len(scene.notices.told) == 2)
    assert [told.id for told in scene.notices.told] == [untold.id, processing.id]
    assert scene.notices.shown == [AssetStage.PROCESSING], "what has ended is told, not shown"
    assert scene.provider.asked == [("ask", "pa_7", False)]


async def test_telling_is_tried_again_until_it_came_through_or_cannot(scene: Scene) -> None:
    scene.notices.outcomes = [NotNow(7, "429"), Unclear("reset"), Closed("no direct messages")]
    ended = await scene.run(asset(stage=AssetStage.ACTIVE, asset_id="pa_1", reply=reply()))
    assert len(scene.notices.told) == 3
    assert scene.clock.slept[0] >= 7
    assert ended.notified_at is not None
    await until(lambda: not _tasks())
    assert (await scene.row(ended)).reply is None


async def test_who_cannot_be_told_for_a_day_is_told_no_more(scene: Scene) -> None:
    scene.notices.outcomes = [Unclear("down")] * 5000
    ended = await scene.run(asset(stage=AssetStage.ACTIVE, asset_id="pa_1"))
    assert DAY <= ended.notified_at - START < DAY + 600
    assert len(scene.notices.told) < 1000


async def test_a_full_disk_loses_nothing(scene: Scene) -> None:
    await scene.assets.add(asset())
    await set_full(scene.store)
    scene.register.start(asset())
    await until(lambda: scene.provider.calls("create"))
    await until(lambda: len(scene.clock.slept) > 3)
    await set_full(scene.store, full=False)
    ended = await scene.ended(asset())
    assert len(scene.provider.calls("create")) == 1
    assert ended.stage is AssetStage.ACTIVE


async def test_an_asset_whose_task_broke_is_taken_up_again_from_its_row(scene: Scene) -> None:
    scene.provider.answers = {"create": [RuntimeError("odd")], "ask": [RuntimeError("odd")] * 2}
    ended = await scene.run(asset(reply=reply()))
    assert ended.stage is AssetStage.ACTIVE
    assert (len(scene.provider.calls("create")), len(scene.provider.calls("ask"))) == (2, 3)
    pauses = [wait for wait in scene.clock.slept if wait >= 30.0]
    assert all(first <= pause <= 2 * first for first, pause in zip((30, 60, 120), pauses, strict=True)), pauses


async def test_one_that_broke_and_was_removed_meanwhile_is_left_alone(scene: Scene) -> None:
    scene.provider.answers = {"create": [RuntimeError("odd")]}
    await scene.assets.add(asset())
    scene.register.start(asset())
    await until(lambda: scene.provider.calls("create"))
    assert await scene.assets.hide(MARA, asset().id)
    await until(lambda: not _tasks())
    assert (scene.notices.told, len(scene.provider.calls("create"))) == ([], 1)


async def test_what_was_removed_is_left_alone(scene: Scene) -> None:
    scene.clock.still = True
    one = asset(stage=AssetStage.PROCESSING, asset_id="pa_1")
    await scene.assets.add(one)
    scene.register.start(one)
    await until(lambda: scene.clock.slept)
    await scene.register.stop(one.id)
    assert (scene.notices.told, scene.provider.asked) == ([], [])


async def test_a_row_that_somebody_else_moved_is_left_to_them(scene: Scene) -> None:
    await scene.assets.add(replace(asset(), stage=AssetStage.FAILED))
    scene.register.start(asset())
    await until(lambda: scene.provider.calls("create"))
    await until(lambda: not _tasks())
    assert scene.notices.told == []


async def test_closing_stops_and_starts_nothing_more(scene: Scene) -> None:
    scene.clock.still = True
    scene.register.start(asset(stage=AssetStage.PROCESSING, asset_id="pa_1"))
    await until(lambda: scene.clock.slept)
    await scene.register.close()
    scene.register.start(asset(2))
    assert not _tasks()


def _tasks() -> set[str]:
    return {name for task in asyncio.all_tasks() if (name := task.get_name()).startswith("asset ")}
