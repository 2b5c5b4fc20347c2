"""Paid work goes first: what members offer takes neither the last of the disk nor the looks at finished clips."""

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.domain.disk_problems import NoSpace
from bot.domain.errors import Refusal
from bot.domain.media import AttachmentInput, Role
from bot.domain.models import Model
from bot.domain.storage_limits import MIN_FREE_BYTES
from bot.media.disk_media import DiskMedia
from bot.media.download import Fetcher
from bot.media.images import Images
from bot.media.inputs import Inputs
from tests.media.places import PATIENT, a_picture, place
from tests.models import capability_of

ABLE = capability_of(Model.SEEDANCE_2)
HERE = frozenset({"127.0.0.1"})
OFFERED = 24


def offered(url: str) -> AttachmentInput:
    return AttachmentInput(url, "image.png", 10, Role.FIRST_FRAME, "image")


async def test_an_input_leaves_the_disk_what_paid_work_needs(tmp_path: Path) -> None:
    body = a_picture("PNG", (320, 320))
    free = MIN_FREE_BYTES + len(body) - 1
    async with place() as there, Fetcher(HERE, PATIENT, free=lambda _: free) as fetcher:
        inputs = Inputs(tmp_path, fetcher, asyncio.Semaphore(1), PATIENT, Images())
        there.pages["/a"] = body
        with pytest.raises(Refusal) as refused:
            await inputs.keep(offered(f"{there.url}/a"), ABLE)
        assert (refused.value.problem, list(tmp_path.iterdir())) == (NoSpace(1), [])
        free += 1
        assert (await inputs.keep(offered(f"{there.url}/a"), ABLE)).size == len(body)


async def test_a_finished_clip_does_not_wait_for_what_members_offer(tmp_path: Path, clip: bytes) -> None:
    done: list[str] = []
    all_fetched = asyncio.Event()

    async def note(name: str, work: Coroutine[Any, Any, object]) -> None:
        await work
        done.append(name)

    async def picture(request: web.Request) -> web.Response:
        if len(there.asked) == OFFERED:
            all_fetched.set()
        return web.Response(body=a_picture("PNG", (320 + int(request.path[1:]), 320)))

    async with place() as there, DiskMedia(tmp_path, HERE, timeouts=PATIENT) as keeps:
        there.pages = {f"/{number}": picture for number in range(OFFERED)} | {"/clip": clip}
        async with asyncio.TaskGroup() as group:
            for number in range(OFFERED):
                group.create_task(note("input", keeps.keep(offered(f"{there.url}/{number}"), ABLE)))
            await all_fetched.wait()
            group.create_task(note("clip", keeps.fetch_clip(f"{there.url}/clip", "k3f9a2")))
    assert len(done) == OFFERED + 1
    assert done.index("clip") < OFFERED // 2
