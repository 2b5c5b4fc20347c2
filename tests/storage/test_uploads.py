"""What was uploaded before is found by its content."""

import pytest

from bot.domain.media import InputUrl
from bot.storage.upload_store import SqliteUploads
from tests.storage.samples import NOW

ONE, OTHER = "a" * 64, "b" * 64


def upload(sha256, number=1, at=NOW):
    return InputUrl(sha256, f"https://files.example/{number}.png", at, uploaded=True)


async def test_an_upload_outlives_the_bot(place):
    async with place.open() as store:
        uploads = SqliteUploads(store)
        assert await uploads.remembered(ONE) is None
        await uploads.remember(upload(ONE))
    async with place.open() as store:
        uploads = SqliteUploads(store)
        assert await uploads.remembered(ONE) == upload(ONE)
        assert await uploads.remembered(OTHER) is None


async def test_a_newer_address_takes_an_older_one_s_place(store):
    uploads = SqliteUploads(store)
    await uploads.remember(upload(ONE, 1))
    await uploads.remember(upload(ONE, 2, NOW + 1))
    await uploads.remember(upload(ONE, 3, NOW))
    assert await uploads.remembered(ONE) == upload(ONE, 2, NOW + 1)


async def test_a_dead_address_is_forgotten(store):
    uploads = SqliteUploads(store)
    await uploads.remember(upload(ONE))
    await uploads.remember(upload(OTHER, 2))
    await uploads.forget(ONE)
    await uploads.forget(ONE)
    assert await uploads.remembered(ONE) is None
    assert await uploads.remembered(OTHER) == upload(OTHER, 2)
    await uploads.remember(upload(ONE, 3, NOW - 9))
    assert await uploads.remembered(ONE) == upload(ONE, 3, NOW - 9)


async def test_what_dies_within_a_day_is_not_remembered(store):
    uploads = SqliteUploads(store)
    with pytest.raises(ValueError, match="provider"):
        await uploads.remember(InputUrl(ONE, "https://cdn.example/1.png", NOW))
    assert await uploads.remembered(ONE) is None
