"""Sessions over several processes: one day's budget, and one turn for each bucket."""

import asyncio
import json
from itertools import pairwise

import pytest

from bot.connect import Share
from bot.domain.shards import parse_shards
from bot.gateway.session_starts import DAY, OwnStarts, SharedStarts
from bot.storage import Store, Tables
from bot.storage.postgres import PostgresStore
from sandbox.discord import Settings
from tests.gateway.conftest import MemoryNotes
from tests.studio.fakes import JumpingClock


class OneDatabase(MemoryNotes):
    """Notes of several processes, with a clock of its own."""

    def __init__(self, clock: JumpingClock) -> None:
        super().__init__()
        self.clock = clock

    async def change(self, key, change):
        self.kept[key], result = change(self.kept.get(key), self.clock.at)
        return result


@pytest.fixture
def clock() -> JumpingClock:
    return JumpingClock()


async def test_two_processes_take_turns_in_a_bucket_and_not_in_two(clock) -> None:
    database = OneDatabase(clock)
    ours, theirs = SharedStarts(database, clock), SharedStarts(database, clock)
    assert await ours.take(0, 1000) == 0
    assert await theirs.take(1, 1000) == 0
    waits = [await theirs.take(0, 1000), await ours.take(1, 1000)]
    assert all(5.0 < wait <= 5.5 for wait in waits)
    clock.at += waits[0]
    assert (await theirs.take(0, 1000), len(await ours.today())) == (0, 3)


async def test_the_days_budget_is_one_for_all(clock) -> None:
    database = OneDatabase(clock)
    processes = [SharedStarts(database, clock) for _ in range(4)]
    begun, started = clock.at, 0
    while clock.at < begun + DAY:
        # Each has a bucket of its own: but for the budget they could start four sessions in 5 s all day.
        waits = [await one.take(bucket, 1000) for bucket, one in enumerate(processes)]
        started += waits.count(0)
        clock.at += min((wait for wait in waits if wait > 0), default=5.5)
    assert 700 < started <= 755


async def test_a_clock_that_was_set_back_is_waited_for_no_longer_than_a_gap(clock) -> None:
    database = OneDatabase(clock)
    database.kept["identifies"] = json.dumps([clock.at + 3600])
    shared = SharedStarts(database, clock)
    clock.at += await shared.take(0, 1000)
    assert await shared.take(0, 1000) == 0


async def test_what_one_process_alone_has_counted_counts_for_many_and_the_other_way_round(clock) -> None:
    database = OneDatabase(clock)
    assert await OwnStarts(database, clock).take(0, 1000) == 0
    shared = SharedStarts(database, clock)
    assert await shared.take(0, 1000) > 5
    assert await shared.take(3, 1000) == 0
    assert [one.bucket for one in await OwnStarts(database, clock).today()] == [0, 3]


@pytest.fixture(params=["sqlite", "postgres"])
async def store(request, tmp_path):
    file = tmp_path / "bot.db"
    opened = Store(file) if request.param == "sqlite" else PostgresStore(request.getfixturevalue("database_url"), file)
    async with opened as store:
        yield store


async def test_a_real_store_gives_one_of_many_that_come_at_once_the_turn(store, clock) -> None:
    notes = Tables(store).notes
    waits = await asyncio.gather(*(SharedStarts(notes, clock).take(0, 1000) for _ in range(8)))
    assert sorted(wait > 0 for wait in waits) == [False, *[True] * 7]


class TestShards:
    @pytest.fixture
    def settings(self) -> Settings:
        return Settings(global_rate=None, other_rate=(100_000, 1.0), invalid_requests=None, shards=4, max_concurrency=2)

    async def test_only_the_shards_that_are_named_are_connected(self, bot) -> None:
        bot.share = Share(parse_shards("1-2/6"), OwnStarts(bot.notes, bot.clock))
        async with bot.online():
            await bot.stand_in.gateway.wait_shards((1, 6), (2, 6))
            assert (bot.client.connected, bot.client.shard_count) == (True, 6)

    async def test_without_a_word_all_that_discord_recommends_are_connected(self, bot) -> None:
        async with bot.online():
            await bot.stand_in.gateway.wait_shards(*((shard, 4) for shard in range(4)))
        begun = [entry.detail for entry in bot.stand_in.ledger.of("gateway", "identify")]
        assert sorted(one["bucket"] for one in begun) == [0, 0, 1, 1]
        # Those of one bucket take turns: each of the two waits once.
        assert [round(seconds) for seconds in bot.clock.slept if 4 < seconds <= 5] == [5, 5]

    async def test_a_count_below_what_discord_recommends_is_told(self, bot, caplog) -> None:
        bot.share = Share(parse_shards("0/2"), OwnStarts(bot.notes, bot.clock))
        async with bot.online():
            await bot.stand_in.gateway.wait_shards((0, 2))
        assert "Discord recommends 4 shards; --shards counts 2." in caplog.text

    async def test_each_shard_resumes_by_itself(self, bot) -> None:
        bot.share = Share(parse_shards("0-1/4"), OwnStarts(bot.notes, bot.clock))
        async with bot.online():
            await bot.stand_in.gateway.wait_shards((0, 4), (1, 4))
            await bot.stand_in.drop_gateway(4000)
            await bot.stand_in.ledger.until(lambda: bot.stand_in.gateway.resumes == 2)
            await bot.stand_in.gateway.wait_shards((0, 4), (1, 4))
        assert bot.stand_in.gateway.identifies == 2


async def test_sessions_of_a_bucket_lie_a_gap_apart(bot) -> None:
    bot.share = Share(parse_shards("0-3/4"), OwnStarts(bot.notes, bot.clock))
    async with bot.online():
        await bot.stand_in.gateway.wait_shards(*((shard, 4) for shard in range(4)))
    made = json.loads(bot.notes.kept["identifies"])
    assert min(later - earlier for earlier, later in pairwise(made)) > 4.99
