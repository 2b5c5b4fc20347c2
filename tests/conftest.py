"""What holds for every test."""

import asyncio
import threading
from collections.abc import AsyncIterator

import pytest

from tests.browsers import browser, page_at
from tests.no_skips import pytest_make_collect_report, pytest_runtest_makereport

# One browser for all the tests of a process: a fixture of each folder's own would start one for each folder.
__all__ = ["browser", "page_at", "pytest_make_collect_report", "pytest_runtest_makereport"]

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


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take the options of tests/faults."""
    parser.addoption("--long", action="store_true", help="tests/faults: ten times as many kills")
    parser.addoption("--seed", type=int, help="tests/faults: the seed of all dice, as a run before has printed it")
