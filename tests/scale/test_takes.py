"""Takes that several workers drive: one of them has the card and the message, also when the one before has gone."""

import signal
from collections import Counter
from pathlib import Path

import pytest

from sandbox.discord import Message
from tests.journeys.scene import is_video, labels
from tests.scale.fleet import fleet

GROUPS = {"a fox twice": 2, "a hare three times": 3, "an owl four times": 4}
ALL = sum(GROUPS.values())


@pytest.fixture
async def these(tmp_path: Path, seed, postgres, database_url):
    async with fleet(tmp_path, seed, postgres, database_url) as some:
        await some.gateway("gateway")
        await some.worker("one")
        await some.worker("other")
        yield some


def clips(message: Message) -> list[str]:
    return [name for name in message.media() if is_video(name)]


async def test_they_come_together_whichever_worker_drives_them_and_the_gateway_keeps_one(these):
    here = these.here
    here.provider.hold()
    mara = here.discord.member("Mara")
    uses = [await mara.use("/video", prompt=prompt, duration=4, takes=n) for prompt, n in GROUPS.items()]
    await here.until(lambda: len(here.ledger.of("paid")) == ALL, "all paid")
    for name, task in list(here.provider.tasks.items())[::2]:
        assert not task.ended
        here.provider.finish_now(name)
    await here.until(lambda: len(here.ledger.of("clip")) >= 2, "the first clips")
    these.processes["one"].send(signal.SIGTERM)
    assert await these.processes["one"].ended() == 0
    here.provider.release()
    here.provider.finish_now()
    replies = [await use.replied(clips, within=90.0, what="the takes") for use in uses]
    assert [len(clips(reply)) for reply in replies] == list(GROUPS.values())
    assert len(here.ledger.of("paid")) == ALL
    held = Counter(name for each in mara.sees("videos") for name in clips(each))
    assert len(held) == ALL
    assert set(held.values()) == {1}
    await mara.press(replies[1], label="Keep 3")
    await here.until(lambda: len(clips(replies[1])) == 1, "the take that is kept")
    assert labels(replies[1])[:2] == ["Again", "Edit"]
    for name in ("gateway", "other"):
        assert await these.processes[name].stop() == 0, these.processes[name].tail()
