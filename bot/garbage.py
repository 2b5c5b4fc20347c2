"""Which objects the garbage collector looks at, and when: never at all of them while a member waits for an answer.

A collection stops the event loop for as long as it looks: a millisecond for some thousand objects, and everything that
lives is some hundred thousand. What has outlived two looks mostly stays, so it is frozen ("gc", `gc.freeze`) and no
later look pays for it. Circles that become garbage after that are found every few minutes, by a look at everything.
"""

import asyncio
import gc
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

# Objects that come until the new ones are looked at, and after how many such looks those that are left are, once more.
# CPython's 700 come twice with each command.
_NEW, _LOOKS = 2000, 3
# Real seconds between two looks at everything, the longest wait for a moment in which no one waits, and how often that
# is tried.
_EVERY: Final = 300.0
_LONGEST_WAIT: Final = 60.0
_AGAIN: Final = 0.05


def tune_collector() -> None:
    """Freeze the objects that exist by now, and from now on each object that outlives two collections."""
    gc.freeze()
    gc.set_threshold(_NEW, _LOOKS, 1)
    gc.callbacks.append(_keep)


async def collect_when_idle(
    is_waited_for: Callable[[], bool], every: float = _EVERY, longest_wait: float = _LONGEST_WAIT
) -> None:
    """Collect all garbage from time to time, until cancelled: while no member waits, if such a moment comes."""
    while True:
        await asyncio.sleep(every)
        with suppress(TimeoutError):
            async with asyncio.timeout(longest_wait):
                while is_waited_for():  # noqa: ASYNC110 - members come and go; a moment will do
                    await asyncio.sleep(_AGAIN)
        gc.unfreeze()
        gc.collect()
        gc.freeze()


def _keep(phase: str, info: dict[str, Any]) -> None:
    if phase == "stop" and info["generation"] > 0:
        gc.freeze()
