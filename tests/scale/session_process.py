"""A process that does nothing but keep its shards connected, with the starts of all processes in one database."""

import asyncio
import sys
from pathlib import Path

from bot.client import SeedreelClient
from bot.clock import ScaledClock
from bot.connect import Share, connect
from bot.domain.shards import parse_shards
from bot.gateway.session_starts import SharedStarts
from bot.storage import Tables
from bot.storage.postgres import PostgresStore
from bot.studio.intake.other_processes import OtherProcesses


async def prepare() -> None:
    """Prepare nothing."""


async def main(api_url: str, token: str, database_url: str, shards: str) -> None:
    clock = ScaledClock()
    async with (
        PostgresStore(database_url, Path("unused")) as store,
        SeedreelClient(api_url, prepare) as client,
    ):
        notes = Tables(store).notes
        share = Share(parse_shards(shards), SharedStarts(notes, clock))
        await connect(client, token, notes, clock, OtherProcesses(clock), share)


asyncio.run(main(*sys.argv[1:]))
