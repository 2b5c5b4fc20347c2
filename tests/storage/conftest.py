import pytest

from bot.storage.job_store import SqliteJobs
from bot.storage.own_job_store import SqliteOwnJobs
from bot.storage.thread import Store
from tests.storage.asset_samples import AssetTables


@pytest.fixture
def path(tmp_path):
    return tmp_path / "seedreel.db"


@pytest.fixture
async def store(path):
    async with Store(path) as store:
        yield store


@pytest.fixture
def jobs(store):
    return SqliteJobs(store)


@pytest.fixture
def own(store):
    return SqliteOwnJobs(store)


@pytest.fixture
def assets(store):
    return AssetTables(store)
