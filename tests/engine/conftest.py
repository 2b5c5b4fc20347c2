"""A database without any tables for each test of a process, on the server that all tests have."""

import pytest

from bot.clock import ScaledClock


@pytest.fixture
def url(postgres):
    with postgres.database("template0") as empty:
        yield empty


@pytest.fixture
def own_url(own_postgres):
    with own_postgres.database("template0") as empty:
        yield empty


@pytest.fixture
def clock():
    return ScaledClock(1.0)
