"""Waits that something else ends early."""

import asyncio

import pytest

from bot.nap import Nap
from tests.studio.fakes import until


async def forever() -> None:
    await asyncio.Event().wait()


async def test_a_wait_goes_to_its_end() -> None:
    nap = Nap()
    nap.end()
    with nap:
        await asyncio.sleep(0)
    assert not nap.ended, "what is ended beforehand is not remembered"


async def test_a_wait_that_is_ended_lets_its_task_go_on() -> None:
    nap, gate, ended = Nap(), asyncio.Event(), list[bool]()

    async def work() -> None:
        with nap:
            await forever()
        ended.append(nap.ended)
        await gate.wait()
        with nap:
            await asyncio.sleep(0)
        ended.append(nap.ended)

    task = asyncio.create_task(work())
    await asyncio.sleep(0)
    nap.end()
    nap.end()
    await asyncio.sleep(0)
    gate.set()
    await task
    assert (ended, task.cancelling()) == ([True, False], 0)


@pytest.mark.parametrize("first", ["the nap's end", "the cancellation"])
async def test_a_task_that_is_cancelled_while_its_wait_is_ended_is_cancelled(first: str) -> None:
    nap, begun = Nap(), asyncio.Event()

    async def work() -> None:
        begun.set()
        with nap:
            await forever()
        await forever()

    task = asyncio.create_task(work())
    await begun.wait()
    for end in [nap.end, task.cancel] if first == "the nap's end" else [task.cancel, nap.end]:
        end()
    await until(task.done)
    assert task.cancelled()


async def test_a_wait_that_ends_by_itself_at_the_same_moment_is_ended_once() -> None:
    nap, over = Nap(), asyncio.get_running_loop().create_future()

    async def work() -> str:
        with nap:
            await over
        await asyncio.sleep(0)
        return "on"

    task = asyncio.create_task(work())
    await asyncio.sleep(0)
    over.set_result(None)
    nap.end()
    assert await task == "on"


async def test_an_error_of_what_is_waited_for_is_raised_though_the_wait_was_ended() -> None:
    nap, failing = Nap(), asyncio.get_running_loop().create_future()

    async def work() -> None:
        with nap:
            try:
                await failing
            finally:
                raise OSError("its own")

    task = asyncio.create_task(work())
    await asyncio.sleep(0)
    nap.end()
    with pytest.raises(OSError, match="its own"):
        await task
