"""A clock that does not wait, a job to send, and a server that answers by a script."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from random import Random
from typing import Any

from aiohttp import BodyPartReader, web

from bot.domain.job import Job
from bot.domain.media import AssetUse, InputUrl, MediaFormat, Medium, Role, StoredFile
from bot.domain.models import Dialect, Model, Ratio
from bot.domain.reply import Reply
from bot.domain.request import VideoRequest
from bot.toapis.api_client import Timeouts
from bot.toapis.provider import ToapisProvider
from sandbox.faults import Faults
from sandbox.ledger import Ledger

KEY = "sk-test-0123456789abcdef"
START = 1_800_000_000.0
PROMPT = "A calm sunrise over the sea, 日出"
REPLY = Reply(1, 2, 3, 4, token="t", token_at=START, private=False, bot_reaches=True, limit=10**7)
IMAGE = StoredFile("ab" * 32, MediaFormat.PNG, 1000, 640, 640)
VIDEO = StoredFile("cd" * 32, MediaFormat.MOV, 2000, 640, 360, 5.0)
SOUND = StoredFile("ef" * 32, MediaFormat.MP3, 500, seconds=5.0)
# Each silence costs a test that long, and a loaded machine has that long to answer.
SHORT = Timeouts(2.0, query_read=1.0, query_total=10.0, submit_read=1.0, submit_total=10.0, upload_read=1.0)


class FakeClock:
    """Time that passes only in a sleep, and at once."""

    def __init__(self) -> None:
        self.time = START
        self.slept: list[float] = []

    def elapsed(self, since: float) -> float:
        return self.now() - since

    def now(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        assert seconds >= 0
        self.slept.append(seconds)
        self.time += seconds
        await asyncio.sleep(0)


def a_job(media: tuple[Medium, ...] = (), *, choices: dict[str, Any] | None = None, **fields: Any) -> Job:
    """A job whose media are at `address(source)`, unless `input_urls` says otherwise."""
    request = VideoRequest(PROMPT, Model.SEEDANCE_2, 5, Ratio.WIDE, media)
    request = replace(request, **(choices or {}))
    input_url = tuple(InputUrl(stored.sha256, address(stored), START) for stored in request.stored)
    fields = {"submitted": START, "task_id": "tsk_1", "input_urls": input_url, **fields}
    return Job("k3f9a2" + "0" * 14, 5, 6, request, REPLY, START, **fields)


def address(stored: StoredFile) -> str:
    return f"https://cdn.example/{stored.file_name}?hm=secretsign"


def asset(name: str, role: Role) -> Medium:
    return Medium(role, AssetUse(name, role.kind, name))


class ScriptedServer:
    """A server that answers each request with the next of `answers`, or with the last of them for ever."""

    def __init__(self, faults: Faults, ledger: Ledger) -> None:
        self.faults, self.ledger = faults, ledger
        self.answers: deque[Callable[[], web.Response]] = deque()
        self.url = ""

    def says(self, *answers: Any) -> None:
        """Each answer is a JSON body with 200, or (status, body[, headers])."""
        self.answers = deque(_maker(answer) for answer in answers)

    async def serve(self, request: web.Request) -> web.Response:
        if request.content_type.startswith("multipart/"):
            body: Any = await _fields(request)
        else:
            body = await request.json() if request.can_read_body else None
        told = {"query": dict(request.query), "headers": dict(request.headers)}
        self.ledger.write("asked", f"{request.method} {request.path}", body=body, **told)
        make = self.answers.popleft() if len(self.answers) > 1 else self.answers[0]
        return make()

    def asked(self, method: str) -> list[Any]:
        return self.ledger.of("asked", f"{method} ")


async def _fields(request: web.Request) -> list[tuple[Any, ...]]:
    """Each part as (field, file name, media type, bytes)."""
    found = []
    async for part in await request.multipart():
        assert isinstance(part, BodyPartReader)
        found.append((part.name, part.filename, part.headers["Content-Type"], bytes(await part.read())))
    return found


def _maker(answer: Any) -> Callable[[], web.Response]:
    status, body, headers = (*answer, {})[:3] if isinstance(answer, tuple) else (200, answer, {})
    if isinstance(body, bytes):
        return lambda: web.Response(status=status, body=body, headers=headers)
    return lambda: web.json_response(body, status=status, headers=headers)


@asynccontextmanager
async def scripted_server() -> AsyncIterator[ScriptedServer]:
    ledger = Ledger()
    server = ScriptedServer(Faults(ledger, seed=1), ledger)
    app = web.Application(middlewares=[server.faults.middleware], client_max_size=100 * 1024 * 1024)
    app.router.add_route("*", "/{path:.*}", server.serve)
    runner = web.AppRunner(app, shutdown_timeout=0.2, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield server
    finally:
        server.faults.clear()
        await runner.cleanup()


def provider(
    url: str,
    clock: FakeClock | None = None,
    *,
    key: str = KEY,
    timeouts: Timeouts = SHORT,
    dialect: Dialect = Dialect.VIDEO,
    review: bool = False,
) -> ToapisProvider:
    rng = Random(7)
    return ToapisProvider(url, key, dialect, clock or FakeClock(), timeouts, rng, private_asset_review=review)
