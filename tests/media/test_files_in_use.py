"""What a refused request gives up is deleted, unless somebody else holds it, uses it, or takes it meanwhile."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.media import AttachmentInput, Role, StoredFile
from bot.domain.models import Model
from bot.media.disk_media import DiskMedia
from tests.media.places import PATIENT, Place, a_picture, place
from tests.models import capability_of

ABLE = capability_of(Model.SEEDANCE_2)


@pytest.fixture
async def there() -> AsyncIterator[Place]:
    async with place() as found:
        found.pages["/a"] = a_picture("PNG", (320, 320))
        yield found


@pytest.fixture
async def media(tmp_path: Path) -> AsyncIterator[DiskMedia]:
    async with DiskMedia(tmp_path, frozenset({"127.0.0.1"}), timeouts=PATIENT) as media:
        yield media


async def keep(media: DiskMedia, there: Place) -> StoredFile:
    return await media.keep(AttachmentInput(f"{there.url}/a", "image.png", 10, Role.FIRST_FRAME), ABLE)


async def nothing() -> set[str]:
    return set()


async def test_it_is_deleted_at_once(media, there, tmp_path) -> None:
    kept = await keep(media, there)
    assert (await media.disk_usage()).files == kept.size
    await media.discard([kept, kept], nothing)
    assert list((tmp_path / "inputs").iterdir()) == []


async def test_another_request_that_holds_it_keeps_it(media, there) -> None:
    kept, same = await keep(media, there), await keep(media, there)
    await media.discard([kept], nothing)
    assert media.input_path(kept) is not None
    media.release([same])
    third = await keep(media, there)
    await media.discard([third], nothing)
    assert media.input_path(kept) is None


async def test_a_job_that_uses_it_keeps_it(media, there) -> None:
    kept = await keep(media, there)

    async def in_use() -> set[str]:
        return {kept.sha256}

    await media.discard([kept], in_use)
    assert media.input_path(kept) is not None


async def test_one_that_takes_it_while_the_store_is_asked_keeps_it(media, there) -> None:
    kept = await keep(media, there)

    async def in_use() -> set[str]:
        media.release([await keep(media, there)])
        return set()

    await media.discard([kept], in_use)
    assert media.input_path(kept) is not None


async def test_a_store_that_does_not_answer_deletes_nothing(media, there) -> None:
    kept = await keep(media, there)

    async def in_use() -> set[str]:
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await media.discard([kept], in_use)
    assert media.input_path(kept) is not None
