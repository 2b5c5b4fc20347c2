import pytest

from bot.storage.assets import SqliteAssets
from bot.storage.jobs import SqliteJobs
from bot.storage.thread import Store


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
def assets(store):
    return SqliteAssets(store)
