"""The seed of a run with faults, drawn or given, and printed."""

import random

import pytest


def seed_of(config: pytest.Config) -> int:
    """Return the seed that was given, or draw one; and print it."""
    given = config.getoption("--seed")
    drawn = random.SystemRandom().randrange(10**6) if given is None else int(given)
    print(f"\nseed {drawn} (again with: --seed {drawn})")
    return drawn


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> int:
    return seed_of(request.config)


@pytest.fixture
def long(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--long"))
