"""A random machine over one folder of input files: three processes store, use, give up and sweep at the same time.

What one of them holds, or what is written down, is there whenever it is looked for; what nobody uses goes in the end.
"""

import asyncio
import hashlib
import os
import threading
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from bot.domain.media import MediaFormat, StoredFile
from bot.media.disk import new_part
from bot.media.facts import Facts
from bot.media.images import Images
from bot.media.input_files import InputFiles
from bot.media.recode import Recoder
from tests.faults.conftest import seed_of

PROCESSES, STEPS, CONTENTS = 3, 400, 6
FACTS = Facts(10, 10, None)
LONG_AGO = 1_000_000_000


class Machine:
    """One folder, and what stands in the rows of all processes, with the days of files going by."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder = folder
        self.rng = Random(seed)
        self.rows = Counter[str]()
        self.files: dict[str, StoredFile] = {}
        self.held = Counter[str]()
        self.sweeping = 0
        self.lock = threading.Lock()

    def grow_old(self) -> None:
        """Let an hour pass for what nobody holds: whoever holds a file, or sweeps, does so for less."""
        with self.lock:
            for path in self.folder.glob("*.png") if not self.sweeping else ():
                if not self.held[path.stem]:
                    os.utime(path, (LONG_AGO, LONG_AGO))

    def holds(self, sha256: str, by: int) -> None:
        with self.lock:
            self.held[sha256] += by

    def sweeps(self, by: int) -> None:
        with self.lock:
            self.sweeping += by

    def write_down(self, stored: StoredFile) -> None:
        with self.lock:
            self.rows[stored.sha256] += 1
            self.files[stored.sha256] = stored

    def pass_days(self, rng: Random) -> None:
        """Let one row's files be past their days."""
        with self.lock:
            known = [sha256 for sha256, count in self.rows.items() if count]
            if known:
                self.rows[rng.choice(known)] -= 1

    async def in_use(self) -> set[str]:
        with self.lock:
            return {sha256 for sha256, count in self.rows.items() if count > 0}


class Process(threading.Thread):
    """One process, as far as its files go; it knows no more of the others than the folder and the rows."""

    def __init__(self, machine: Machine, seed: int) -> None:
        super().__init__()
        self.machine = machine
        self.rng = Random(seed)
        self.files = InputFiles(machine.folder, Images(), Recoder(), alone=False)
        self.wrong: list[str] = []

    def run(self) -> None:
        asyncio.run(self.work())

    async def work(self) -> None:
        for step in range(STEPS):
            match self.rng.choice(["store", "store", "reuse", "reuse", "sweep", "age", "days"]):
                case "store":
                    await self.request(step, None)
                case "reuse":
                    with self.machine.lock:
                        known = sorted(self.machine.files)
                    if known:
                        await self.request(step, self.machine.files[self.rng.choice(known)])
                case "sweep":
                    self.machine.sweeps(1)
                    await asyncio.to_thread(self.files.sweep, await self.machine.in_use())
                    self.machine.sweeps(-1)
                case "age":
                    self.machine.grow_old()
                case "days":
                    self.machine.pass_days(self.rng)

    async def request(self, step: int, stored: StoredFile | None) -> None:
        """Take a file in for a request, which is then accepted or refused."""
        content = str(self.rng.randrange(CONTENTS)).encode()
        sha256 = stored.sha256 if stored else await asyncio.to_thread(_digest, content)
        self.machine.holds(sha256, 1)
        try:
            if stored is None:
                part = await asyncio.to_thread(new_part, self.machine.folder)
                part.write_bytes(content)
                stored = await asyncio.to_thread(self.files.store, part, MediaFormat.PNG, FACTS)
            elif not await self.files.reuse(stored):
                return
            await asyncio.sleep(0)
            if self.files.path(stored) is None:
                self.wrong.append(f"step {step}: gone while it was held")
            if self.rng.random() < 0.5:
                self.machine.write_down(stored)
                self.files.release([stored])
            else:
                await self.files.discard([stored], self.machine.in_use)
            if stored.sha256 in await self.machine.in_use() and self.files.path(stored) is None:
                self.wrong.append(f"step {step}: gone though it is written down")
        finally:
            self.machine.holds(sha256, -1)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> int:
    return seed_of(request.config)


async def test_what_is_used_stays_and_what_is_not_goes(tmp_path: Path, seed: int) -> None:
    machine = Machine(tmp_path, seed)
    processes = [Process(machine, machine.rng.randrange(2**32)) for _ in range(PROCESSES)]
    for process in processes:
        process.start()
    for process in processes:
        await asyncio.to_thread(process.join)
    assert [process.wrong for process in processes] == [[]] * PROCESSES
    in_use = await machine.in_use()
    assert in_use <= {path.stem for path in tmp_path.iterdir()}
    machine.grow_old()
    processes[0].files.sweep(in_use)
    assert {path.stem for path in tmp_path.iterdir()} == in_use
