"""What a file looks like when it has come to Discord, whether the system held it in memory or not."""

import os
import random
from dataclasses import replace

import pytest

from bot.client import send_in_parts
from bot.domain.reply import Route, Variant
from bot.replies.upload import opened
from bot.studio.ports import Posted

LONG = random.Random(7).randbytes(1_000_003)


@pytest.fixture(autouse=True)
def _as_the_bot_sends() -> None:
    send_in_parts()


@pytest.mark.parametrize("dropped", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("route", [Route.TOKEN, Route.CHANNEL])
async def test_a_file_of_several_parts_comes_whole(scene, route, dropped):
    """However much of it the system no longer holds in memory."""
    scene.clip.write_bytes(LONG)
    with scene.clip.open("rb") as file:
        os.fsync(file.fileno())
        if dropped and hasattr(os, "posix_fadvise"):
            os.posix_fadvise(file.fileno(), round(len(LONG) * (1 - dropped)), 0, os.POSIX_FADV_DONTNEED)
    job = await scene.asks()
    attempt = replace(scene.attempt(job, route), variant=Variant.PLAIN)
    assert isinstance(await scene.replies.deliver(job, attempt, scene.clip), Posted)
    assert scene.seen()[-1].file() == LONG


async def test_a_file_is_closed_after_its_attempt(scene):
    async with opened(scene.clip, "clip.mp4") as file:
        assert not file.fp.closed
    assert file.fp.closed
