"""SIGKILL between an acknowledgement and its record: Discord's loading message is told about at the next start."""

import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.faults.ground import ground


@contextmanager
def nothing_can_be_saved(database: Path) -> Iterator[None]:
    """Keep the database locked, as another program may: what the bot writes waits until the block is over."""
    with closing(sqlite3.connect(database, isolation_level=None, timeout=10.0)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


@pytest.mark.timeout(3600)
async def test_killed_once_it_has_acknowledged_and_before_that_is_saved(tmp_path: Path, seed: int, long: bool) -> None:
    kills = 200 if long else 2
    async with ground(tmp_path, seed) as here:
        member = here.discord.member("Mara")
        await here.bot.start()
        for number in range(kills):
            with nothing_can_be_saved(here.bot.data / "seedreel.db"):
                use = await member.use("/video", prompt=f"a fox, take {number}", duration=4, wait=False)
                await use.answered()
                assert await here.bot.stop(signal.SIGKILL) == -signal.SIGKILL
            assert use.state == "answered"
            assert use.reply is not None
            assert use.reply.loading
            await here.bot.start()
            told = await use.replied(within=60.0, what="what became of the request")
            assert "Nothing was sent" in told.texts(), told
        assert here.ledger.of("paid") == []
        assert await here.bot.stop() == 0, here.bot.tail()
        assert not any((here.bot.data / "seedreel.db.unsaved").read_bytes())
