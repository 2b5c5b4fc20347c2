"""Waits that something else ends early."""

import asyncio

import pytest

from bot.nap import Nap
from tests.studio.fakes import until


async def forever() -> None:
    await asyncio.Event().wait()


async def test_a_wait_goes_to_its_end() -> None:
    nap = Nap()
    assert not await nap.over(asyncio.sleep(0))
    nap.end()
    assert not await nap.over(asyncio.sleep(0)), "what is ended beforehand is not remembered"


async def test_a_wait_that_is_ended_lets_its_task_go_on() -> None:
    nap, gate = Nap(), asyncio.Event()

    async def work() -> list[bool]:
        ended = [await nap.over(forever())]
        await gate.wait()
        return [*ended, await nap.over(asyncio.sleep(0))]

    task = asyncio.create_task(work())
    await asyncio.sleep(0)
    nap.end()
    nap.end()
    await asyncio.sleep(0)
    gate.set()
    assert await task == [True, False]
    assert not task.cancelling()


@pytest.mark.parametrize("first", ["the nap's end", "the cancellation"])
async def test_a_task_that_is_cancelled_while_its_wait_is_ended_is_cancelled(first: str) -> None:
    nap, begun = Nap(), asyncio.Event()

    async def work() -> None:
        begun.set()
        await nap.over(forever())
        await forever()

    task = asyncio.create_task(work())
    await begun.wait()
    for end in [nap.end, task.cancel] if first == "the nap's end" else [task.cancel, nap.end]:
        end()
    await until(task.done)
    assert task.cancelled()


async def test_a_wait_that_ends_by_itself_at_the_same_moment_is_ended_once() -> None:
    nap, over = Nap(), asyncio.get_running_loop().create_future()

    async def wait() -> None:
        await over

    async def work() -> str:
        await nap.over(wait())
        await asyncio.sleep(0)
        return "on"

    task = asyncio.create_task(work())
    await asyncio.sleep(0)
    over.set_result(None)
    nap.end()
    assert await task == "on"
