"""The seed of a run with faults, drawn or given, and printed."""

import random

import pytest


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> int:
    given = request.config.getoption("--seed")
    drawn = random.SystemRandom().randrange(10**6) if given is None else int(given)
    print(f"\nseed {drawn} (again with: --seed {drawn})")
    return drawn


@pytest.fixture
def long(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--long"))
