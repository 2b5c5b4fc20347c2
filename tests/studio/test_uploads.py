"""Uploads: what the provider does not take in all its time is told, and few are on their way at once."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.domain.assets import AssetStage
from bot.domain.errors import UploadFailed, UploadRefused
from bot.domain.media import MediaFormat, StoredFile
from bot.studio.assets.uploader import AssetUploader
from bot.studio.running.uploads import FileUploader
from tests.studio.asset_fakes import PICTURE, ListedAnnouncements, ListedAssets, ScriptedAssets, asset, character
from tests.studio.fakes import START, JumpingClock, ListedUploads, until
from tests.studio.folder_media import FolderMedia

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
    file = tmp_path / "copy.png"
    file.write_bytes(b"picture")
    assets, provider, clock = ListedAssets(), ScriptedAssets({call: list(NEVER)}), JumpingClock()
    media, notices = FolderMedia(tmp_path, copies={PICTURE.sha256: file}), ListedAnnouncements()
    assets.owned[character().id] = character()
    one = assets.assets[asset().id] = asset()
    register = AssetUploader(
        assets, assets, provider, FileUploader(provider, ListedUploads(), clock), media, notices, clock
    )
    register.start(one)
    await until(lambda: notices.told)
    await register.close()
    assert (notices.told[0].stage, notices.told[0].provider_message) == (AssetStage.FAILED, "")
    assert DAY <= clock.now() - START < DAY + 600


async def test_few_files_are_on_their_way_at_once(tmp_path: Path) -> None:
    uploader = GatedUploader()
    upload = FileUploader(uploader, ListedUploads(), JumpingClock())
    tasks = [asyncio.create_task(upload.ensure_uploaded(content(n), tmp_path)) for n in range(12)]
    await until(lambda: uploader.inside == 4)
    uploader.gate.set()
    assert len(await asyncio.gather(*tasks)) == 12
    assert uploader.maximum == 4


async def test_who_comes_after_a_turn_has_changed_hands_waits_for_it(tmp_path: Path) -> None:
    uploader = GatedUploader(answers=[UploadRefused("415")])
    upload = FileUploader(uploader, ListedUploads(), JumpingClock())
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
