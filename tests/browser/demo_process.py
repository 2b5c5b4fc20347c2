"""The demo as a process of its own, started and ended as the README says."""

import asyncio
import os
import re
import signal
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
OPENAPI = Path(os.environ.get("DISCORD_OPENAPI", ROOT.parent / "shared" / "discord-openapi.json"))
_START_SECONDS = 60.0
_END_SECONDS = 40.0


class DemoProcess:
    """One demo: all that it writes lies in `folder`, all that it starts has that path in its environment."""

    def __init__(self, folder: Path, *arguments: str, cwd: Path = ROOT, **environment: str) -> None:
        self.folder = folder
        self.cwd = cwd
        self.arguments = arguments
        self.environment = {"TMPDIR": str(folder), "SEEDREEL_TEST_OF_THE_DEMO": str(folder), **environment}
        self.said = ""
        self.complained = folder.with_name(f"{folder.name}.stderr")

    async def start(self) -> None:
        """Start it."""
        with self.complained.open("wb") as complaints:
            self.process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot", "demo", *self.arguments),
                cwd=self.cwd,
                env={**os.environ, **self.environment},
                stdout=asyncio.subprocess.PIPE,
                stderr=complaints,
            )

    async def hears(self, pattern: str, within: float = _START_SECONDS) -> str:
        """Read its output until something matches, and return that."""
        while not (found := re.search(pattern, self.said)):
            async with asyncio.timeout(within):
                line = await self.process.stdout.readline()
            assert line, f"the demo has ended without {pattern!r}:\n{self.said}{self.complaints()}"
            self.said += line.decode()
        return found[0]

    async def page(self) -> str:
        """Return the page's address, once it stands there."""
        return await self.hears(r"http://127\.0\.0\.1:\d+/")

    async def ended(self) -> int:
        """Wait for its end and return its exit code."""
        async with asyncio.timeout(_END_SECONDS):
            self.said += (await self.process.stdout.read()).decode()
            return await self.process.wait()

    async def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """End it with a signal, and return its exit code."""
        if self.process.returncode is None:
            self.process.send_signal(number)
        return await self.ended()

    def complaints(self) -> str:
        """Return what it wrote on standard error."""
        return self.complained.read_text(errors="replace")

    def bot_log(self) -> str:
        """Return the bot's log."""
        [log] = self.folder.glob("seedreel-demo-*/bot.log")
        return log.read_text(errors="replace")

    def processes(self) -> dict[int, str]:
        """Return the living processes that carry the demo's mark, by their id."""
        mark = f"SEEDREEL_TEST_OF_THE_DEMO={self.folder}".encode()
        found = {}
        for environment in Path("/proc").glob("[0-9]*/environ"):
            try:
                if mark in environment.read_bytes().split(b"\0"):
                    command = environment.with_name("cmdline").read_bytes().replace(b"\0", b" ")
                    found[int(environment.parent.name)] = command.decode(errors="replace")
            except OSError:
                continue  # it has ended meanwhile, or is not ours to read
        return found

    def left(self) -> list[str]:
        """Return what is left of it: files and processes."""
        return [*(str(path) for path in self.folder.iterdir()), *self.processes().values()]
