import pytest

from bot.storage.job_store import SqliteJobs
from bot.storage.own_job_store import SqliteOwnJobs
from tests.new_database import new_database
from tests.storage.asset_samples import AssetTables
from tests.storage.places import PostgresPlace, SqlitePlace


def pytest_generate_tests(metafunc):
    """Run what is asked of a store on both; what is marked with `sqlite` is about files, locks or plans of its own."""
    if "place" in metafunc.fixturenames:
        only_sqlite = metafunc.definition.get_closest_marker("sqlite") is not None
        metafunc.parametrize("place", ["sqlite"] if only_sqlite else ["sqlite", "postgres"], indirect=True)


@pytest.fixture(scope="session")
def shared_url(postgres):
    """Give the tests of this process one database, emptied for each: making one takes longer."""
    with postgres.database() as url:
        yield url


@pytest.fixture
def place(request, tmp_path):
    if request.param == "sqlite":
        return SqlitePlace(tmp_path)
    place = PostgresPlace(request.getfixturevalue("shared_url"), tmp_path)
    place.empty()
    return place


@pytest.fixture
def path(tmp_path):
    return tmp_path / "seedreel.db"


@pytest.fixture
async def store(place):
    if place.is_sqlite:
        new_database(place.path)
    async with place.open() as store:
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
