"""Measure what the bot costs, beside what its libraries cost: `python -m bench [NAME ...]`.

Prints a table of every figure: the median of the interleaved pairs with its spread, the yardstick's, the ratio, the
aim. `--json FILE` writes every value, `--quick` runs each bench as small as it goes (its figures mean nothing),
`--profile` names the functions that took the most time. Ends with 0 whether the aims are met or not.
"""

import argparse
import asyncio
import json
import pstats
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import cast

from bench.measure import Bench, Effort, Figure, machine

NAMES = ("ack", "loop", "neighbour", "poll", "flight", "deliver", "history", "start", "pace", "scale", "whole")
HEADING = ("bench", "what", "ours", "yardstick", "ratio", "aim", "met")
_PROFILE_LINES = 25


def bench_of(name: str) -> Bench:
    """Find a bench: the function `run` of the module of its name."""
    return cast("Bench", import_module(f"bench.{name}").run)


async def run(names: Sequence[str], *, quick: bool, pairs: int, profile: bool) -> dict[str, Sequence[Figure]]:
    """Run benches one after the other, printing their figures as they come."""
    print(_line(HEADING), _line("-" * len(HEADING)), sep="\n", flush=True)
    taken = {}
    for name in names:
        with tempfile.TemporaryDirectory() as folder:
            scratch, profiles = Path(folder) / "scratch", Path(folder) / "profiles"
            scratch.mkdir()
            profiles.mkdir()
            effort = Effort(scratch, quick, 1 if quick else pairs, profiles if profile else None)
            taken[name] = await bench_of(name)(effort)
            for figure in taken[name]:
                print(_line((f"`{name}`", *figure.cells())), flush=True)
            for file in sorted(profiles.glob("*.prof")):
                print(f"\n{file.name}")
                pstats.Stats(str(file)).sort_stats("tottime").print_stats(_PROFILE_LINES)
    return taken


def main(arguments: Sequence[str]) -> int:
    """Run the benches that are named, or all."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure what the bot costs.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of {', '.join(NAMES)}; all where none is named")
    parser.add_argument("--quick", action="store_true", help="as small as it goes: shows that each bench still works")
    parser.add_argument("--pairs", type=int, default=5, help="interleaved pairs of each measurement (5)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every value there")
    parser.add_argument("--profile", action="store_true", help="name the functions that took the most time")
    asked = parser.parse_args(arguments)
    if unknown := [name for name in asked.names if name not in NAMES]:
        parser.error(f"there is no bench {', '.join(unknown)}; there are {', '.join(NAMES)}")
    if asked.pairs < 1:
        parser.error("--pairs has to be 1 or more")
    on = machine()
    print(", ".join(on.values()), end="\n\n")
    taken = asyncio.run(run(asked.names or NAMES, quick=asked.quick, pairs=asked.pairs, profile=asked.profile))
    if asked.json:
        figures = {name: [asdict(figure) for figure in of] for name, of in taken.items()}
        asked.json.write_text(json.dumps({"machine": on, "figures": figures}, indent=2) + "\n", encoding="utf-8")
    return 0


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
