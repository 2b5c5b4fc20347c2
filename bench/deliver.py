"""Deliver finished clips, 8 and 24 at once, beside a copy of the same files with one look by ffmpeg each.

Each side runs in a process of its own (`bench.deliver_process`), against one server in this one: it sends the clips
from a file, and reads an upload off the socket and counts it. The sandbox's Discord would write and hash every upload,
the same amount of work for both sides, and so hide how far they are apart.
"""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from aiohttp import web

from bench.measure import Aim, Effort, Figure, Of
from sandbox.json_answer import json_answer
from sandbox.toapis.ffmpeg import ffmpeg

_MEGABYTE = 1_000_000
_ROOT = Path(__file__).parent.parent
# Longest that one side may take, in seconds.
_WITHIN = 120.0


@dataclass(frozen=True, slots=True)
class Taken:
    """What one side took for its clips: seconds until all were posted, CPU seconds, and MB of memory above idle.

    `cpu` counts its child processes too, and what it still does after the last clip is posted.
    """

    seconds: float
    cpu: float
    memory: float


async def run(effort: Effort) -> Sequence[Figure]:
    """Measure the deliveries of few and of many clips at once."""
    wanted, length = effort.of((9 * _MEGABYTE, 10), (_MEGABYTE // 2, 1))
    clip = effort.scratch / "clip.mp4"
    size = await _make(clip, wanted, length)
    figures = []
    async with _server(clip, size) as url:
        for count in effort.of((8, 24), (2,)):
            sides = (partial(_side, effort, name, url, count, size) for name in ("ours", "yardstick"))
            ours, beside = await effort.interleaved(*sides)
            figures += _figures(count, count * size / _MEGABYTE, ours, beside)
    return figures


def _figures(count: int, megabytes: float, ours: Sequence[Taken], beside: Sequence[Taken]) -> list[Figure]:
    what = f"{count} clips at once"
    speeds = [tuple(megabytes / one.seconds for one in side) for side in (ours, beside)]
    costs = [tuple(1000 * one.cpu / count for one in side) for side in (ours, beside)]
    memory = [tuple(one.memory for one in side) for side in (ours, beside)]
    return [
        Figure(f"{what}: download to posted", "MB/s", *speeds, Aim(0.7, at_least=True)),
        Figure(f"{what}: CPU a clip, with ffmpeg and the poster", "ms", *costs),
        Figure(f"{what}: memory above idle", "MB", *memory, Aim(16.0, Of.VALUE)),
    ]


async def _side(effort: Effort, name: str, url: str, count: int, size: int) -> Taken:
    """Let one side deliver so many clips, in a process of its own with a folder of its own."""
    folder = effort.scratch / f"{name}-{len(list(effort.scratch.iterdir()))}"
    folder.mkdir()
    profile = () if effort.profile is None else (str(effort.profile),)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.deliver_process", name, url, str(count), str(size), str(folder), *profile),
        cwd=_ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(_WITHIN):
            output, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return Taken(**json.loads(output))


async def _make(clip: Path, size: int, length: int) -> int:
    """Make an MP4 of about so many bytes and seconds, like the provider's, its index first; returns its size."""
    rate = f"{(size * 8 - 96_000 * length) * 0.97 / length:.0f}"
    source = f"testsrc2=size=1280x720:rate=24:duration={length},noise=alls=40:allf=t+u"
    process = await asyncio.create_subprocess_exec(
        *(ffmpeg(), "-loglevel", "error", "-nostdin", "-y", "-f", "lavfi", "-i", source),
        *("-f", "lavfi", "-i", f"sine=frequency=440:duration={length}", "-c:v", "libx264", "-preset", "veryfast"),
        *("-b:v", rate, "-maxrate", rate, "-bufsize", rate, "-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", "96k"),
        *("-movflags", "+faststart", clip),
    )
    if await process.wait() != 0:
        raise RuntimeError("ffmpeg made no clip")
    return (await asyncio.to_thread(clip.stat)).st_size


@asynccontextmanager
async def _server(clip: Path, size: int) -> AsyncIterator[str]:
    app = web.Application()
    app.add_routes(
        [
            web.get("/clip/{name}", partial(_send, clip)),
            web.post("/upload", partial(_take, size)),
            web.get("/api/v10/users/@me", _answer(_USER)),
            web.get("/api/v10/oauth2/applications/@me", _answer(_APPLICATION)),
            web.patch("/api/v10/webhooks/{application}/{token}/messages/@original", partial(_take, size)),
        ]
    )
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def _send(clip: Path, _: web.Request) -> web.StreamResponse:
    return web.FileResponse(clip)


async def _take(whole: int, request: web.Request) -> web.Response:
    """Read an upload to its end, throw it away, and answer as Discord answers an edit; it has to be all of the clip."""
    size = 0
    while chunk := await request.content.readany():
        size += len(chunk)
    if size < whole:
        raise web.HTTPBadRequest
    return json_answer(_MESSAGE)


def _answer(shape: dict[str, Any]) -> Any:
    async def answer(_: web.Request) -> web.Response:
        return json_answer(shape)

    return answer


_USER = {"id": "1", "username": "Seedreel", "discriminator": "0000", "avatar": None, "bot": True}
_APPLICATION = {
    "id": "1",
    "name": "Seedreel",
    "icon": None,
    "description": "",
    "bot_public": True,
    "bot_require_code_grant": False,
    "owner": _USER,
    "verify_key": "",
    "flags": 0,
}
_MESSAGE = {
    "id": "4",
    "channel_id": "2",
    "type": 0,
    "content": "",
    "author": _USER,
    "attachments": [],
    "embeds": [],
    "mentions": [],
    "mention_roles": [],
    "mention_everyone": False,
    "pinned": False,
    "tts": False,
    "timestamp": "2026-01-01T00:00:00+00:00",
    "edited_timestamp": None,
    "flags": 0,
    "components": [],
}
