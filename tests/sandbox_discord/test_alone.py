"""The stand-in as a program of its own, and with faults put before it."""

import asyncio
import signal
import sys
from pathlib import Path

import aiohttp
from aiohttp import web

from sandbox.clock import Clock
from sandbox.discord import DiscordStandIn
from sandbox.ledger import Ledger


async def test_it_runs_alone_until_it_is_told_to_stop() -> None:
    root = Path(__file__).parents[2]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "sandbox.discord", "--port", "0", cwd=root, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    lines = [(await process.stdout.readline()).decode().split() for _ in range(3)]
    url, token = lines[1][1], lines[2][1]
    async with aiohttp.ClientSession(headers={"Authorization": f"Bot {token}"}) as session:
        async with session.get(f"{url}/users/@me") as answer:
            assert (await answer.json())["bot"] is True
    process.send_signal(signal.SIGTERM)
    assert await process.wait() == 0


async def test_middlewares_stand_before_rest_and_cdn_only() -> None:
    @web.middleware
    async def broken(_request: web.Request, handler: object) -> web.StreamResponse:
        return web.Response(status=502)

    clock = Clock()
    async with DiscordStandIn(clock=clock, ledger=Ledger(clock), middlewares=[broken]) as stand_in:
        async with aiohttp.ClientSession(stand_in.url) as session:
            for path in ("/api/v10/gateway", "/cdn/attachments/1/2/a"):
                assert (await session.get(path)).status == 502
            async with session.ws_connect("/gateway?v=10") as socket:
                assert (await socket.receive_json())["op"] == 10
