"""A backup made while the bot runs, put back later: nothing is paid or posted twice, and nothing is taken back."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.faults.four_zeros import Ending, Order, Witness, count
from tests.faults.ground import BRIEF, Ground, ground
from tests.faults.orders import brought, order, paid_prompts, paid_task
from tests.journeys.command_line import command

_ALONE = {"PROVIDER_SLOTS": "2"}


@pytest.fixture(params=[0.0, 14.5 * 60], ids=["young tokens", "dead tokens"])
async def here(tmp_path: Path, seed: int, request: pytest.FixtureRequest) -> AsyncIterator[Ground]:
    async with ground(tmp_path, seed, provider=BRIEF, bot=_ALONE, ago=request.param) as here:
        yield here


async def test_what_happened_after_the_backup_does_not_happen_again(here: Ground, tmp_path: Path) -> None:
    await here.bot.start()
    copy = tmp_path / "monday.db"
    before = await order(here, "done before the backup.")
    await brought(here, before)
    here.provider.hold()
    running = [await order(here, f"running at the backup, {number}.") for number in (1, 2)]
    for one in running:
        await paid_task(here, one.prompt)
    waiting = await order(here, "waiting at the backup.")
    await waiting.use.replied(lambda card: "Waiting" in card.texts())
    made = await command("backup", str(copy), environment=here.bot.environment())
    assert made.code == 0, made.err
    here.provider.release()
    for one in (*running, waiting):
        await brought(here, one)
    after = await order(here, "asked for after the backup.")
    await brought(here, after)
    assert await here.bot.stop() == 0
    everything = [before, *running, waiting, after]
    paid, seen = paid_prompts(here), Witness(here.discord, here.ledger).copies()
    assert len(seen) == 5

    put_back = await command("restore", str(copy), environment=here.bot.environment())
    assert put_back.code == 0, put_back.err
    await here.bot.start()
    await here.bot.says("From a restored backup: 1 jobs")
    await quiet(here, running, waiting)
    assert paid_prompts(here) == paid
    assert Witness(here.discord, here.ledger).copies() == seen
    (await count(here.discord, here.ledger, everything, here.scale)).hold(here.seed, here.bot.log)
    assert await here.bot.stop() == 0, here.bot.tail()


async def quiet(here: Ground, running: list[Order], waiting: Order) -> None:
    """Wait until the bot has nothing left to do with what it found in the backup."""
    witness = Witness(here.discord, here.ledger)
    began = here.bot.log.rindex("From a restored backup")
    for one, words in [*((one, "Delivered in message") for one in running), (waiting, "was found: clip")]:
        about = f"[#{witness.short(one)}]"
        await here.until(
            lambda about=about, words=words: any(
                about in line and words in line for line in here.bot.log[began:].splitlines()
            ),
            f"{words!r} of {one.prompt}",
        )
        assert witness.ending(one) is Ending.VIDEO
