"""Faults of our own machine: a full disk, a locked database, one that cannot be used, a second process.

A full disk is made by `prlimit`: the running bot may write no byte more into any file (RLIMIT_FSIZE 0), which needs no
rights and can be taken back while it runs. What it gets is EFBIG where a full disk gives ENOSPC; SQLite's own "disk is
full" is met in the store's tests.
"""

import resource
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils import Database

from bot.storage.migrations import migrations
from sandbox.faults import Delay
from tests.faults.cells import Marks, Stage, aim_of
from tests.faults.four_zeros import Order, Witness
from tests.faults.ground import BRIEF, Ground, ground
from tests.faults.orders import all_zero, brought, order, paid_prompts, paid_task

_EVERYTHING = resource.RLIM_INFINITY


@pytest.fixture
async def here(tmp_path: Path, seed: int) -> AsyncIterator[Ground]:
    async with ground(tmp_path, seed, provider=BRIEF) as here:
        yield here


def fill_disk(here: Ground, *, full: bool) -> None:
    """Let the bot write nothing any more, or everything again."""
    assert here.bot.process is not None
    resource.prlimit(here.bot.process.pid, resource.RLIMIT_FSIZE, (0 if full else _EVERYTHING, _EVERYTHING))


async def test_a_full_disk_sends_nothing_that_is_not_written_down_and_loses_nothing(here: Ground) -> None:
    await here.bot.start()
    here.provider.hold()
    rendering = await order(here, "rendering when the disk fills up.")
    task_id = await paid_task(here, rendering.prompt)
    sending = await order_with_slow_answer(here, "sent when the disk fills up.")
    fill_disk(here, full=True)
    late = await order(here, "asked for while the disk is full.")
    told = await late.use.followed(lambda one: "enough disk space" in one.texts())
    assert told.ephemeral
    here.aimed.clear()
    await here.bot.says("can't be written; 'queued' is saved")
    here.provider.finish_now(task_id)
    await here.bot.says("can't be written; 'ready' is saved")
    assert Witness(here.discord, here.ledger).copies() == {}
    await rendering.use.replied(lambda one: "Your video is finished, but my disk is full" in one.texts())
    await sending.use.replied(lambda one: "My disk is full. I'll go on" in one.texts())
    fill_disk(here, full=False)
    here.provider.release()
    for one in (rendering, sending):
        await brought(here, one)
    assert sorted(paid_prompts(here)) == sorted([rendering.prompt, sending.prompt])
    await all_zero(here, rendering, sending, late)


async def order_with_slow_answer(here: Ground, prompt: str) -> Order:
    """Order a video that the provider takes, and whose answer it keeps until the faults are cleared."""
    fits = aim_of(Stage.SUBMIT, Marks(prompt, "-", 0, 0, lambda _: ""))
    here.aimed.at(fits, Delay(600.0, applied=True))
    one = await order(here, prompt)
    await paid_task(here, prompt)
    return one


async def test_killed_while_the_disk_is_full_pays_nothing_twice(here: Ground) -> None:
    await here.bot.start()
    here.provider.hold()
    rendering = await order(here, "rendering when it was killed.")
    task_id = await paid_task(here, rendering.prompt)
    sending = await order_with_slow_answer(here, "sent when it was killed.")
    fill_disk(here, full=True)
    here.aimed.clear()
    await here.bot.says("can't be written; 'queued' is saved")
    here.provider.finish_now(task_id)
    await here.bot.says("can't be written; 'ready' is saved")
    here.provider.release()
    here.bot.process.kill()
    await here.bot.ended()
    await here.bot.start()
    await brought(here, rendering)
    await here.until(lambda: "can't tell whether" in sending.use.reply.texts(), "the truth about it")
    await here.until(lambda: not Witness(here.discord, here.ledger).untold([sending], here.scale), "its ping")
    await all_zero(here, rendering, sending)


@pytest.mark.parametrize("waits_for", ["as soon as it can: another program is locking", None], ids=["long", "short"])
async def test_a_database_that_another_program_locks_for_a_while(here: Ground, waits_for: str | None) -> None:
    await here.bot.start()
    here.provider.hold()
    one = await order(here, "rendering when it was locked.")
    task_id = await paid_task(here, one.prompt)
    await one.use.replied(lambda card: "Queued" in card.texts())
    with closing(sqlite3.connect(here.bot.data / "seedreel.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        asked = len(here.ledger.of("provider", "GET /v1/"))
        here.provider.finish_now(task_id)
        if waits_for:
            # Every call before it has waited for the lock too.
            await here.until(lambda: waits_for in here.bot.log, f"{waits_for!r} in the bot's log")
        else:
            await here.until(lambda: len(here.ledger.of("provider", "GET /v1/")) > asked, "the next question")
        assert Witness(here.discord, here.ledger).copies() == {}
        other.execute("ROLLBACK")
    await brought(here, one)
    await all_zero(here, one)


async def test_a_request_while_the_database_is_locked_is_accepted_or_refused_in_words(here: Ground) -> None:
    await here.bot.start()
    with closing(sqlite3.connect(here.bot.data / "seedreel.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        one = await order(here, "asked for while it was locked.")
        other.execute("ROLLBACK")
    await brought(here, one)
    await all_zero(here, one)


async def refused_to_start(here: Ground, code: int) -> str:
    """Start the bot, which ends with that code; returns what it said last."""
    await here.bot.start(online=False)
    assert await here.bot.ended() == code, here.bot.tail()
    assert here.ledger.of("gateway", "received op 2") == []
    return here.bot.log.strip().splitlines()[-1]


async def test_a_corrupt_database_is_refused_with_the_remedy(here: Ground) -> None:
    here.bot.data.mkdir()
    (here.bot.data / "seedreel.db").write_bytes(b"SQLite format 3\0" + bytes(4096))
    assert "python -m bot restore FILE" in await refused_to_start(here, 65)


async def test_a_newer_database_is_refused(here: Ground) -> None:
    await here.bot.start()
    assert await here.bot.stop() == 0
    here.ledger.write("test", "the first life is over")
    with closing(Database(here.bot.data / "seedreel.db")) as db:
        db.execute("PRAGMA user_version = 999")
    await here.bot.start(online=False)
    assert await here.bot.ended() == 65, here.bot.tail()
    assert "newer version" in here.bot.log.strip().splitlines()[-1]


async def test_an_older_database_is_migrated_with_a_copy_beside_it(here: Ground) -> None:
    here.bot.data.mkdir()
    path = here.bot.data / "seedreel.db"
    with closing(Database(path, strict=True)) as old:
        migrations().apply(old, stop_before="m002_notes")
    await here.bot.start()
    assert path.with_name("seedreel.db.before-2").is_file()
    one = await order(here, "after the migration.")
    await brought(here, one)
    await all_zero(here, one)


async def test_a_second_process_leaves_and_the_first_goes_on(here: Ground) -> None:
    await here.bot.start()
    here.provider.hold()
    one = await order(here, "while two were started.")
    await paid_task(here, one.prompt)
    first = here.bot.process
    await here.bot.start(online=False)
    second, here.bot.process = here.bot.process, first
    assert first is not None
    assert second is not None
    assert await second.wait() == 75
    await here.bot.says(f"process {first.pid} on ")
    here.provider.release()
    await brought(here, one)
    await all_zero(here, one)
