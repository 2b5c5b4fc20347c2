"""A backup made while the bot runs, put back later: nothing is paid or posted twice, and nothing is taken back."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from aiohttp import web

from sandbox.discord.errors import refusal
from tests.faults.cells import Marks, brings_file_by_edit
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
    await here.bot.says("Restored from a backup: 1 job may")
    await quiet(here, running, waiting)
    assert paid_prompts(here) == paid
    assert Witness(here.discord, here.ledger).copies() == seen
    (await count(here.discord, here.ledger, everything, here.scale)).hold(here.seed, here.bot.log)
    assert await here.bot.stop() == 0, here.bot.tail()


@pytest.mark.parametrize("form", ["file", "link"])
async def test_what_followed_the_reply_before_a_restore_is_found(here: Ground, tmp_path: Path, form: str) -> None:
    """Neither the row nor the reply knows of it, and no nonce is remembered by then."""
    await here.bot.start()
    here.provider.hold()
    one = await order(here, "brought beside its reply.")
    channel = one.use.interaction.channel
    task_id = await paid_task(here, one.prompt)
    marks = Marks(one.prompt, one.use.token, channel.id, 0, lambda _: one.prompt)
    if form == "link":
        here.aimed.at(any_edit(marks), refusal(50083), times=1000)
        here.aimed.at(posts_file(marks), refusal(40005), times=1000)
    else:
        here.aimed.at(brings_file_by_edit(marks), refusal(50035), times=1000)
    copy = tmp_path / "monday.db"
    made = await command("backup", str(copy), environment=here.bot.environment())
    assert made.code == 0, made.err
    here.provider.finish_now(task_id)
    await here.bot.says("Delivered in message")
    assert await here.bot.stop() == 0
    seen = brought_beside(here, one)
    assert len(seen) == 1

    put_back = await command("restore", str(copy), environment=here.bot.environment())
    assert put_back.code == 0, put_back.err
    here.clock.advance(600.0)
    began = len(here.bot.log)
    await here.bot.start()
    await here.until(lambda: "Delivered in message" in here.bot.log[began:], "it found again")
    assert brought_beside(here, one) == seen
    assert await here.bot.stop() == 0, here.bot.tail()


def brought_beside(here: Ground, one: Order) -> list[int]:
    """List the messages that bring the video, in its channel."""
    there = one.member.sees(one.use.interaction.channel.id)
    return [each.id for each in there if each.media() or "Open the video" in [label for label, *_ in each.buttons()]]


def any_edit(marks: Marks) -> Callable[[web.Request], Awaitable[bool]]:
    """Build the test for every edit of that job's reply."""

    async def fits(request: web.Request) -> bool:
        return request.method == "PATCH" and (marks.token in request.path or f"/{marks.channel}/" in request.path)

    return fits


def posts_file(marks: Marks) -> Callable[[web.Request], Awaitable[bool]]:
    """Build the test for posts with a file, in that job's channel or behind its reply."""

    async def fits(request: web.Request) -> bool:
        there = f"/{marks.channel}/" in request.path or marks.token in request.path
        return request.method == "POST" and there and request.content_type.startswith("multipart/")

    return fits


async def quiet(here: Ground, running: list[Order], waiting: Order) -> None:
    """Wait until the bot has nothing left to do with what it found in the backup."""
    witness = Witness(here.discord, here.ledger)
    began = here.bot.log.rindex("Restored from a backup: ")
    for one, words in [*((one, "Delivered in message") for one in running), (waiting, "in Discord: there")]:
        about = f"[#{witness.short(one)}]"
        await here.until(
            lambda about=about, words=words: any(
                about in line and words in line for line in here.bot.log[began:].splitlines()
            ),
            f"{words!r} of {one.prompt}",
        )
        assert witness.ending(one) is Ending.VIDEO
