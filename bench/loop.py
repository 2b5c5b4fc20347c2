"""How late the bot's event loop is while commands are acknowledged, videos are asked about and the store writes.

Beside it a bare discord.py client that acknowledges the same commands, and has neither videos nor a store.
"""

import asyncio
import signal
from array import array
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from bench.acknowledging import BARE, WARM, Load, running
from bench.measure import Aim, Effort, Figure, Of, percentile
from bench.probe import WRITTEN
from tests.journeys.bot_process import BotProcess

_AIMS = {"p99.9": (0.999, Aim(10.0, Of.VALUE)), "worst": (1.0, Aim(25.0, Of.VALUE))}


async def run(effort: Effort) -> Sequence[Figure]:
    """Measure the loads of `ack`."""
    figures = []
    for load in (Load(50, effort.of(4.0, 0.3)), Load(200, effort.of(4.0, 0.2), effort.of(1000, 20))):
        ours, bare = await effort.interleaved(
            partial(_late, effort, effort.module(f"loop-{load.per_second}"), load), partial(_late, effort, BARE, load)
        )
        figures += [
            Figure(
                f"late, {name} at {load}",
                "ms",
                tuple(percentile(late, part) for late in ours),
                tuple(percentile(late, part) for late in bare),
                aim,
            )
            for name, (part, aim) in _AIMS.items()
        ]
    return figures


async def _late(effort: Effort, module: tuple[str, ...], load: Load) -> list[float]:
    """Return how late the loop was, every two milliseconds, in milliseconds."""
    file = effort.scratch / "late"
    async with running(effort, ("bench.probe", str(file), *module), load.in_flight) as (discord, process):
        await discord.load(load.per_second, effort.of(WARM, 0.1))
        await _taken(process, file, 1)
        await discord.load(load.per_second, load.seconds)
        return await _taken(process, file, 2)


async def _taken(process: BotProcess, file: Path, times: int) -> list[float]:
    """Have the latenesses since the last time written by a probed process, and read them, in milliseconds."""
    process.send(signal.SIGUSR1)
    await process.says(WRITTEN.format(times))
    late = array("d")
    late.frombytes(await asyncio.to_thread(file.read_bytes))
    return [seconds * 1000 for seconds in late]
