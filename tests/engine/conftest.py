"""One server for the tests of a process, a database for each of them."""

import pytest

from bot.clock import ScaledClock
from tests.engine.cluster import new_cluster


@pytest.fixture(scope="session")
def cluster():
    with new_cluster() as started:
        yield started


@pytest.fixture
def url(cluster):
    return cluster.new_database()


@pytest.fixture
def clock():
    return ScaledClock(1.0)
