"""The real library with the real cogs, in front of a stand-in Discord."""

import logging
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.domain.models import Catalogue
from sandbox.clock import Clock
from sandbox.discord.standin import DiscordStandIn
from sandbox.faults import Faults
from sandbox.ledger import Ledger
from tests.cogs.house import App

OPENAPI = Path(os.environ.get("DISCORD_OPENAPI", Path(__file__).parents[3] / "shared" / "discord-openapi.json"))


@pytest.fixture
def catalogue() -> Catalogue:
    """What the house offers; a test module may say otherwise."""
    return Catalogue()


@pytest.fixture
async def app(catalogue: Catalogue) -> AsyncIterator[App]:
    clock = Clock()
    ledger = Ledger(clock)
    faults = Faults(ledger)
    openapi = OPENAPI if OPENAPI.exists() else None
    async with DiscordStandIn(clock=clock, ledger=ledger, openapi=openapi, middlewares=[faults.middleware]) as stand_in:
        app = App(stand_in, faults, catalogue)
        async with app.running():
            yield app
    assert stand_in.violations == []


class Heard(logging.Handler):
    """Wakes whoever waits on the ledger when a line is logged."""

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
