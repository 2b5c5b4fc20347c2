"""The stand-in of the provider and ours beside it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.domain.models import Dialect
from bot.toapis.api_client import Timeouts
from bot.toapis.provider import ToapisProvider
from sandbox.clock import Clock
from sandbox.ledger import Ledger
from sandbox.toapis import ProviderSettings, ProviderStandIn
from tests.toapis.fakes import FakeClock, provider


@asynccontextmanager
async def stand_in(
    folder: Path, dialect: Dialect = Dialect.VIDEO, *, review: bool = False, **settings
) -> AsyncIterator[tuple[ProviderStandIn, ToapisProvider]]:
    clock = Clock()
    chosen = ProviderSettings(size_scale=0.125, **{"run_seconds": (100.0, 100.0), **settings})
    async with ProviderStandIn(clock=clock, ledger=Ledger(clock), folder=folder, settings=chosen) as it:
        async with provider(
            it.url, FakeClock(), key=it.key, timeouts=Timeouts(), dialect=dialect, review=review
        ) as api:
            yield it, api
