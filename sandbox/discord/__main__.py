"""Run the stand-in alone: python -m sandbox.discord --port 8770."""

import argparse
import asyncio
import signal
from pathlib import Path

from sandbox.clock import Clock
from sandbox.discord import Control, DiscordStandIn
from sandbox.ledger import Ledger


async def _run(port: int, openapi: Path | None) -> None:
    clock, stopped = Clock(), asyncio.Event()
    loop = asyncio.get_running_loop()
    for one in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(one, stopped.set)
    controls = [Control("later", "Skip 15 minutes")]
    ledger = Ledger(clock)
    async with DiscordStandIn(clock=clock, ledger=ledger, port=port, openapi=openapi, controls=controls) as discord:
        print(f"page  {discord.url}/\nREST  {discord.url}/api/v10\ntoken {discord.token}", flush=True)
        await stopped.wait()


def main() -> None:
    """Read the command line and serve until SIGINT or SIGTERM."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.discord", description=__doc__)
    parser.add_argument("--port", type=int, default=8770)
    parser.add_argument("--discord-openapi", type=Path, default=None)
    asked = parser.parse_args()
    asyncio.run(_run(asked.port, asked.discord_openapi))


if __name__ == "__main__":
    main()
