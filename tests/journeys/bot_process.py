"""The real bot as a process of its own, started and ended as an operator would."""

import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from sandbox.discord import DiscordStandIn
from sandbox.toapis import ProviderStandIn

ROOT = Path(__file__).parents[2]
_END_SECONDS = 40.0


class BotProcess:
    """One bot on one data folder; it may be started again and again."""

    def __init__(self, discord: DiscordStandIn, provider: ProviderStandIn, folder: Path, **settings: str) -> None:
        self._discord = discord
        self._provider = provider
        self.folder = folder
        self.settings: dict[str, str] = {"TIME_SCALE": "60", **settings}
        self.process: asyncio.subprocess.Process | None = None
        self.log = folder / "bot.log"

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
            "DATA_DIR": str(self.folder / "data"),
            "MEDIA_ALLOW_HOSTS": ",".join(sorted(hosts)),
            "LOG_LEVEL": "DEBUG",
            **self.settings,
        }

    async def start(self, *, online: bool = True) -> None:
        """Start it, and wait until members see it online."""
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "run", "--no-dotenv", cwd=ROOT, env=self.environment(), stderr=log
            )
        if not online:
            return
        up = asyncio.create_task(self._discord.wait_online(30.0))
        died = asyncio.create_task(self.process.wait())
        done, rest = await asyncio.wait({up, died}, return_when=asyncio.FIRST_COMPLETED)
        for task in rest:
            task.cancel()
        if up not in done or up.exception() is not None:
            raise AssertionError(f"the bot did not come online:\n{self.tail()}")

    async def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """End it with a signal, and return its exit code."""
        assert self.process is not None
        if self.process.returncode is None:
            self.process.send_signal(number)
        return await self.ended()

    async def ended(self) -> int:
        """Wait for its end, and return its exit code."""
        assert self.process is not None
        try:
            async with asyncio.timeout(_END_SECONDS):
                return await self.process.wait()
        except TimeoutError:
            self.process.kill()
            await self.process.wait()
            raise AssertionError(f"the bot did not end:\n{self.tail()}") from None

    async def kill(self) -> None:
        """End it as a crash would, at once."""
        await self.stop(signal.SIGKILL)

    def tail(self) -> str:
        """Return the end of its log."""
        return self.log.read_text(errors="replace")[-6000:] if self.log.exists() else ""
