"""The demo: both stand-ins and the real bot, each a process of its own, in a temporary folder. No key, no account."""

import asyncio
import contextlib
import importlib.util
import json
import os
import signal
import socket
import sys
import tempfile
import webbrowser
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from bot.demo_bot import set_ahead

# What the bot gets to end by itself when the page asks for a restart, in seconds: more than its own drain.
_RESTART_SECONDS: Final = 28.0
# What a process gets when the demo ends, in seconds: nothing of it is needed any more.
_END_SECONDS: Final = 6.0
# What the stand-ins get to start, in seconds.
_READY_SECONDS: Final = 60.0
# Fewer than the default, so that a member who asks for three videos sees the third one wait, and its Cancel.
_SLOTS: Final = 2
_LAST_LINES: Final = 12
# With these, 15 seconds in 1080p ask first, and usual videos do not.
_PRICES: Final = Path(__file__).parents[1] / "sandbox" / "prices.toml"
# The stand-ins' exit code when something did not fit Discord's protocol.
_VIOLATED: Final = 3
_COMMANDS: Final = {"kill": "The bot crashed and is starting again.", "restart": "The bot is restarting."}


class DemoFailed(Exception):
    """The demo cannot go on; the message says why."""


@dataclass(frozen=True, slots=True)
class Ready:
    """Where the stand-ins are, and what the bot needs to speak to them."""

    page: str
    discord_api: str
    discord_token: str
    provider: str
    provider_key: str
    time_scale: float


async def demo(
    port: int, *, fast: bool, dialect: str = "auto", openapi: Path | None = None, open_page: bool = True
) -> int:
    """Run the demo until a signal stops it, which a second one hastens; returns the exit code."""
    running = asyncio.create_task(_demo(port, dialect, fast=fast, openapi=openapi, open_page=open_page))
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, running.cancel)
    await asyncio.wait({running})
    if running.cancelled():
        print("  The demo has stopped.", flush=True)
        return 0
    try:
        running.result()
    except DemoFailed as error:
        print(f"The demo can't continue: {error}", file=sys.stderr)
    return 1


async def _demo(port: int, dialect: str, *, fast: bool, openapi: Path | None, open_page: bool) -> None:
    _check(port, openapi)
    print("\n  Seedreel's demo is starting …", flush=True)
    with tempfile.TemporaryDirectory(prefix="seedreel-demo-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        async with _stand_ins(port, folder, fast=fast, openapi=openapi) as (ready, commands):
            bot = Bot(ready, folder, dialect)
            try:
                await bot.start()
                print(f"  Open {ready.page} and type /video. Press Ctrl+C to stop.")
                print(f"  The bot's log: {bot.log}\n", flush=True)
                if open_page:
                    await asyncio.to_thread(_open_page, ready.page)
                await _keep_running(bot, commands)
            finally:
                await bot.end()


def _check(port: int, openapi: Path | None) -> None:
    """Raise DemoFailed where it is clear from the start that nothing can come of it."""
    if importlib.util.find_spec("sandbox") is None:
        raise DemoFailed("it only runs in a clone of the project.")
    if importlib.util.find_spec("jsonschema_rs") is None:
        raise DemoFailed("it needs jsonschema-rs. Install it with: pip install -e '.[demo]'")
    if openapi and not openapi.is_file():
        raise DemoFailed(f"{openapi} doesn't exist.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise DemoFailed(f"port {port} is taken. Choose another one, or use --port 0 for any free port.") from None


async def _keep_running(bot: "Bot", commands: asyncio.StreamReader) -> None:
    """Restart the bot whenever the page asks for it; raises DemoFailed when a process ends."""
    while True:
        command = asyncio.create_task(commands.readline())
        died = asyncio.create_task(bot.wait_for_exit())
        try:
            await asyncio.wait({command, died}, return_when=asyncio.FIRST_COMPLETED)
            if command.done():
                await _run_command(bot, command.result())
            else:
                raise DemoFailed(f"the bot stopped with exit code {died.result()}.{_last_lines(bot.log)}")
        finally:
            command.cancel()
            died.cancel()


async def _run_command(bot: "Bot", line: bytes) -> None:
    if not line:
        raise DemoFailed(f"the stand-ins stopped.{_last_lines(bot.log.with_name('stand-ins.log'))}")
    received = json.loads(line)
    command = str(received.get("command", ""))
    if command == "later":
        bot.set_ahead(float(received["seconds"]))
        return
    print(f"  {_COMMANDS.get(command, command)}", flush=True)
    await bot.restart(signal.SIGKILL if command == "kill" else signal.SIGTERM)


class Bot:
    """The real bot, started again and again on one folder."""

    def __init__(self, ready: Ready, folder: Path, dialect: str) -> None:
        self._ready = ready
        self._dialect = dialect
        self._folder = folder
        self._process: asyncio.subprocess.Process | None = None
        self._clock = folder / "ahead"
        self.set_ahead(0.0)
        self.log = folder / "bot.log"

    async def start(self) -> None:
        """Start it, in a session of its own: Ctrl+C reaches the demo alone, which then ends it as an operator would."""
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot.demo_bot", str(self._clock)),
                stdin=asyncio.subprocess.PIPE,  # its end is ours
                env={**_plain(os.environ), **self._settings(), "TMPDIR": str(self._folder)},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def set_ahead(self, seconds: float) -> None:
        """Put its clock so far ahead, as the stand-ins' is."""
        set_ahead(self._clock, seconds)

    async def wait_for_exit(self) -> int:
        """Wait for its end, and return its exit code."""
        return await self._process.wait() if self._process else 0

    async def restart(self, number: signal.Signals) -> None:
        """End it with a signal and start it again."""
        if self._process:
            await _end(self._process, number, _RESTART_SECONDS)
        await self.start()

    async def end(self) -> None:
        """End it for good."""
        if self._process:
            await _end(self._process, signal.SIGTERM, _END_SECONDS)

    def _settings(self) -> dict[str, str]:
        ready = self._ready
        hosts = {urlsplit(url).netloc for url in (ready.discord_api, ready.provider)}
        return {
            "DISCORD_TOKEN": ready.discord_token,
            "TOAPIS_API_KEY": ready.provider_key,
            "TOAPIS_BASE_URL": ready.provider,
            "TOAPIS_DIALECT": self._dialect,
            "VERIFY_CALLBACK_URL": f"{ready.provider}/callback",
            "DISCORD_API_URL": ready.discord_api,
            "DATA_DIR": str(self._folder / "data"),
            "MEDIA_ALLOW_HOSTS": ",".join(sorted(hosts)),
            "PROVIDER_SLOTS": str(_SLOTS),
            "PRICES": str(_PRICES),
            "CONFIRM_ABOVE": "3",
            "TIME_SCALE": str(ready.time_scale),
        }


@asynccontextmanager
async def _stand_ins(
    port: int, folder: Path, *, fast: bool, openapi: Path | None
) -> AsyncIterator[tuple[Ready, asyncio.StreamReader]]:
    """Run the stand-ins as one process; its standard input ends with ours, and with it the process."""
    arguments = ["--port", str(port), "--folder", str(folder / "stand-ins"), "--until-eof"]
    arguments += ["--fast"] if fast else []
    arguments += ["--discord-openapi", str(openapi)] if openapi else []
    log_path = folder / "stand-ins.log"
    with log_path.open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "sandbox", *arguments),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
            # What it keeps for itself goes where everything of the demo goes.
            env={**os.environ, "TMPDIR": str(folder)},
            start_new_session=True,
        )
    assert process.stdout is not None  # noqa: S101 - it was asked for
    try:
        yield await _read_ready(process.stdout, log_path), process.stdout
    finally:
        await _end(process, signal.SIGTERM, _END_SECONDS)
        if process.returncode == _VIOLATED:
            raise DemoFailed(f"the bot broke Discord's protocol.{_last_lines(log_path)}")


async def _read_ready(lines: asyncio.StreamReader, log_path: Path) -> Ready:
    try:
        async with asyncio.timeout(_READY_SECONDS):
            line = await lines.readline()
    except TimeoutError:
        raise DemoFailed(f"the stand-ins didn't start in time.{_last_lines(log_path)}") from None
    if not line:
        raise DemoFailed(f"the stand-ins didn't start.{_last_lines(log_path)}")
    received: Mapping[str, Any] = json.loads(line)
    return Ready(
        page=received["page"],
        discord_api=received["discord_api"],
        discord_token=received["discord_token"],
        provider=received["provider"],
        provider_key=received["provider_key"],
        time_scale=float(received["time_scale"]),
    )


def _last_lines(log: Path) -> str:
    """Quote the end of a log, for a sentence about a process that has ended."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines() if log.exists() else []
    return "\n".join([" Its last log lines:", *(f"  {line}" for line in lines[-_LAST_LINES:])]) if lines else ""


def _plain(environ: Mapping[str, str]) -> dict[str, str]:
    """Leave out what a real bot's settings may have put into the environment."""
    ours = (
        "DISCORD_",
        "TOAPIS_",
        "MEDIA_ALLOW",
        "CLIP_DAYS",
        "INPUT_DAYS",
        "PROVIDER_SLOTS",
        "PRIVATE_ASSET",
        "VERIFY_",
        "HOME_SERVERS",
        "ELSEWHERE",
        "LOW_BALANCE",
        "PRICES",
        "CONFIRM_ABOVE",
    )
    return {name: value for name, value in environ.items() if not name.startswith(ours)}


async def _end(process: asyncio.subprocess.Process, number: signal.Signals, seconds: float) -> None:
    """End a process we started, by its own way out first; at once when this is cancelled."""
    if process.returncode is not None:
        return
    # Not through the process itself: it looks first whether it has ended, and takes its end from who waits for it.
    with contextlib.suppress(ProcessLookupError):
        os.kill(process.pid, number)
    try:
        async with asyncio.timeout(seconds):
            await process.wait()
    except TimeoutError:
        pass
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGKILL)
            await process.wait()


def _open_page(url: str) -> None:
    """Open the page where there is a screen; anything else would take the terminal over, or disturb a test."""
    screen = sys.platform == "darwin" or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    if screen and sys.stdout.isatty() and not os.environ.get("CI"):
        with contextlib.suppress(webbrowser.Error):
            webbrowser.open(url)
