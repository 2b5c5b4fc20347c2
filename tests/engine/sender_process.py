"""A process that makes one call that only one may make, under a lease of seconds, and says what came of it."""

import asyncio
import sys
from functools import partial
from pathlib import Path

import aiohttp
from discord.ui import LayoutView

from bot.client import made_client
from bot.clock import ScaledClock
from bot.domain.models import Dialect
from bot.engine.lease import Lease
from bot.replies.discord_api import DiscordApi, trace_calls
from bot.replies.messages import Body
from bot.replies.upload import opened
from bot.toapis.provider import ToapisProvider
from tests.toapis.fakes import a_job

TRUST_SECONDS = 2.0


class Rows:
    """A database that always answers at once."""

    async def register(self, process_id: str, role: str, host: str) -> None:
        pass

    async def renew(self, process_id: str) -> bool:
        return True

    async def leave(self, process_id: str) -> None:
        pass


async def submit(url: str, lease: Lease, _: Path) -> str:
    async with ToapisProvider(url, "sk-1", Dialect.VIDEO, ScaledClock(), may_send=lease.holds) as provider:
        return await provider.submit(a_job())


async def post(url: str, lease: Lease, file: Path) -> str:
    async def prepare() -> None:
        pass

    client = made_client(url, prepare, trace_calls(aiohttp.TraceConfig()), None)
    async with client:
        await client.http.static_login("token")
        api = DiscordApi(client, ScaledClock(), lease.permit)
        files = []
        async with opened(file, "clip.mp4") as clip:
            if file.stat().st_size:
                files.append(clip)
            call = partial(api.messages.post, 1, Body(LayoutView(), tuple(files)), "nonce", 2)
            return str(await api.send(600.0, call))


async def main(what: str, url: str, file: str) -> None:
    async def lapsed() -> None:
        call.cancel()
        await asyncio.wait({call})

    lease = Lease(Rows(), "worker", ScaledClock(), lapsed, renew_seconds=0.2, trust_seconds=TRUST_SECONDS)
    async with lease:
        call = asyncio.create_task({"submit": submit, "post": post}[what](url, lease, Path(file)))
        try:
            sys.stdout.write(f"{await call}\n")
        except asyncio.CancelledError:
            sys.stdout.write("let go\n")
        except Exception as error:  # noqa: BLE001 - whatever it is, the test reads its name
            sys.stdout.write(f"{type(error).__name__}: {error}\n")


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
