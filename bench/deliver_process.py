"""One side of the bench `deliver`, in a process of its own: SIDE URL COUNT BYTES FOLDER [PROFILES].

It delivers one clip, then so many at once, and prints what these took. `ours` is the way of a clip from READY to
DELIVERED: the real store, the disk, the guarded download, the studio's `Fetch` and `Deliverer`, discord.py. `yardstick`
is what it needs at the least: aiohttp from the server to a file, ffmpeg's look at it (every packet read, whole pictures
decoded), and aiohttp from the file to the server.
"""

import asyncio
import gc
import json
import logging
import os
import resource
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

import aiohttp

from bench.deliver import Taken
from bench.measure import Effort
from bot.client import SeedreelClient
from bot.clock import ScaledClock
from bot.domain.ids import new_job_id
from bot.domain.job import Job
from bot.domain.stages import Stage
from bot.media.disk_media import DiskMedia
from bot.replies.discord_api import DiscordApi, trace_calls
from bot.replies.presenter import Presenter
from bot.replies.replies import DiscordReplies
from bot.storage import Store, Tables
from bot.studio.assembly import Assembly, Resources, Running
from bot.studio.running.uploads import FileUploader
from bot.ui.language import Languages
from sandbox.toapis.ffmpeg import ffmpeg
from tests.storage import samples

_CHUNK: Final = 256 * 1024
_CLIP_DAYS: Final = 30.0


class Side(Protocol):
    """What delivers clips, each with what was prepared for it."""

    async def prepare(self, count: int) -> Sequence[Any]:
        """Make ready what so many clips need before they are finished."""
        ...

    async def deliver(self, prepared: Any) -> None:
        """Bring one clip from the server to the server."""
        ...

    async def settled(self, prepared: Any) -> None:
        """Wait for what is done of the clip beside its delivery."""
        ...


class Ours:
    """The bot's own steps."""

    def __init__(self, store: Store, media: DiskMedia, running: Running, clock: ScaledClock, url: str) -> None:
        self._store = store
        self._media = media
        self._running = running
        self._clock = clock
        self._url = url

    async def prepare(self, count: int) -> Sequence[Job]:
        """Write down so many jobs whose clips are finished."""
        now = self._clock.now()
        made = []
        for _ in range(count):
            job_id = new_job_id()
            job = samples.job(id=job_id, created=now, changed=now, reply=samples.reply(token_at=now))
            url = f"{self._url}/clip/{job_id}.mp4"
            made.append(await samples.put(self._store, job, Stage.READY, clip_url=url))
        return made

    async def deliver(self, prepared: Job) -> None:
        """Fetch and deliver it."""
        fetched = await self._running.fetch.clip(prepared)
        delivered = await self._running.deliverer.deliver(fetched)
        if delivered.stage is not Stage.DELIVERED:
            raise RuntimeError(f"it is {delivered.stage}")

    async def settled(self, prepared: Job) -> None:
        """Wait for its poster."""
        if not await self._media.make_poster(prepared.id):
            raise RuntimeError("it has no poster")


@asynccontextmanager
async def ours(url: str, size: int, folder: Path) -> AsyncIterator[Side]:  # noqa: ARG001 - as the yardstick
    """Open what a delivery stands on, as the app does."""
    async with AsyncExitStack() as stack:
        clock = ScaledClock(1.0)
        store = await stack.enter_async_context(Store(folder / "seedreel.db"))
        tables = Tables(store)
        media = await stack.enter_async_context(DiskMedia(folder, frozenset({urlsplit(url).netloc})))
        client = SeedreelClient(f"{url}/api/v10", _nothing, trace_calls(aiohttp.TraceConfig()))
        await stack.enter_async_context(client)
        await client.login("token")
        resources = Resources(tables.jobs, tables.notes, tables.pauses, media, clock)
        assembly = Assembly(resources, 1, _nothing, lambda _: None, lambda _: None)
        stack.push_async_callback(assembly.posters.close)
        presenter = Presenter(Languages.read(), assembly.forecasts.of, clock.now, _CLIP_DAYS, clock.elapsed)
        replies = DiscordReplies(DiscordApi(client, clock), presenter, clock, assembly.job_moves.found_at)
        stack.push_async_callback(replies.close)
        # Nothing is asked of the provider, and nothing uploaded to it, where a clip comes at the first try.
        nobody: Any = None
        uploader = FileUploader(nobody, tables.uploads, clock)
        running = assembly.connect(nobody, replies, uploader, url, uploads_first=False)
        yield Ours(store, media, running, clock, url)


async def _nothing() -> None:
    return None


class Yardstick:
    """aiohttp and ffmpeg, and nothing between them; as many looks at once as there are cores."""

    def __init__(self, session: aiohttp.ClientSession, url: str, size: int, folder: Path) -> None:
        self._session = session
        self._url = url
        self._size = size
        self._folder = folder
        self._looks = asyncio.Semaphore(os.cpu_count() or 1)
        self._made = 0

    async def prepare(self, count: int) -> Sequence[Path]:
        """Name so many files."""
        self._made += count
        return [self._folder / f"{self._made - each}.mp4" for each in range(count)]

    async def deliver(self, prepared: Path) -> None:
        """Copy it to the file, look at it, and copy it from there."""
        async with self._session.get(f"{self._url}/clip/{prepared.name}") as response:
            with prepared.open("wb") as file:
                async for chunk in response.content.iter_chunked(_CHUNK):
                    file.write(chunk)
                if file.tell() != self._size:
                    raise RuntimeError("it is not all of the clip")
        async with self._looks:
            look = ("-v", "error", "-nostdin", "-skip_frame", "nointra", "-i", prepared, "-map", "0:V:0", "-f", "null")
            # A session of its own, as ours has: Linux may share the processors out by session (sched(7), "autogroup").
            process = await asyncio.create_subprocess_exec(ffmpeg(), *look, "-", start_new_session=True)
            if await process.wait() != 0:
                raise RuntimeError("ffmpeg can't read it")
        with prepared.open("rb") as file:
            form = aiohttp.FormData()
            form.add_field("files[0]", file, filename="clip.mp4", content_type="video/mp4")
            async with self._session.post(f"{self._url}/upload", data=form) as response:
                response.raise_for_status()
                await response.read()

    async def settled(self, prepared: Path) -> None:
        """Do nothing: nothing is left."""


@asynccontextmanager
async def yardstick(url: str, size: int, folder: Path) -> AsyncIterator[Side]:
    """Open one session without a limit of connections."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        yield Yardstick(session, url, size, folder)


async def measure(side: Side, count: int, profiled: AbstractContextManager[None]) -> Taken:
    """Deliver one clip, in which everything is loaded, then so many at once."""
    await _deliver(side, await side.prepare(1))
    prepared = await side.prepare(count)
    _forget_peak()
    idle, spent, began = _memory("VmRSS"), _cpu(), time.perf_counter()
    with profiled:
        await asyncio.gather(*(side.deliver(each) for each in prepared))
    seconds = time.perf_counter() - began
    peak = _memory("VmHWM")
    await asyncio.gather(*(side.settled(each) for each in prepared))
    return Taken(seconds, _cpu() - spent, (peak - idle) / 1_000_000)


async def _deliver(side: Side, prepared: Sequence[Any]) -> None:
    for each in prepared:
        await side.deliver(each)
        await side.settled(each)


def _forget_peak() -> None:
    """Let the process's peak of memory begin anew (proc(5), "clear_refs")."""
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def _memory(name: str) -> int:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return 1024 * next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))


def _cpu() -> float:
    used = [resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


async def main(name: str, url: str, count: int, size: int, folder: Path, *profiles: str) -> None:
    """Measure one side."""
    logging.basicConfig(level=logging.WARNING)
    opening = {"ours": ours, "yardstick": yardstick}[name]
    effort = Effort(folder, profile=next(map(Path, profiles), None))
    async with opening(url, size, folder) as side:
        print(json.dumps(asdict(await measure(side, count, effort.profiled(f"deliver-{name}")))))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), Path(sys.argv[5]), *sys.argv[6:]))
