"""Real processes with one token: what each connects, and that no two identify in one bucket within Discord's gap."""

import asyncio
import os
import sys
from collections import defaultdict
from contextlib import asynccontextmanager
from itertools import pairwise
from pathlib import Path

import pytest

from sandbox.clock import Clock
from sandbox.discord import DiscordStandIn, Settings
from sandbox.ledger import Ledger

ROOT = Path(__file__).parents[2]
ALL = ((0, 4), (1, 4), (2, 4), (3, 4))


@pytest.fixture
async def discord():
    clock = Clock()
    settings = Settings(shards=4, max_concurrency=2, identify_gap=5.0)
    async with DiscordStandIn(clock=clock, ledger=Ledger(clock), settings=settings) as made:
        yield made


@asynccontextmanager
async def gateway(discord, database_url, shards):
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.scale.session_process"),
        *(f"{discord.url}/api/v10", discord.token, database_url, shards),
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


def identifies(discord):
    by_bucket = defaultdict(list)
    for entry in discord.ledger.of("gateway", "identify"):
        assert not entry.detail["early"], entry
        by_bucket[entry.detail["bucket"]].append(entry.at)
    return by_bucket


async def test_two_processes_share_shards_buckets_and_the_days_budget(discord, database_url):
    async with gateway(discord, database_url, "0-1/4"), gateway(discord, database_url, "2-3/4") as second:
        await discord.gateway.wait_shards(*ALL, within=40)
        second.kill()
        await discord.gateway.wait_shards(*ALL[:2])
        async with gateway(discord, database_url, "2-3/4"):
            await discord.gateway.wait_shards(*ALL, within=40)
            begun = identifies(discord)
            assert sorted(map(len, begun.values())) == [3, 3]
            assert min(later - at for bucket in begun.values() for at, later in pairwise(bucket)) >= 5.0
            assert discord.gateway.start_limit()["remaining"] == 1000 - 6
