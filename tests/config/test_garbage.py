"""At what the garbage collector looks, and when."""

import asyncio
import gc
import weakref
from collections.abc import Iterator

import pytest

from bot.garbage import collect_when_idle, tune_collector


class Circle:
    """An object that only a look finds once it is garbage."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def _collector() -> Iterator[None]:
    threshold, callbacks = gc.get_threshold(), list(gc.callbacks)
    yield
    gc.unfreeze()
    gc.set_threshold(*threshold)
    gc.callbacks[:] = callbacks


def test_what_outlives_two_looks_is_not_looked_at_again():
    tune_collector()
    before = gc.get_freeze_count()
    kept = [Circle() for _ in range(1000)]
    gc.collect(0)
    assert gc.get_freeze_count() < before + len(kept)
    gc.collect(1)
    assert gc.get_freeze_count() >= before + len(kept)
    gone = weakref.ref(kept.pop())
    gc.collect()
    assert gone() is not None


async def test_everything_is_looked_at_once_nobody_waits_for_an_answer():
    tune_collector()
    circle = Circle()
    gone = weakref.ref(circle)
    gc.collect(1)
    del circle
    asked: list[bool] = []

    def is_waited_for() -> bool:
        asked.append(gone() is not None)
        return len(asked) < 3

    looking = asyncio.create_task(collect_when_idle(is_waited_for, every=0.0))
    async with asyncio.timeout(20.0):
        while gone() is not None:
            await asyncio.to_thread(lambda: None)
    looking.cancel()
    assert asked[:3] == [True] * 3


async def test_everything_is_looked_at_in_the_end_even_while_somebody_waits():
    tune_collector()
    circle = Circle()
    gone = weakref.ref(circle)
    gc.collect(1)
    del circle
    looking = asyncio.create_task(collect_when_idle(lambda: True, every=0.0, longest_wait=0.0))
    async with asyncio.timeout(20.0):
        while gone() is not None:
            await asyncio.to_thread(lambda: None)
    looking.cancel()
