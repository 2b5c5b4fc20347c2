"""What holds for every test."""

import asyncio
import os
import sys
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.browsers import browser, context_of, page_at
from tests.no_skips import pytest_make_collect_report, pytest_runtest_makereport
from tests.postgres import database_url, own_postgres, postgres
from tests.tcp_server import open_streams

# One browser and one PostgreSQL for all the tests of a process: fixtures of each folder's own would start one for each.
__all__ = [
    "browser",
    "context_of",
    "database_url",
    "own_postgres",
    "page_at",
    "postgres",
    "pytest_make_collect_report",
    "pytest_runtest_makereport",
]

# These run against real seconds: Discord's three for a first answer, a process's start, a browser's frames. Where the
# machine stood still meanwhile one more try decides, and the summary counts it. What is random (tests/faults but for
# its table, whose cells are single orders) gets none: another seed would hide what the first one has found.
_REAL_SECONDS = frozenset(
    {"browser", "cogs", "gateway", "journeys", "page", "sandbox_discord", "sandbox_toapis", "scale"}
)
_RANDOM = Path("scale", "test_strikes.py")
_TABLE = Path("faults", "test_table.py")

# `pytest --quick`: what needs no browser, no Discord, no media and no disk that is waited for.
_QUICK = frozenset({"config", "conventions", "domain", "studio", "toapis", "ui"})
_TESTS = Path(__file__).parent

# Most of the suite waits for other processes: a journey of four seconds wants a processor for one. Quick tests wait for
# nothing. Each process takes half a gigabyte, and a browser's as much again.
_PROCESSES_PER_CPU = 2.5
_MOST_PROCESSES = 8

# Folders of long files, and over which share of the first part of a run each is spread: a file of faults that came last
# would be waited for alone.
_LONG = {"faults": 0.5, "browser": 0.8, "journeys": 1.0, "media": 1.0}

# How fast a busy machine draws examples says nothing about what they test.
# A busy machine is no mistake: how long an example takes is measured in bench/.
settings.register_profile("seedreel", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("seedreel")

_KEEPER = "keep-alive-handler"
_KEEPER_SECONDS = 15.0


@pytest.fixture(autouse=True)
async def no_heartbeat_outlives_its_loop() -> AsyncIterator[None]:
    """End discord.py's heartbeat threads: a client that is closed while it reconnects leaves one behind."""
    yield
    for thread in threading.enumerate():
        if thread.name.startswith(_KEEPER):
            thread.stop()
            await asyncio.to_thread(thread.join, _KEEPER_SECONDS)
            assert not thread.is_alive(), "a heartbeat goes on"


@pytest.fixture(autouse=True)
async def no_stream_outlives_its_loop() -> AsyncIterator[None]:
    """Fail where a stream is left open: its warning would come at some later collection, in another test's name."""
    yield
    # What has just been closed is gone with the next turn.
    await asyncio.sleep(0)
    streams = open_streams()
    for stream in streams:
        stream.abort()
    assert not streams, f"never closed: {streams}"


def pytest_configure() -> None:
    """Keep what is compiled: every process of xdist, and every bot that is started, would compile it all again."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Say how many processes run the tests where the command line does not."""
    cpus = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(2, min(int(cpus * (1 if config.getoption("quick") else _PROCESSES_PER_CPU)), _MOST_PROCESSES))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give the tests that run against real seconds a second try, and begin with the long files."""
    for item in items:
        where = item.path.relative_to(_TESTS)
        if (where.parts[0] in _REAL_SECONDS and where != _RANDOM) or where == _TABLE:
            item.add_marker(pytest.mark.flaky(reruns=1))
    _begin_with_the_long(items)


def _begin_with_the_long(items: list[pytest.Item]) -> None:
    """Mix the long files, so that at no time all processes wait, or all want a processor; the short ones fill up."""
    places: dict[Path, float] = {}
    for folder, share in _LONG.items():
        files = dict.fromkeys(item.path for item in items if item.path.is_relative_to(_TESTS / folder))
        places |= {file: share * (at + 0.5) / len(files) for at, file in enumerate(files)}
    items.sort(key=lambda item: places.get(item.path, 1.0))


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out the slow folders in a quick run; None leaves the decision to pytest."""
    is_slow = collection_path.parent == _TESTS and collection_path.is_dir() and collection_path.name not in _QUICK
    return True if is_slow and config.getoption("quick") else None


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take the options of the whole suite and of tests/faults."""
    parser.addoption("--quick", action="store_true", help="only the folders whose tests take about a minute together")
    parser.addoption("--long", action="store_true", help="tests/faults: ten times as many kills")
    parser.addoption("--seed", type=int, help="tests/faults: the seed of all chance, as a run before has printed it")
