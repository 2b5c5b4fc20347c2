"""A press on a message with a video that has just come: the video's row is about to say that it was delivered."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from bot.domain.job import Job
from bot.domain.stages import Stage

# Real seconds before each further look: together less than Discord waits for the first response to the press.
_LOOKS: Final = (0.05, 0.1, 0.2, 0.4, 0.6)


async def find_posted(
    find: Callable[[], Awaitable[Job | None]],
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    looks: Sequence[float] = _LOOKS,
) -> Job | None:
    """Find a job that was pressed on; where it is being delivered, look again for a moment until it was.

    Any process may write that, so that the row itself is looked at. `looks`: how long to `sleep` before each.
    """
    job = await find()
    for seconds in looks:
        if job is None or job.stage is not Stage.DELIVERING:
            break
        await sleep(seconds)
        job = await find()
    return job
