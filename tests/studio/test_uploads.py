"""Uploads: what the provider does not take in all its time is told, and few are on their way at once."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.domain.assets import AssetStage
from bot.domain.errors import UploadFailed, UploadRefused
from bot.domain.media import MediaFormat, StoredFile
from bot.storage import SqliteUploads, Store
from bot.studio.running.uploads import FileUploader
from tests.studio.asset_fakes import asset, character
from tests.studio.asset_scene import asset_scene
from tests.studio.fakes import START, JumpingClock, until

DAY = 86400.0
NEVER = [UploadFailed("503")] * 2000


@dataclass
class GatedUploader:
    """Holds every upload until the gate opens, and answers by script."""

    gate: asyncio.Event = field(default_factory=asyncio.Event)
    answers: list[str | Exception] = field(default_factory=list)
    inside: int = 0
    maximum: int = 0
    made: list[str] = field(default_factory=list)

    async def upload(self, stored: StoredFile, path: Path) -> str:
        self.made.append(stored.sha256)
        self.inside += 1
        self.maximum = max(self.maximum, self.inside)
        await self.gate.wait()
        self.inside -= 1
        answer = self.answers.pop(0) if self.answers else f"https://files.test/{len(self.made)}"
        if isinstance(answer, Exception):
            raise answer
        return answer


def content(number: int) -> StoredFile:
    return StoredFile(f"{number:064d}", MediaFormat.PNG, 100, 640, 480)


@pytest.mark.parametrize("call", ["upload", "create"])
async def test_an_asset_that_the_provider_never_takes_is_told_after_a_day(tmp_path: Path, call: str) -> None:
    async with asset_scene(tmp_path) as scene:
        scene.provider.answers = {call: list(NEVER)}
        await scene.assets.add_character(character())
        await scene.assets.add(asset())
        scene.register.start(asset())
        await until(lambda: scene.notices.told)
    (told,) = scene.notices.told
    assert (told.stage, told.provider_message) == (AssetStage.FAILED, "")
    assert DAY <= scene.clock.now() - START < DAY + 600


async def test_few_files_are_on_their_way_at_once(tmp_path: Path, store: Store) -> None:
    uploader = GatedUploader()
    upload = FileUploader(uploader, SqliteUploads(store), JumpingClock())
    tasks = [asyncio.create_task(upload.ensure_uploaded(content(n), tmp_path)) for n in range(12)]
    await until(lambda: uploader.inside == 4)
    uploader.gate.set()
    assert len(await asyncio.gather(*tasks)) == 12
    assert uploader.maximum == 4


async def test_who_comes_after_a_turn_has_changed_hands_waits_for_it(tmp_path: Path, store: Store) -> None:
    uploader = GatedUploader(answers=[UploadRefused("415")])
    upload = FileUploader(uploader, SqliteUploads(store), JumpingClock())
    first, second = (asyncio.create_task(upload.ensure_uploaded(content(1), tmp_path)) for _ in range(2))
    await until(lambda: uploader.inside)
    begun, uploader.gate = uploader.gate, asyncio.Event()
    begun.set()
    await until(lambda: len(uploader.made) == 2)
    third = asyncio.create_task(upload.ensure_uploaded(content(1), tmp_path))
    for _ in range(20):
        await asyncio.sleep(0)
    assert uploader.inside == 1
    uploader.gate.set()
    assert await second == await third
    assert isinstance(first.exception(), UploadRefused)
    assert uploader.made == [content(1).sha256] * 2
