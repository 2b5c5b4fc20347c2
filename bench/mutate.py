"""A mutation run: one small change of the code at a time, and whether a quick test notices it.

Run by `python -m bench.mutate studio replies storage toapis`; a room is named by its folder in bot, or by the path of
a folder or file (`bot/studio/delivery`, `cogs/video.py`). The tests are those of the rooms' folders (tests/studio and
so on), or those that `--tests` names. First they run once as they are, watched: a mutant then runs only those that
enter its function, the quickest first, and those of its whole file where it lies in none. The changes are drawn at
random: `--count` of each room, by the `--seed` that is printed. A survivor is printed with its file, line and change.

Why not mutmut (3.8): it changes no constants outside of functions, where our limits are, and no SQL; it wraps every
function, and async generators behaved differently in it (its issues 406, 525).

Work is done in copies of the tree in the temporary folder. A mutant whose tests take ten times as long as they
should, or grow beyond 4 GB, counts as noticed.
"""

import argparse
import contextlib
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import Queue

from bench.mutants import Mutant, mutants

ROOT = Path(__file__).parent.parent
_LEFT_OUT = shutil.ignore_patterns(".*", "__pycache__", "*.egg-info", "pictures")
_PYTEST = (sys.executable, "-m", "pytest", "-n0", "-q", "-x", "--no-header", "--no-summary", "-p", "bench.touched")
_MAX_MEMORY = 4 * 2**30
# Seconds that a mutant's tests may take: some for the start, and so many times what they took unchanged.
_START, _TIMES = 40.0, 10.0
_FAILED = 1

Tests = dict[str, tuple[float, dict[str, list[int]]]]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A mutant, and the path of its file from the tree's root."""

    path: str
    mutant: Mutant

    def __str__(self) -> str:
        return f"{self.path}:{self.mutant.line}: {self.mutant}"


def sources(room: str) -> list[str]:
    """List the files of a room, by paths from the tree's root."""
    found = next((path for path in (ROOT / room, ROOT / "bot" / room) if path.exists()), None)
    if found is None:
        raise SystemExit(f"there is no {room}")
    files = sorted(found.rglob("*.py")) if found.is_dir() else [found]
    return [str(path.relative_to(ROOT)) for path in files]


def tests_of(files: list[str]) -> list[str]:
    """List the folders of the tests of those files: tests/ and the room's name."""
    parts = [Path(file).parts for file in files]
    rooms = {part[1] if part[0] == "bot" else part[0] for part in parts}
    return sorted(f"tests/{room}" for room in rooms if (ROOT / "tests" / room).is_dir())


def draw(files: list[str], count: int, rng: random.Random) -> list[Drawn]:
    """Draw that many mutants of the files; 0 for all."""
    texts = {path: (ROOT / path).read_text(encoding="utf-8") for path in files}
    every = [Drawn(path, mutant) for path, text in texts.items() for mutant in mutants(text)]
    rng.shuffle(every)
    drawn: list[Drawn] = []
    for one in every:
        if count and len(drawn) == count:
            break
        if one.mutant.compiles(texts[one.path]):
            drawn.append(one)
    return drawn


@contextlib.contextmanager
def copied() -> Iterator[Path]:
    """Make a copy of the tree for as long as the block lasts."""
    with tempfile.TemporaryDirectory(prefix="seedreel-mutants-") as folder:
        tree = Path(folder) / "tree"
        shutil.copytree(ROOT, tree, ignore=_LEFT_OUT)
        yield tree


def watched(tests: list[str], seed: int) -> Tests:
    """Run the tests on the code as it is, and return what each of them entered; exits where one fails."""
    with copied() as tree:
        entered = tree / "entered.json"
        ended = subprocess.run(
            [*_PYTEST, f"--hypothesis-seed={seed}", *tests],
            cwd=tree,
            env=os.environ | {"MUTATE_WATCH": str(entered)},
            check=False,
        )
        if ended.returncode != 0:
            raise SystemExit("the tests fail on the code as it is")
        found: Tests = json.loads(entered.read_text(encoding="utf-8"))
        return found


def able(tests: Tests, drawn: Drawn) -> list[str]:
    """List the tests that may notice a mutant, the quickest first."""
    line = drawn.mutant.function
    of_file = {name: test for name, test in tests.items() if drawn.path in test[1]}
    if line is None:
        found = of_file or tests
    else:
        found = {name: test for name, test in of_file.items() if line in test[1][drawn.path]}
    return sorted(found, key=lambda name: found[name][0])


def judge(tree: Path, drawn: Drawn, tests: Tests, seed: int) -> str:
    """Run a mutant's tests in that tree; returns what became of it."""
    names = able(tests, drawn)
    if not names:
        return "entered by no test"
    file, only = tree / drawn.path, tree / "only.json"
    text = file.read_text(encoding="utf-8")
    only.write_text(json.dumps(names), encoding="utf-8")
    file.write_text(drawn.mutant.of(text), encoding="utf-8")
    seconds = _START + _TIMES * sum(tests[name][0] for name in names)
    try:
        code = _run([*_PYTEST, f"--hypothesis-seed={seed}", *_files(names)], tree, only, seconds)
    finally:
        file.write_text(text, encoding="utf-8")
    return {None: "noticed (too long)", _FAILED: "noticed", 0: "survives"}.get(code, "noticed (at import)")


def _files(names: list[str]) -> list[str]:
    return list(dict.fromkeys(name.partition("::")[0] for name in names))


def _run(command: list[str], tree: Path, only: Path, seconds: float) -> int | None:
    """Return the exit code, None where the time was over."""
    process = subprocess.Popen(
        command,
        cwd=tree,
        env=os.environ | {"MUTATE_ONLY": str(only), "PYTHONDONTWRITEBYTECODE": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=_limit_memory,  # noqa: PLW1509 - it calls nothing that a thread may hold
    )
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        return None
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _limit_memory() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MAX_MEMORY, _MAX_MEMORY))


def run(drawn: list[Drawn], tests: Tests, seed: int, jobs: int) -> dict[Drawn, str]:
    """Judge every mutant, so many at a time; survivors are printed as they are found."""
    trees: Queue[Path] = Queue()
    ends: dict[Drawn, str] = {}

    def one(each: Drawn) -> None:
        tree = trees.get()
        try:
            ends[each] = judge(tree, each, tests, seed)
        finally:
            trees.put(tree)
        if not ends[each].startswith("noticed"):
            print(f"{each}   [{ends[each]}]", flush=True)

    with contextlib.ExitStack() as stack, ThreadPoolExecutor(jobs) as pool:
        for _ in range(jobs):
            trees.put(stack.enter_context(copied()))
        list(pool.map(one, drawn))
    return ends


def main() -> int:
    """Run it by hand; the exit code is 1 where a mutant survives."""
    parser = argparse.ArgumentParser(prog="python -m bench.mutate", description=__doc__.partition("\n")[0])
    parser.add_argument("rooms", nargs="+", metavar="ROOM")
    parser.add_argument("--tests", nargs="+", help="folders or files of tests in place of the rooms' own")
    parser.add_argument("--count", type=int, default=100, help="mutants of each room; 0: all")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    given = parser.parse_args()
    began = time.monotonic()
    print(f"seed {given.seed}", flush=True)
    files = {room: sources(room) for room in given.rooms}
    rng = random.Random(given.seed)
    drawn = [one for room in files.values() for one in draw(room, given.count, rng)]
    tests = watched(given.tests or tests_of([path for room in files.values() for path in room]), given.seed)
    ends = run(drawn, tests, given.seed, given.jobs)
    counted = ", ".join(f"{count} {end}" for end, count in Counter(ends.values()).most_common())
    print(f"{len(drawn)} mutants in {time.monotonic() - began:.0f} s: {counted}")
    return int(any(not end.startswith("noticed") for end in ends.values()))


if __name__ == "__main__":
    sys.exit(main())
