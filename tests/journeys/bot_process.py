"""The real bot as a process of its own, started and ended as an operator would."""

import asyncio
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from sandbox.discord import DiscordStandIn
from sandbox.toapis import ProviderStandIn
from tests.journeys import warm

ROOT = Path(__file__).parents[2]
Process = asyncio.subprocess.Process | warm.WarmProcess
_END_SECONDS = 40.0


class BotProcess:
    """One bot on one data folder; it may be started again and again. `log` is what it wrote in all its lives."""

    def __init__(self, discord: DiscordStandIn, provider: ProviderStandIn, folder: Path, **settings: str) -> None:
        self._discord = discord
        self._provider = provider
        self.folder = folder
        # How many videos at once is a matter of the tests of limits alone.
        self.settings: dict[str, str] = {"TIME_SCALE": "60", "MEMBER_VIDEOS_AT_ONCE": "100", **settings}
        self.root = ROOT
        """The folder that holds the bot's packages."""
        self.module: tuple[str, ...] = ("bot",)
        self.words: tuple[str, ...] = ("run",)
        """The command."""
        self.beside = False
        """Whether another bot may be at the gateway when this one has ended."""
        self.before: Sequence[str] = ()
        """What stands before the command, such as a program that takes rights away."""
        self.warm = True
        """Whether it begins with everything imported, where that makes no difference but to the time it takes."""
        self._machine: Path | None = None
        self.process: Process | None = None
        self.log = ""
        self.unheard = False
        """Whether nobody reads its log from its next start on: the reader of its standard error has gone."""
        self._reading: asyncio.Task[None] | None = None

    @property
    def data(self) -> Path:
        """Return the bot's DATA_DIR."""
        return self.folder / "data"

    def on_machine_with_clock(self, file: Path) -> None:
        """From its next start on, run on a machine whose clock is as far ahead as that file says."""
        self._machine = file

    @property
    def alive(self) -> bool:
        """Tell whether the process runs."""
        return self.process is not None and self.process.returncode is None

    def environment(self) -> Mapping[str, str]:
        """Build the settings: the stand-ins, and nothing of what this machine may have set."""
        hosts = {urlsplit(url).netloc for url in (self._discord.url, self._provider.url)}
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
        return {
            **kept,
            "DISCORD_TOKEN": self._discord.token,
            "TOAPIS_API_KEY": self._provider.key,
            "TOAPIS_BASE_URL": self._provider.url,
            "DISCORD_API_URL": f"{self._discord.url}/api/v10",
            "DATA_DIR": str(self.data),
            "MEDIA_ALLOW_HOSTS": ",".join(sorted(hosts)),
            "VERIFY_CALLBACK_URL": self._provider.callback_url,
            "LOG_LEVEL": "DEBUG",
            **self.settings,
        }

    async def start(self, *, online: bool = True) -> None:
        """Start it, and wait until members see it online."""
        reader, writer = os.pipe()
        self.process = await self._begun(writer if self.unheard else None)
        os.close(writer)
        os.close(reader)
        self._reading = asyncio.create_task(self._read(self.process))
        if not online:
            return
        up = asyncio.create_task(self._discord.wait_online(30.0))
        died = asyncio.create_task(self.process.wait())
        done, rest = await asyncio.wait({up, died}, return_when=asyncio.FIRST_COMPLETED)
        for task in rest:
            task.cancel()
        if up not in done or up.exception() is not None:
            raise AssertionError(f"the bot did not come online:\n{self.tail()}")

    async def _begun(self, stderr: int | None) -> Process:
        """Begin a process: a warm one where it may be, and is the whole bot as it stands here, with every right."""
        if self.warm and not self.before and (self.root, self.module) == (ROOT, ("bot",)):
            files = {} if stderr is None else {2: stderr}
            return await warm.start(self.root, self.environment(), files, self.words, self._machine)
        assert self._machine is None, "only a warm process runs on another machine"
        return await asyncio.create_subprocess_exec(
            *(*self.before, sys.executable, "-m", *self.module, *self.words, "--no-dotenv"),
            cwd=self.root,
            env=self.environment(),
            stderr=asyncio.subprocess.PIPE if stderr is None else stderr,
        )

    async def _read(self, process: Process) -> None:
        if process.stderr is None:
            return
        while chunk := await process.stderr.read(65_536):
            self.log += chunk.decode(errors="replace")
            self._discord.ledger.touch()

    def send(self, number: signal.Signals = signal.SIGTERM) -> None:
        """Send it a signal."""
        assert self.process is not None
        self.process.send_signal(number)

    async def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """End it with a signal, and return its exit code."""
        if self.alive:
            self.send(number)
        return await self.ended()

    async def ended(self) -> int:
        """Wait for its end, and return its exit code."""
        assert self.process is not None
        assert self._reading is not None
        try:
            async with asyncio.timeout(_END_SECONDS):
                code = await self.process.wait()
        except TimeoutError:
            self.process.kill()
            await self.process.wait()
            raise AssertionError(f"the bot did not end:\n{self.tail()}") from None
        await self._reading
        if not self.beside:
            await self._discord.gateway.wait_offline()
        return code

    async def restart(self, number: signal.Signals) -> None:
        """End it with a signal, as an operator or as a crash would, and start it anew."""
        code = await self.stop(number)
        assert code == (0 if number is signal.SIGTERM else -number), self.tail()
        await self.start()

    async def says(self, words: str) -> None:
        """Wait until its log holds these words: for what cannot be seen from outside."""
        await self._discord.ledger.until(lambda: words in self.log, what=f"{words!r} in the bot's log")

    def tail(self) -> str:
        """Return the end of its log."""
        return self.log[-6000:]
