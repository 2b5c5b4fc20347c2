"""One member's requests do not keep everybody else's waiting."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.domain.caller import Caller
from bot.domain.errors import Refusal, TooManyWaiting
from bot.domain.media import AttachmentInput, MediaFormat, StoredFile
from bot.domain.models import Capability, Dialect, Model, Ratio
from bot.domain.request import RequestDraft
from bot.studio.intake.collect import MediaCollector
from bot.toapis.model_table import catalogue
from tests.studio.fakes import JumpingClock, NoAssets, until
from tests.studio.folder_media import FolderMedia

PICTURE = StoredFile("a" * 64, MediaFormat.PNG, 100, 640, 480)
DRAFT = RequestDraft("x", Model.SEEDANCE_2, 5, Ratio.WIDE, (AttachmentInput("https://cdn.test/a", "a.png", 100),))
MARA, TOMAS = 1001, 1002


@dataclass
class SlowMedia(FolderMedia):
    """Holds every file until the gate opens."""

    gate: asyncio.Event = field(default_factory=asyncio.Event)
    begun: int = 0

    async def keep(self, attachment: AttachmentInput, capability: Capability) -> StoredFile:
        self.begun += 1
        await self.gate.wait()
        return PICTURE


async def test_a_member_has_few_drafts_looked_at_at_once(tmp_path: Path) -> None:
    media = SlowMedia(tmp_path)
    collector = MediaCollector(NoAssets(), JumpingClock(), catalogue(Dialect.VIDEOS))
    async with asyncio.TaskGroup() as group:
        for _ in range(5):
            group.create_task(collector.request_of(Caller(MARA), DRAFT, media))
        await until(lambda: media.begun == 5)
        with pytest.raises(Refusal) as refused:
            await collector.request_of(Caller(MARA), DRAFT, media)
        assert refused.value.problems == (TooManyWaiting(5),)
        group.create_task(collector.request_of(Caller(TOMAS), DRAFT, media))
        await until(lambda: media.begun == 6)
        media.gate.set()
    assert len((await collector.request_of(Caller(MARA), DRAFT, media))[0].media) == 1
