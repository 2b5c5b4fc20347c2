"""`python -m sandbox` as a process, and the strip of controls through the page's socket."""

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

STRIP = ["finish", "fail", "sound", "refuse", "slow", "late", "filter", "later", "restart", "kill"]
ROOT = Path(__file__).resolve().parents[2]


@asynccontextmanager
async def sandbox(*words: str) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-W", "error", "-m", "sandbox", "--port", "0", "--fast", *words),
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        # Reads what is left, so that the pipes are closed too.
        await process.communicate()


async def line(process: asyncio.subprocess.Process) -> Any:
    return json.loads(await asyncio.wait_for(process.stdout.readline(), 30))


async def press(socket: aiohttp.ClientWebSocketResponse, name: str) -> None:
    await socket.send_json({"type": "control", "id": name})


async def heard(socket: aiohttp.ClientWebSocketResponse, kind: str) -> Any:
    async with asyncio.timeout(20):
        while True:
            said = await socket.receive_json()
            if said["type"] == kind:
                return said


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, None])
async def test_it_says_where_it_is_and_stops_cleanly(tmp_path: Path, how: signal.Signals | None) -> None:
    async with sandbox("--folder", str(tmp_path), "--until-eof") as process:
        ready = await line(process)
        assert ready["ready"] is True
        assert ready["discord_api"] == ready["page"] + "api/v10"
        assert ready["provider_key"].startswith("sk-")
        assert ready["callback_url"] == ready["provider"] + "/callback"
        if how is None:
            process.stdin.close()
        else:
            process.send_signal(how)
        assert await asyncio.wait_for(process.wait(), 30) == 0


async def test_the_strip_moves_the_provider_and_wishes(tmp_path: Path) -> None:
    async with sandbox("--folder", str(tmp_path)) as process, aiohttp.ClientSession() as session:
        ready = await line(process)
        headers = {"Authorization": f"Bearer {ready['provider_key']}"}
        place = f"{ready['provider']}/v1/video/generations"
        order = {"model": "seedance-2", "prompt": "a", "duration": 4, "ratio": "1:1"}
        async with session.ws_connect(f"{ready['page']}page/socket?member=1001") as socket:
            hello = await heard(socket, "hello")
            offered = [control["id"] for control in hello["controls"]]
            assert offered == STRIP
            await press(socket, "slow")
            assert (await heard(socket, "control")) == {"type": "control", "id": "slow", "on": True}
            await press(socket, "filter")
            assert (await heard(socket, "control")) == {"type": "control", "id": "filter", "on": True}
            async with session.post(place, json=order, headers=headers) as answer:
                task = (await answer.json())["id"]
            await press(socket, "fail")
            await press(socket, "refuse")
            await press(socket, "restart")
            assert await line(process) == {"command": "restart"}
            async with session.get(f"{place}/{task}", headers=headers) as answer:
                assert (await answer.json())["status"] == "failed"
            async with session.post(place, json=order, headers=headers) as answer:
                assert answer.status == 422
            async with session.post(place, json=order, headers=headers) as answer:
                task = (await answer.json())["id"]
            await press(socket, "finish")
            await press(socket, "kill")
            assert await line(process) == {"command": "kill"}
            for ahead in (900.0, 1800.0):
                await press(socket, "later")
                assert await line(process) == {"command": "later", "seconds": ahead}
            async with session.get(f"{place}/{task}", headers=headers) as answer:
                # At the earliest moment its footage may still be in the making.
                assert (await answer.json())["progress"] >= 99


async def test_a_port_that_is_taken_is_said(tmp_path: Path) -> None:
    async with sandbox() as process:
        port = (await line(process))["page"].rsplit(":", 1)[1].strip("/")
        second = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "sandbox", "--port", port), cwd=ROOT, stderr=asyncio.subprocess.PIPE
        )
        _, said = await asyncio.wait_for(second.communicate(), 30)
        assert second.returncode == 1
        assert f"port {port}" in said.decode()
