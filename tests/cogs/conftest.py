"""The real library with the real cogs, in front of a stand-in Discord."""

import logging
from collections.abc import AsyncIterator, Iterator

import pytest

from bot.domain.models import Catalogue
from bot.toapis import model_table
from sandbox.ledger import Ledger
from tests.cogs.app import App, running_app


@pytest.fixture
def catalogue() -> Catalogue:
    """What the app offers; a test module may say otherwise."""
    return model_table.catalogue()


@pytest.fixture
async def app(catalogue: Catalogue) -> AsyncIterator[App]:
    async with running_app(catalogue=catalogue) as app:
        yield app


class Heard(logging.Handler):
    """Wakes a test that waits on the ledger when a line is logged."""

    def __init__(self, ledger: Ledger) -> None:
        super().__init__()
        self._ledger = ledger

    def emit(self, _record: logging.LogRecord) -> None:
        self._ledger.touch()


@pytest.fixture
def heard_log(app) -> Iterator[None]:
    """Let `ledger.until` look again at every line of the cogs' log."""
    handler = Heard(app.discord.ledger)
    logging.getLogger("cogs").addHandler(handler)
    yield
    logging.getLogger("cogs").removeHandler(handler)
