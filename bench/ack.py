"""How long a command takes from its frame at the gateway to the arrival of its acknowledgement's request.

Beside it a bare discord.py client whose command only defers. Commands are sent at fixed times, whatever comes back.
"""

from collections.abc import Sequence
from functools import partial

from bench.acknowledging import BARE, Load, acknowledged
from bench.measure import Aim, Effort, Figure

_AIMS = {"p50": (0.5, Aim(1.25)), "p99": (0.99, Aim(1.5))}


async def run(effort: Effort) -> Sequence[Figure]:
    """Measure both loads: a quiet bot, and one with many videos in flight."""
    figures = []
    for load in (
        Load(50, effort.of(4.0, 0.3)),
        Load(200, effort.of(3.0, 0.2), effort.of(1000, 20)),
    ):
        ours, bare = await effort.interleaved(
            partial(acknowledged, effort, effort.module(f"ack-{load.per_second}"), load),
            partial(acknowledged, effort, BARE, load),
        )
        figures += [
            Figure(
                f"{name} at {load}",
                "ms",
                tuple(delays.at(part) for delays in ours),
                tuple(delays.at(part) for delays in bare),
                aim,
            )
            for name, (part, aim) in _AIMS.items()
        ]
    return figures
