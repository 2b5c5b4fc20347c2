"""What a file looks like when it has come to Discord, whether the system held it in memory or not."""

import asyncio
import errno
import os
import random
from dataclasses import replace

import pytest

from bot.client import send_in_parts
from bot.domain.reply import Route, Variant
from bot.replies.upload import opened
from bot.studio.ports import Posted, Unclear

LONG = random.Random(7).randbytes(1_000_003)


@pytest.fixture(autouse=True)
def _as_the_bot_sends() -> None:
    send_in_parts()


def refuse(*_: object) -> int:
    raise BlockingIOError(errno.EAGAIN, "not in memory")


@pytest.fixture(params=["in memory", "on the disk", "in memory in part", "a system that does not tell"])
def held(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the system hold files so."""
    read = os.preadv

    def half(descriptor: int, buffers: list[bytearray], at: int, flags: int = 0) -> int:
        if at > len(LONG) // 2:
            return refuse()
        return read(descriptor, [memoryview(buffers[0])[:70_000]], at, flags)

    match request.param:
        case "on the disk":
            monkeypatch.setattr(os, "preadv", refuse)
        case "in memory in part":
            monkeypatch.setattr(os, "preadv", half)
        case "a system that does not tell":
            monkeypatch.delattr(os, "RWF_NOWAIT")


@pytest.mark.usefixtures("held")
@pytest.mark.parametrize("route", [Route.TOKEN, Route.CHANNEL])
async def test_a_file_of_several_parts_comes_whole(scene, route):
    scene.clip.write_bytes(LONG)
    job = await scene.asks()
    attempt = replace(scene.attempt(job, route), variant=Variant.PLAIN)
    assert isinstance(await scene.replies.deliver(job, attempt, scene.clip), Posted)
    assert scene.seen()[-1].file() == LONG


async def test_a_file_that_ends_before_its_length_is_no_delivery(scene, monkeypatch):
    """Its length was announced: no message may hold half a clip, and nobody may wait for the other half."""
    scene.clip.write_bytes(LONG)
    job = await scene.asks()
    monkeypatch.setattr(os, "preadv", refuse)
    monkeypatch.setattr(os, "pread", lambda *_: b"")
    async with asyncio.timeout(20):
        outcome = await scene.replies.deliver(job, scene.attempt(job, Route.TOKEN), scene.clip)
    assert isinstance(outcome, Unclear)
    assert scene.message(job).media() == []


async def test_a_file_is_closed_after_its_attempt(scene):
    async with opened(scene.clip, "clip.mp4") as file:
        assert not file.fp.closed
    assert file.fp.closed
