"""A dump that was put back: what it knows as not sent may have been sent since, and isn't sent by a worker."""

from pathlib import Path

import pytest

from bot.heartbeat import own_name
from bot.storage import Tables
from bot.storage.note_store import SqliteNotes
from bot.storage.postgres import PostgresStore
from tests.scale.fleet import fleet
from tests.storage.samples import NOW, job, put
from tests.storage.test_drafts import DRAFT


@pytest.fixture
async def these(tmp_path: Path, seed, postgres, database_url):
    async with fleet(tmp_path, seed, postgres, database_url) as some:
        yield some


async def test_what_a_gateway_takes_before_there_is_a_worker_is_not_of_the_backup(these, tmp_path):
    async with PostgresStore(these.url, tmp_path / "seedreel.db") as store:
        await SqliteNotes(store).put("restored_at", repr(NOW))
        await these.gateway("gateway")
        tables = Tables(store)
        await tables.drafts.add(DRAFT, 5)
        await these.worker("worker")
        assert await tables.drafts.find(DRAFT.id) is not None


async def test_the_first_worker_fails_what_may_have_been_sent(these, tmp_path):
    async with PostgresStore(these.url, tmp_path / "seedreel.db") as store:
        await put(store, job(created=NOW - 1_000_000_000))
        await SqliteNotes(store).put("restored_at", repr(NOW))
    worker = await these.worker("one")
    await worker.says("Restored from a backup: 1 job may have been sent since")
    assert "Restored" not in (await these.worker("other")).log
    assert not these.here.ledger.of("paid")
    # What a container's health check looks at.
    assert (worker.data / own_name()).exists()
