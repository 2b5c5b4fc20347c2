"""Videos that stay where they are: their rows in the bot's database, and a provider that never finishes one."""

import time
from pathlib import Path

from aiohttp import web

from bot.domain.models import Dialect
from bot.domain.stages import Stage
from bot.storage import Store
from sandbox.faults import Faults, Handler
from sandbox.json_answer import json_answer
from tests.storage import samples

DATABASE = "seedreel.db"


async def write_rendering(file: Path, videos: int, channels: list[int], guild_id: int) -> None:
    """Write a new database with that many videos at the provider, of as many members as there are channels."""
    async with Store(file) as store:
        now = time.time()
        for number in range(videos):
            channel = number % len(channels)
            reply = samples.reply(
                channel_id=channels[channel], guild_id=guild_id, message_id=10**17 + number, token=f"video-{number}",
                token_at=now,
            )  # fmt: skip
            request = samples.request(f"a red fox, take {number}")
            job = samples.job(user_id=5000 + channel, request=request, reply=reply, created=now, changed=now)
            await samples.put(store, job, Stage.RENDERING, dialect=Dialect.VIDEO, percent=10)


class Unending(Faults):
    """Says of every task that it renders, in place of the stand-in, at next to no cost."""

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answer a question for a task; everything else is the stand-in's."""
        before, _, name = request.path.rpartition("/")
        if request.method != "GET" or not before.endswith("/generations"):
            return await handler(request)
        said = {"id": name, "object": "generation.task", "model": "seedance-2", "status": "in_progress"}
        return json_answer({**said, "progress": 10, "created_at": int(time.time()), "metadata": {}})
