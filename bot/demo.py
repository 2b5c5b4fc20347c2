"""The demo: both stand-ins and the real bot, each a process of its own, in a temporary folder. No key, no account."""

import asyncio
import contextlib
import json
import os
import signal
import sys
import tempfile
import webbrowser
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

# What a process gets to end by itself, in seconds: more than the bot's own drain.
_END_SECONDS: Final = 28.0
# What the stand-ins get to start, in seconds.
_READY_SECONDS: Final = 60.0


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


async def demo(port: int, *, fast: bool, openapi: Path | None = None, open_page: bool = True) -> int:
    """Run the demo until a signal stops it; returns the exit code."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    with tempfile.TemporaryDirectory(prefix="seedreel-demo-") as folder:
        try:
            async with _stand_ins(port, Path(folder), fast=fast, openapi=openapi) as (ready, wishes):
                return await _bot_beside(ready, wishes, Path(folder), stop, open_page=open_page)
        except DemoFailed as error:
            print(f"The demo cannot go on: {error}", file=sys.stderr)
            return 1


async def _bot_beside(
    ready: Ready, wishes: asyncio.StreamReader, folder: Path, stop: asyncio.Event, *, open_page: bool
) -> int:
    """Keep the bot running, and restart it when somebody on the page wants to see that."""
    bot = await _start_bot(ready, folder)
    print(f"\n  Seedreel's demo is at {ready.page}\n  Type /video there. Ctrl+C ends it.\n", flush=True)
    if open_page:
        await asyncio.to_thread(_open_page, ready.page)
    stopped = asyncio.create_task(stop.wait())
    try:
        while not stop.is_set():
            wish = asyncio.create_task(wishes.readline())
            died = asyncio.create_task(bot.wait())
            done, _ = await asyncio.wait({wish, died, stopped}, return_when=asyncio.FIRST_COMPLETED)
            if wish in done:
                if not wish.result():
                    raise DemoFailed("the stand-ins have ended")
                await _end(bot, signal.SIGKILL if _wish(wish.result()) == "kill" else signal.SIGTERM)
            elif died in done:
                raise DemoFailed(f"the bot has ended with exit code {bot.returncode}")
            wish.cancel()
            died.cancel()
            if not stop.is_set():
                bot = await _start_bot(ready, folder)
        return 0
    finally:
        stopped.cancel()
        await _end(bot, signal.SIGTERM)


def _wish(line: bytes) -> str:
    wish: Any = json.loads(line)
    return str(wish.get("wish", ""))


@asynccontextmanager
async def _stand_ins(
    port: int, folder: Path, *, fast: bool, openapi: Path | None
) -> AsyncIterator[tuple[Ready, asyncio.StreamReader]]:
    """Run the stand-ins as one process; its standard input ends with ours, and with it the process."""
    arguments = ["--port", str(port), "--folder", str(folder / "stand-ins"), "--until-eof"]
    arguments += ["--fast"] if fast else []
    arguments += ["--discord-openapi", str(openapi)] if openapi else []
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "sandbox",
        *arguments,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stdout is not None  # noqa: S101 - it was asked for
    try:
        yield await _read_ready(process.stdout), process.stdout
    finally:
        await _end(process, signal.SIGTERM)


async def _read_ready(lines: asyncio.StreamReader) -> Ready:
    try:
        async with asyncio.timeout(_READY_SECONDS):
            line = await lines.readline()
    except TimeoutError as error:
        raise DemoFailed("the stand-ins did not start in time") from error
    if not line:
        raise DemoFailed("the stand-ins did not start; what they said stands above")
    said: Mapping[str, Any] = json.loads(line)
    return Ready(
        page=said["page"],
        discord_api=said["discord_api"],
        discord_token=said["discord_token"],
        provider=said["provider"],
        provider_key=said["provider_key"],
        time_scale=float(said["time_scale"]),
    )


async def _start_bot(ready: Ready, folder: Path) -> asyncio.subprocess.Process:
    hosts = {urlsplit(url).netloc for url in (ready.discord_api, ready.provider)}
    settings = {
        "DISCORD_TOKEN": ready.discord_token,
        "TOAPIS_API_KEY": ready.provider_key,
        "TOAPIS_BASE_URL": ready.provider,
        "DISCORD_API_URL": ready.discord_api,
        "DATA_DIR": str(folder / "data"),
        "MEDIA_ALLOW_HOSTS": ",".join(sorted(hosts)),
        "TIME_SCALE": str(ready.time_scale),
    }
    # A session of its own: Ctrl+C reaches the demo alone, which then ends the bot as an operator would.
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "run",
        "--no-dotenv",
        env={**_plain(os.environ), **settings},
        start_new_session=True,
    )


def _plain(environ: Mapping[str, str]) -> dict[str, str]:
    """Leave out what a real bot's settings may have put into the environment."""
    ours = ("DISCORD_", "TOAPIS_", "MEDIA_ALLOW", "CLIP_DAYS", "INPUT_DAYS", "PROVIDER_SLOTS")
    return {name: value for name, value in environ.items() if not name.startswith(ours)}


async def _end(process: asyncio.subprocess.Process, number: signal.Signals) -> None:
    """End a process we started, by its own way out first."""
    if process.returncode is not None:
        return
    with contextlib.suppress(ProcessLookupError):
        process.send_signal(number)
    try:
        async with asyncio.timeout(_END_SECONDS):
            await process.wait()
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def _open_page(url: str) -> None:
    """Open the page where a browser with a screen is at hand; anything else would take the terminal over."""
    if sys.platform == "darwin" or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        with contextlib.suppress(webbrowser.Error):
            webbrowser.open(url)
