"""Run both stand-ins in one process: python -m sandbox.

Standard output is JSON, a line each: first where everything is (`"ready": true`), then what the page's strip asks of
the process that runs the bot: `{"command": "restart"}`, `{"command": "kill"}`, and, for how far the page's clock is
ahead in all, `{"command": "later", "seconds": 900.0}`. The log goes to standard error.
"""

import argparse
import asyncio
import json
import logging
import os
import signal
import sys
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from sandbox.clock import Clock
from sandbox.discord import Control, DiscordStandIn, Settings
from sandbox.faults import Faults
from sandbox.ledger import Ledger
from sandbox.toapis import ProviderSettings, ProviderStandIn

log = logging.getLogger("sandbox")
VIOLATED = 3
"""The exit code when something did not fit Discord's protocol; each case stands in the log."""
CONTROLS = (
    Control("finish", "Finish now"),
    Control("fail", "Fail now"),
    Control("sound", "Reject the audio"),
    Control("refuse", "Reject the next request"),
    Control("slow", "Slow down"),
    Control("late", "Delay downloads"),
    Control("filter", "Block a word"),
    Control("later", "Skip 15 minutes"),
    Control("restart", "Restart the bot"),
    Control("kill", "Crash the bot"),
)
_WORDS = {"dragon": 200000}
"""The word that the server's AutoMod blocks, and Discord's code for it."""
_LATE = 420.0
"""Long enough, in seconds of the provider's pace, for the bot to hand the address on meanwhile."""
UNHURRIED = ProviderSettings(run_seconds=(150.0, 210.0), time_scale=9.0, renders=2)
"""About twenty seconds a video, in full size."""
FAST = ProviderSettings(run_seconds=(150.0, 210.0), time_scale=60.0, renders=2, size_scale=0.5)
"""About three seconds a video, in half its width and height."""


def arguments(words: Sequence[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m sandbox", description="Run the stand-ins for Discord and ToAPIs.")
    parser.add_argument("--port", type=int, default=8765, help="of the page and of Discord; 0 for any free one")
    parser.add_argument("--fast", action="store_true", help="videos in about three seconds, and smaller")
    parser.add_argument("--discord-openapi", type=Path, metavar="PATH", help="check Discord's bodies against this file")
    parser.add_argument("--folder", type=Path, help="keep clips here; a temporary folder when left out")
    parser.add_argument("--until-eof", action="store_true", help="stop when standard input ends")
    return parser.parse_args(words)


class Strip:
    """What the page's controls do to the provider and the servers, and what they ask of the bot's parent process."""

    def __init__(self, provider: ProviderStandIn, stop: asyncio.Event) -> None:
        self._provider = provider
        self._stop = stop
        self._slow = self._late = False
        self._filters: dict[str, int] = {}

    def rule(self, discord: DiscordStandIn) -> None:
        """Take over the filters of the servers, too."""
        for guild in discord.world.guilds.values():
            guild.filters = self._filters

    async def pressed(self, name: str, value: Any) -> dict[str, bool] | None:
        """Do what the control `name` says; a toggle answers how it stands now."""
        match name:
            case "finish":
                self._provider.finish_now()
                self._provider.assets.finish()
            case "fail":
                self._provider.fail()
            case "sound":
                self._provider.fail(code="OutputAudioSensitiveContentDetected", message="The sound was refused")
            case "refuse":
                self._provider.refuse_next("policy")
            case "slow":
                self._slow = value if isinstance(value, bool) else not self._slow
                self._provider.be_slow(on=self._slow)
                return {"on": self._slow}
            case "late":
                self._late = value if isinstance(value, bool) else not self._late
                self._provider.files_late(_LATE if self._late else 0.0)
                return {"on": self._late}
            case "filter":
                on = value if isinstance(value, bool) else not self._filters
                self._filters.clear()
                self._filters.update(_WORDS if on else {})
                return {"on": on}
            case "restart" | "kill":
                self._command(name)
            case _:
                log.warning("no control is called %s", name)
        return None

    def moved(self, seconds: float) -> None:
        """Ask that the bot's clock be set as far ahead as ours was moved."""
        self._command("later", seconds=seconds)

    def _command(self, command: str, **more: float) -> None:
        try:
            say({"command": command, **more})
        except BrokenPipeError:
            # The reader has gone.
            self._stop.set()


def say(line: dict[str, Any]) -> None:
    """Print one JSON line on standard output."""
    print(json.dumps(line), flush=True)


def hurried(scale: float) -> Settings:
    """Return Discord with rate limits whose windows pass `scale` times as fast, as everything does that is limited."""
    plain = Settings()

    def faster(rate: tuple[int, float] | None) -> tuple[int, float] | None:
        return (rate[0], rate[1] / scale) if rate else None

    return replace(
        plain,
        webhook_rate=faster(plain.webhook_rate),
        webhook_channel_rate=faster(plain.webhook_channel_rate),
        post_rate=faster(plain.post_rate),
        old_edit_rate=faster(plain.old_edit_rate),
    )


async def serve(asked: argparse.Namespace, folder: Path) -> list[str]:
    """Run both stand-ins until a signal, or the end of standard input where that was asked for.

    Returns what did not fit Discord's protocol.
    """
    stop, clock = _stop_signal(until_eof=asked.until_eof), Clock()
    ledger = Ledger(clock)
    settings = FAST if asked.fast else UNHURRIED
    faults = Faults(ledger)
    async with ProviderStandIn(clock=clock, ledger=ledger, faults=faults, settings=settings, folder=folder) as provider:
        strip = Strip(provider, stop)
        async with DiscordStandIn(
            clock=clock,
            ledger=ledger,
            port=asked.port,
            openapi=asked.discord_openapi,
            settings=hurried(settings.time_scale),
            controls=CONTROLS,
            on_control=strip.pressed,
        ) as discord:
            strip.rule(discord)
            clock.on_advance(lambda: strip.moved(clock.moved))
            say({
                "ready": True,
                "page": f"{discord.url}/",
                "discord_api": f"{discord.url}/api/v10",
                "discord_token": discord.token,
                "application_id": discord.application_id,
                "provider": provider.url,
                "provider_key": provider.key,
                "callback_url": provider.callback_url,
                "time_scale": settings.time_scale,
            })  # fmt: skip
            await stop.wait()
        return discord.violations


def _report(violations: list[str]) -> int:
    for violation in violations:
        log.error("violation: %s", violation)
    return VIOLATED if violations else 0


def _stop_signal(*, until_eof: bool) -> asyncio.Event:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)

    def watch() -> None:
        while os.read(0, 4096):
            pass
        try:
            loop.call_soon_threadsafe(stop.set)
        except RuntimeError:
            # The loop has ended for another reason, and the process with it.
            return

    if until_eof:
        threading.Thread(target=watch, name="standard input", daemon=True).start()
    return stop


def main() -> int:
    """Serve, and return the exit code."""
    asked = arguments(sys.argv[1:])
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
    with tempfile.TemporaryDirectory(prefix="seedreel-sandbox-") as temporary:
        try:
            return _report(asyncio.run(serve(asked, asked.folder or Path(temporary))))
        except OSError as error:
            print(f"The stand-ins cannot run on port {asked.port}: {error}", file=sys.stderr)
            return 1


if __name__ == "__main__":
    sys.exit(main())
