"""A stand-in to talk to, and a plain client for it."""

import asyncio
import re
import subprocess
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web
from PIL import Image
from yarl import URL

from sandbox.clock import Clock
from sandbox.faults import Faults
from sandbox.ledger import Ledger
from sandbox.toapis import ProviderSettings, ProviderStandIn
from sandbox.toapis.ffmpeg import ffmpeg

SMALL: dict[str, Any] = {"size_scale": 0.125, "run_seconds": (100.0, 100.0)}
ORDER: Mapping[str, Any] = {"model": "seedance-2", "prompt": "A calm sunrise", "duration": 4, "ratio": "16:9"}


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    headers: Mapping[str, str]
    json: Any


@dataclass(frozen=True)
class Client:
    provider: ProviderStandIn
    session: aiohttp.ClientSession

    async def ask(self, method: str, path: str | URL, key: str | None = None, **rest: Any) -> Answer:
        url = path if isinstance(path, URL) or path.startswith("http") else self.provider.url + path
        headers = {"Authorization": f"Bearer {self.provider.key if key is None else key}"}
        async with self.session.request(method, url, headers=headers, allow_redirects=False, **rest) as answer:
            body = await answer.read()
            parsed = await answer.json() if answer.content_type == "application/json" and body else None
            return Answer(answer.status, body, dict(answer.headers), parsed)

    async def submit(self, word: str = "video", **fields: Any) -> Answer:
        body = {name: value for name, value in {**ORDER, **fields}.items() if value is not None}
        return await self.ask("POST", f"/v1/{word}/generations", json=body)

    async def look(self, task: str, word: str = "video") -> Answer:
        return await self.ask("GET", f"/v1/{word}/generations/{task}")

    async def task(self, **fields: Any) -> str:
        answer = await self.submit(**fields)
        assert answer.status == 200, answer.body
        return str(answer.json["id"])

    async def finished(self, **fields: Any) -> tuple[str, str]:
        """Order, wait for the footage, finish: the task's id and the clip's URL."""
        task = await self.task(**fields)
        await asyncio.wait_for(self.provider.tasks[task].footage, 60)
        self.provider.finish_now(task)
        return task, (await self.look(task)).json["result"]["data"][0]["url"]


def still_clock() -> Clock:
    """A clock that a test moves and a busy machine does not."""
    return Clock(speed=1e-6)


@asynccontextmanager
async def client(folder: Path, *, clock: Clock | None = None, **settings: Any) -> AsyncIterator[Client]:
    clock = clock or still_clock()
    ledger = Ledger(clock)
    chosen = ProviderSettings(**{**SMALL, **settings})
    async with (
        ProviderStandIn(
            clock=clock, ledger=ledger, faults=Faults(ledger, seed=1), settings=chosen, folder=folder
        ) as it,
        aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20)) as session,
    ):
        yield Client(it, session)


@asynccontextmanager
async def files(served: Mapping[str, bytes]) -> AsyncIterator[str]:
    """Serve bytes by name, as image/png whatever they are."""

    async def send(request: web.Request) -> web.Response:
        data = served.get(request.match_info["name"])
        return web.Response(status=404) if data is None else web.Response(body=data, content_type="image/png")

    app = web.Application()
    app.router.add_get("/{name}", send)
    runner = web.AppRunner(app, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def inspected(clip: bytes, folder: Path) -> tuple[str, tuple[int, int], float, bool]:
    """Codec, size in pixels, seconds, and whether there is sound."""
    path = folder / "inspected.mp4"
    path.write_bytes(clip)
    said = subprocess.run([ffmpeg(), "-hide_banner", "-i", path], capture_output=True, text=True, check=False).stderr
    video = re.search(r"Video: (\w+).*? (\d{2,5})x(\d{2,5})\b", said)
    length = re.search(r"Duration: (\d+):(\d+):([\d.]+)", said)
    assert video is not None, said
    assert length is not None, said
    hours, minutes, seconds = length.groups()
    total = int(hours) * 3600 + int(minutes) * 60 + float(seconds)
    return video[1], (int(video[2]), int(video[3])), total, "Audio: aac" in said


def frame(clip: bytes, at: float, folder: Path) -> Image.Image:
    path = folder / "inspected.mp4"
    path.write_bytes(clip)
    command = [
        ffmpeg(),
        "-v",
        "error",
        "-ss",
        str(at),
        "-i",
        path,
        "-frames:v",
        "1",
        "-f",
        "image2",
        "-c:v",
        "png",
        "-",
    ]
    return Image.open(BytesIO(subprocess.run(command, capture_output=True, check=True).stdout)).convert("RGB")


def picture(kind: str = "PNG", size: tuple[int, int] = (320, 180)) -> bytes:
    """Four fields of colour, none of which the stand-in would choose."""
    image = Image.new("RGB", size, (20, 200, 60))
    width, height = size
    image.paste((200, 30, 200), (0, 0, width // 2, height // 2))
    image.paste((20, 60, 220), (width // 2, 0, width, height // 2))
    image.paste((240, 220, 40), (0, height // 2, width // 2, height))
    file = BytesIO()
    image.save(file, kind)
    return file.getvalue()
