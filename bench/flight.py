"""What a video in flight takes of memory: the slope, as more of them come into one process.

The process is the real bot but for its gateway, with its store, its runner, its provider over HTTP and its cards over
discord.py; here it is answered that every video renders on, and that every card was edited. Beside it as many bare
tasks that only sleep.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from itertools import pairwise
from typing import Final

from aiohttp import web

from bench.measure import Aim, Effort, Figure, Of
from sandbox.clock import Clock
from sandbox.json_answer import json_answer

_SIZES: Final = (1000, 4000, 7000, 10_000)
# What is at the provider costs a question and a commit each: fewer of them do not take minutes.
_FEWER: Final = (1000, 2000, 3000)
_KINDS: Final = {"waiting": ("in line", _SIZES), "rendering": ("at the provider", _FEWER)}
_QUICK_SIZES: Final = (20, 40)
# So many come at a time: each is asked for on a connection of its own, which stays for a while.
_CHUNK: Final = 100
# Seconds in which what the last edits and questions have left is over.
_SETTLES: Final = 3.0
_USER: Final = {"id": "1000", "username": "Seedreel", "discriminator": "0", "avatar": None, "global_name": None}
_APPLICATION: Final = {
    "id": "1000", "name": "Seedreel", "icon": None, "description": "", "bot_public": True, "flags": 0,
    "bot_require_code_grant": False, "verify_key": "", "owner": _USER, "team": None,
}  # fmt: skip


async def run(effort: Effort) -> Sequence[Figure]:
    """Measure the slope between any two sizes: of a straight line, all are the same."""
    bare = await _slopes("bare", effort.of(_SIZES, _QUICK_SIZES), effort)
    figures = []
    for kind, (words, sizes) in _KINDS.items():
        ours = await _slopes(kind, effort.of(sizes, _QUICK_SIZES), effort)
        what = f"memory a video {words}, {sizes[0]:,} to {sizes[-1]:,}"
        figures.append(Figure(what, "KB", ours, bare, Aim(6.0, Of.VALUE)))
    return figures


async def _slopes(kind: str, sizes: Sequence[int], effort: Effort) -> tuple[float, ...]:
    """Return the KB of each further video, from each size to the next."""
    async with _answering() as answers, _process(kind, answers, effort) as process:
        measured: list[int] = []
        clock = Clock()
        for size in sizes:
            while answers.videos < size:
                chunk = min(_CHUNK, size - answers.videos)
                await process.says("add", chunk)
                await answers.settled(answers.videos + chunk, kind)
            await clock.until(clock.now() + effort.of(_SETTLES, 0.3))
            measured.append(int(await process.says("measure")))
            if effort.profile is not None:
                await process.says("trace", size - sizes[0] or size)
    steps = zip(pairwise(sizes), pairwise(measured), strict=True)
    return tuple((ours - before) / (size - smaller) / 1000 for (smaller, size), (before, ours) in steps)


class _Answers:
    """Discord and the provider, as far as videos that stay in flight need them."""

    def __init__(self) -> None:
        self.videos = 0
        self.url = ""
        self._edited: set[str] = set()
        self._asked: set[str] = set()
        self._changed = asyncio.Event()

    def application(self) -> web.Application:
        """Build what is served."""
        app = web.Application()
        app.router.add_get("/api/v10/users/@me", self._me)
        app.router.add_get("/api/v10/oauth2/applications/@me", self._me)
        app.router.add_patch("/api/v10/webhooks/{id}/{token}/messages/@original", self._edit)
        app.router.add_get("/v1/{path:.*}/{task}", self._ask)
        return app

    async def settled(self, videos: int, kind: str) -> None:
        """Wait until every card was edited, and every video that is rendering was asked for."""
        while kind != "bare" and not (
            len(self._edited) >= videos and (kind == "waiting" or len(self._asked) >= videos)
        ):
            self._changed.clear()
            await self._changed.wait()
        self.videos = videos

    async def _me(self, request: web.Request) -> web.Response:
        return json_answer(_APPLICATION if "applications" in request.path else _USER)

    async def _edit(self, request: web.Request) -> web.Response:
        await request.read()
        token = request.match_info["token"]
        self._edited.add(token)
        self._changed.set()
        return json_answer({
            "id": token[-19:], "channel_id": token[-19:], "type": 20, "content": "", "author": _USER, "tts": False,
            "timestamp": "2026-01-01T00:00:00+00:00", "edited_timestamp": None, "mention_everyone": False,
            "mentions": [], "mention_roles": [], "attachments": [], "embeds": [], "components": [], "pinned": False,
            "flags": 1 << 15,
        })  # fmt: skip

    async def _ask(self, request: web.Request) -> web.Response:
        task = request.match_info["task"]
        self._asked.add(task)
        self._changed.set()
        return json_answer({"id": task, "object": "generation.task", "status": "in_progress", "progress": 10})


@asynccontextmanager
async def _answering() -> AsyncIterator[_Answers]:
    answers = _Answers()
    runner = web.AppRunner(answers.application(), access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    answers.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield answers
    await runner.cleanup()


class _Process:
    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def says(self, *words: object) -> str:
        """Tell it something, and return its answer."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{' '.join(map(str, words))}\n".encode())
        if not (answer := await self._process.stdout.readline()):
            raise RuntimeError("the process has ended")
        return answer.decode().strip()


@asynccontextmanager
async def _process(kind: str, answers: _Answers, effort: Effort) -> AsyncIterator[_Process]:
    folder = effort.scratch / f"{kind}-{len(list(effort.scratch.iterdir()))}"
    settings = {
        "DISCORD_TOKEN": "MTAwMA.bench.token", "TOAPIS_API_KEY": "sk-bench", "TOAPIS_BASE_URL": answers.url,
        "DISCORD_API_URL": f"{answers.url}/api/v10", "DATA_DIR": str(folder), "TOAPIS_DIALECT": "video",
        "PROVIDER_SLOTS": "1", "TIME_SCALE": str(effort.of(1, 10)),
    }  # fmt: skip
    traced = () if effort.profile is None else ("traced",)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.flight_process", kind, *traced),
        env=settings,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield _Process(process)
    finally:
        process.kill()
        await process.wait()
