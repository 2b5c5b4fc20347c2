"""How long a command takes to be acknowledged while a member with very many videos searches in three places at once.

Beside it the same bot on the same database, with nobody who searches.
"""

import asyncio
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from bench.acknowledging import WARM, Delays, Discord, Load, running
from bench.big_database import ABSENT, COMMON, RARE, BigDatabase, build
from bench.measure import Aim, Effort, Figure
from bench.rendering import DATABASE

_AIM = Aim(1.25)


async def run(effort: Effort) -> Sequence[Figure]:
    """Measure with the neighbour and without."""
    heavy = effort.of(100_000, 1000)
    database = await build(effort.scratch / "big.db", 2 * heavy, heavy // 50, heavy)
    load = Load(50, effort.of(5.0, 0.3))
    searched = f"a member of {heavy} videos searches"
    beside, alone = await effort.interleaved(
        partial(_acknowledged, effort, database, load, searches=True),
        partial(_acknowledged, effort, database, load, searches=False),
    )
    return [
        Figure(
            f"{name} at {load}, {searched}",
            "ms",
            tuple(delays.at(part) for delays in beside),
            tuple(delays.at(part) for delays in alone),
            _AIM,
        )
        for name, part in {"p50": 0.5, "p99": 0.99}.items()
    ]


async def _acknowledged(effort: Effort, database: BigDatabase, load: Load, *, searches: bool) -> Delays:
    async with running(effort, effort.module("neighbour"), fill=partial(_copy, database)) as (discord, _):
        await discord.load(load.per_second, effort.of(WARM, 0.1))
        if not searches:
            return await discord.load(load.per_second, load.seconds)
        async with _searching(discord, database.heavy_id):
            return await discord.load(load.per_second, load.seconds)


def _copy(database: BigDatabase, data: Path) -> None:
    shutil.copy(database.path, data / DATABASE)


@asynccontextmanager
async def _searching(discord: Discord, member_id: int) -> AsyncIterator[None]:
    """Search while the block runs: in three places, again as soon as an answer is there."""
    places = [asyncio.create_task(discord.keep_searching(member_id, word)) for word in (COMMON, RARE, ABSENT)]
    try:
        yield
    finally:
        for place in places:
            place.cancel()
        await asyncio.gather(*places, return_exceptions=True)
